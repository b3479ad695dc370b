import json
from pathlib import Path
from typing import Any

import pytest

from tests.sample_library import ANSWERS, SHOP, rows, write_library
from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.labelled import holds_labels, read_labelled


def _refused(folder: Path) -> tuple[str, dict[str, Any]]:
    with pytest.raises(InvalidInput) as caught:
        read_labelled(folder)
    return caught.value.code, dict(caught.value.params)


def test_a_folder_is_read_as_it_stands(tmp_path: Path) -> None:
    folder = write_library(tmp_path / "one")
    assert holds_labels(folder)
    found = read_labelled(folder)
    assert [one.question_id for one in found.questions] == ["q1", "q2", "q3", "q4"]
    assert [one.answerable for one in found.questions] == [True, True, True, False]
    assert found.questions[0].tags == ("t",)
    assert [(one.criterion_id, one.kind) for one in found.criteria] == [
        (ANSWERS, "question"),
        (SHOP, "requirement"),
    ]
    assert found.instructions[1].language == "en"
    assert found.instructions[2].criterion_id == SHOP
    last = found.labels[-1]
    assert (last.section, last.grade, last.note, last.line) == ("", 0, "", 7)


def test_a_folder_without_documents_is_none(tmp_path: Path) -> None:
    assert not holds_labels(tmp_path)
    (tmp_path / "judgements.jsonl").write_text("")
    assert not holds_labels(tmp_path)


@pytest.mark.parametrize(
    ("name", "row", "change", "code", "field"),
    [
        ("judgements", 0, {"grade": 4}, "collection_label", "4"),
        ("judgements", 0, {"grade": 1.0}, "collection_label", "1.0"),
        ("judgements", 0, {"grade": True}, "collection_label", "True"),
        ("judgements", 0, {"query_id": "q9"}, "collection_id_unknown", "q9"),
        ("judgements", 0, {"criterion_id": "c"}, "collection_id_unknown", "c"),
        ("judgements", 0, {"quote": " "}, "collection_field", "quote"),
        ("judgements", 0, {"document": 7}, "collection_field", "document"),
        ("judgements", 0, {"quote": "长" * 501}, "quote_too_long", 501),
        ("criteria", 0, {"kind": "wish"}, "collection_kind", "wish"),
        ("instructions", 0, {"criterion_id": "c"}, "collection_id_unknown", "c"),
        ("queries", 0, {"text": ""}, "collection_field", "text"),
        ("queries", 1, {"_id": "q1"}, "collection_id_twice", "q1"),
        ("queries", 0, {"metadata": {"tags": "one"}}, "collection_field", "tags"),
    ],
)
def test_a_bad_row_is_named(
    tmp_path: Path, name: str, row: int, change: dict[str, Any], code: str, field: object
) -> None:
    changed = [dict(one) for one in rows()[f"{name}.jsonl"]]
    changed[row] |= change
    folder = write_library(tmp_path / "bad", **{name: changed})
    found, params = _refused(folder)
    assert found == code
    assert field in params.values()
    if code != "quote_too_long":
        assert (params["file"], params["line"]) == (f"{name}.jsonl", row + 1)


def test_the_same_label_twice_is_refused(tmp_path: Path) -> None:
    kept = rows()["judgements.jsonl"]
    folder = write_library(tmp_path / "twice", judgements=[*kept, {**kept[0], "grade": 1}])
    code, params = _refused(folder)
    assert (code, params["line"]) == ("collection_label_twice", len(kept) + 1)


@pytest.mark.parametrize("name", ["queries", "criteria", "instructions", "judgements"])
def test_a_missing_file_and_a_line_that_is_no_object_are_named(tmp_path: Path, name: str) -> None:
    folder = write_library(tmp_path / "holes")
    path = folder / f"{name}.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + json.dumps([1]) + "\n", encoding="utf-8")
    assert _refused(folder)[0] == "collection_not_json"
    path.write_bytes(b"\xff\xfe{}")
    assert _refused(folder)[0] == "collection_not_text"
    path.unlink()
    assert _refused(folder)[0] == "collection_incomplete"
