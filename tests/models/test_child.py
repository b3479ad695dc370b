"""Tests of workbench.models.child."""

import sys

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.models.child import Child

ECHO = """
import sys
from workbench.models.frames import read_frame, write_frame
while True:
    header, payload = read_frame(sys.stdin.buffer)
    sys.stderr.write(f"got {header['op']}\\n"); sys.stderr.flush()
    if header["op"] == "die":
        sys.exit(7)
    if header["op"] == "garbage":
        sys.stdout.buffer.write(b"Loading weights: 100%" * 9); sys.stdout.flush(); continue
    if header["op"] == "hang":
        import time; time.sleep(600)
    write_frame(sys.stdout.buffer, {"echo": header}, payload[::-1])
"""


@pytest.fixture
def child():
    made = Child(1, [sys.executable, "-c", ECHO])
    yield made
    made.stop()
    made.release()


def test_frames_go_there_and_back_from_any_folder(child, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    large = bytes(range(256)) * 4096
    assert child.exchange({"op": "x"}, large, 60) == ({"echo": {"op": "x"}}, large[::-1])
    assert child.exchange({"op": "y"}, b"", 60) == ({"echo": {"op": "y"}}, b"")
    assert child.alive


def test_a_death_says_what_was_written_last(child):
    with pytest.raises(Unavailable) as caught:
        child.exchange({"op": "die"}, b"", 60)
    assert caught.value.code == "model_host_failed"
    assert caught.value.params == {"attempts": 1, "status": 7, "detail": "got die"}
    assert not child.alive
    with pytest.raises(Unavailable, match="model_host_failed"):
        child.exchange({"op": "x"}, b"", 60)


def test_an_answer_that_is_no_frame_is_a_failure(child):
    with pytest.raises(Unavailable, match="model_host_failed"):
        child.exchange({"op": "garbage"}, b"", 60)


def test_who_hangs_is_killed_at_the_limit(child):
    child.exchange({"op": "x"}, b"", 60)
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        child.exchange({"op": "hang"}, b"", 0.2)
    assert not child.alive


def test_what_is_too_large_is_refused_and_harms_nothing(child, monkeypatch):
    from workbench.models import frames

    monkeypatch.setattr(frames, "PAYLOAD_LIMIT", 10)
    with pytest.raises(Unavailable, match="frame_too_large"):
        child.exchange({"op": "x"}, b"12345678901", 60)
    assert child.exchange({"op": "y"}, b"", 60)[1] == b""


def test_stopping_ends_it_twice_over(child):
    assert child.last_lines == ()
    child.exchange({"op": "x"}, b"", 60)
    child.stop()
    assert not child.alive
    child.stop()
    assert child.last_lines[0] == "got x"


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr("workbench.models.child._STOP_SECONDS", 0.2)
    deaf = Child(1, [sys.executable, "-c", "import time; time.sleep(600)"])
    deaf.stop()
    deaf.release()
    assert not deaf.alive


def test_a_program_that_cannot_be_started_fails_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        Child(1, [str(tmp_path / "missing")])
