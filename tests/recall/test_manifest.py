import json
from pathlib import Path

import pytest

from workbench.domain.errors import Unavailable
from workbench.recall.manifest import Manifest, Recorded, read_manifest, write_manifest
from workbench.recall.segment_files import Fingerprint

KEPT = Manifest(
    commit=3,
    generation=7,
    analyzer="zh-en-1",
    segments=(
        Recorded("seg-1", 5, {"a.npy": Fingerprint(10, "ab")}),
        Recorded("seg-2", 2, {}, "gone-2.npy", Fingerprint(3, "cd")),
    ),
)


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    assert read_manifest(tmp_path, "zh-en-1") is None
    write_manifest(tmp_path, KEPT)
    assert read_manifest(tmp_path, "zh-en-1") == KEPT
    assert KEPT.names == {"seg-1", "seg-2", "gone-2.npy"}
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "format"),
        ({"k1": 1.2}, "format"),
        ({"analyzer": "zh-en-0"}, "analyzer"),
        ({"segments": [{}]}, "damaged"),
        ({"segments": 5}, "damaged"),
        ({"commit": "x"}, "damaged"),
    ],
)
def test_another_manifest_is_not_usable(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    write_manifest(tmp_path, KEPT)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))
    with pytest.raises(Unavailable) as caught:
        read_manifest(tmp_path, "zh-en-1")
    assert caught.value.params == {"reason": reason}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}"])
def test_no_manifest_at_all_is_not_usable(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(data)
    with pytest.raises(Unavailable) as caught:
        read_manifest(tmp_path, "zh-en-1")
    assert caught.value.code == "index_not_usable"
