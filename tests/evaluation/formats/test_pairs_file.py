import json
from pathlib import Path
from typing import Any

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.pairs_file import read_pairs

ROW: dict[str, Any] = {
    "pair_id": "一 1",
    "query": "问",
    "instruction_og": "只要中文",
    "instruction_changed": "English only",
    "changed_docs": ["zh-1", "zh-1"],
    "gained_docs": ["en-1"],
}


def _file(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8-sig")
    return path


def test_a_pair_is_read_whole(tmp_path: Path) -> None:
    second = {**ROW, "pair_id": "2", "candidates": ["zh-1", "en-1"]}
    del second["gained_docs"]
    one, two = read_pairs(_file(tmp_path, ROW, second))
    assert (one.pair_id, one.changed, one.gained, one.candidates) == (
        "一 1",
        ("zh-1",),
        ("en-1",),
        (),
    )
    assert (one.original, one.instruction) == ("只要中文", "English only")
    assert (two.gained, two.candidates) == ((), ("zh-1", "en-1"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"changed_docs": "zh-1"}, "collection_field"),
        ({"changed_docs": [1]}, "collection_field"),
        ({"changed_docs": None}, "collection_field"),
        ({"query": " "}, "collection_field"),
        ({"instruction_og": None}, "collection_field"),
        ({"gained_docs": ["zh-1"]}, "pair_contradicts"),
        ({"candidates": {}}, "collection_field"),
    ],
)
def test_what_is_wrong_is_named_by_line(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_pairs(_file(tmp_path, ROW, {**ROW, "pair_id": "2", **change}))
    assert caught.value.code == code
    assert caught.value.params["line"] == 2


def test_empty_and_repeated(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_pairs(_file(tmp_path))
    assert caught.value.code == "pairs_missing"
    with pytest.raises(InvalidInput) as caught:
        read_pairs(_file(tmp_path, ROW, ROW))
    assert caught.value.code == "collection_id_twice"


def test_the_real_pairs() -> None:
    path = Path(__file__).parents[4] / "shared/data/xquad-zh-en/language_pairs.jsonl"
    if not path.is_file():
        pytest.skip("the shared data are not here")
    pairs = read_pairs(path)
    assert len(pairs) == 2_380
    assert all(len(one.changed) == len(one.gained) == 1 for one in pairs)
