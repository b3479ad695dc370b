import io
import zipfile

import pytest

from workbench.domain.errors import UnreadableDocument
from workbench.ingest import archive
from workbench.ingest.archive import require_harmless

MIB = 1024 * 1024


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def refusal(data):
    with pytest.raises(UnreadableDocument) as caught:
        require_harmless(data)
    return caught.value.code, caught.value.params


def test_small_and_honest_archives_pass():
    assert require_harmless(packed({"word/document.xml": b"<a/>", "x.bin": bytes(MIB)})) is None
    assert require_harmless(packed({})) is None


def test_a_member_that_swells():
    code, params = refusal(packed({"word/document.xml": b"a" * (2 * MIB)}))
    assert (code, params["limit"]) == ("unpacks_too_far", 100)
    assert params["ratio"] > 900


def test_all_members_together(monkeypatch):
    monkeypatch.setattr(archive, "UNPACKED", 10)
    assert refusal(packed({"a": b"123456", "b": b"123456"})) == (
        "unpacks_too_large",
        {"size": 12, "limit": 10},
    )


def test_too_many_members():
    found = refusal(packed({str(n): b"" for n in range(5001)}))
    assert found == ("too_many_members", {"count": 5001, "limit": 5000})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refusal(packed({"word/document.xml": bomb.encode(encoding)})) == (
        "declares_entities",
        {},
    )


# Named: the bytes hold the time of packing, and every process would call the test something else.
@pytest.mark.parametrize(
    "data", [b"PK\x03\x04broken", packed({"a": b"b"})[:-10]], ids=["broken", "cut"]
)
def test_damaged(data):
    assert refusal(data) == ("damaged", {})
