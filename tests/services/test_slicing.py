"""A file that is handed in as bytes is read outside any corpus, and nothing of it stays."""

from pathlib import Path

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.documents import SlicePolicy
from workbench.domain.errors import NotFound, UnreadableDocument
from workbench.services.workbench import Workbench


def test_bytes_are_read_like_the_file_and_are_gone(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    path = tmp_path / "说明.md"
    path.write_text("# 退货\n\n签收七天内可以退。\n", encoding="utf-8")
    read = bench.slicing.read_bytes(OWNER, "../说明.md", path.read_bytes())
    assert read == bench.slicing.read(OWNER, path, SlicePolicy())
    assert list(folder.iterdir()) == []


def test_what_cannot_be_read_is_told_and_gone(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "home"))
    before = sorted((tmp_path / "home").iterdir())
    with pytest.raises(UnreadableDocument) as caught:
        bench.slicing.read_bytes(OWNER, "a.txt", b"MZ\x90\x00" + bytes(500))
    assert caught.value.code == "unsupported_kind"
    assert sorted((tmp_path / "home").iterdir()) == before


def test_a_missing_file_is_told(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bench.slicing.read(OWNER, tmp_path / "none.md", SlicePolicy())
