"""Tests of workbench.models.frames."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import Unavailable
from workbench.models import frames
from workbench.models.frames import read_frame, write_frame


class Dribble(io.RawIOBase):
    """Gives one byte a read, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self.data.read(min(size, 1))


def frame(header, payload=b"") -> bytes:
    out = io.BytesIO()
    write_frame(out, header, payload)
    return out.getvalue()


def test_bytes_are_as_drawn():
    assert frame({"a": 1}, b"xyz") == b"\0\0\0\x08" + b'{"a": 1}' + b"\0" * 7 + b"\x03xyz"


@given(
    st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans())),
    st.binary(max_size=300),
)
def test_what_is_written_is_read(header, payload):
    stream = Dribble(frame(header, payload) + frame({}, b""))
    assert read_frame(stream) == (header, payload)
    assert read_frame(stream) == ({}, b"")


def test_a_stream_cut_anywhere_is_an_end():
    whole = frame({"op": "ping"}, b"12345")
    for cut in range(len(whole)):
        with pytest.raises(Unavailable) as caught:
            read_frame(io.BytesIO(whole[:cut]))
        assert caught.value.code == "stream_ended"
        assert caught.value.params == {"received": cut}


@pytest.mark.parametrize("head", [b"[1]", b"{", b"\xff\xfe", b""])
def test_a_header_that_is_no_object_is_refused(head):
    data = struct.pack(">I", len(head)) + head + struct.pack(">Q", 0)
    with pytest.raises(Unavailable, match="frame_broken"):
        read_frame(io.BytesIO(data))


def test_a_lying_length_is_refused_before_anything_is_read():
    with pytest.raises(Unavailable, match="frame_too_large"):
        read_frame(io.BytesIO(struct.pack(">I", 2**32 - 1)))
    lying = struct.pack(">I", 2) + b"{}" + struct.pack(">Q", 2**62)
    with pytest.raises(Unavailable) as caught:
        read_frame(io.BytesIO(lying))
    assert caught.value.params == {"size": 2**62, "limit": frames.PAYLOAD_LIMIT}


def test_nothing_is_written_where_the_frame_is_too_large(monkeypatch):
    monkeypatch.setattr(frames, "PAYLOAD_LIMIT", 3)
    out = io.BytesIO()
    write_frame(out, {}, b"123")
    before = out.getvalue()
    with pytest.raises(Unavailable, match="frame_too_large"):
        write_frame(out, {}, b"1234")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_frame(out, {"x": float("nan")}, b"")
    assert out.getvalue() == before
