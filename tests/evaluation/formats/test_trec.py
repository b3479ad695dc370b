from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.trec import (
    escaped,
    qrels_text,
    read_qrels,
    read_run,
    run_text,
    unescaped,
)

IDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def _file(folder: Path, text: str) -> Path:
    path = folder / "labels.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@given(IDS)
def test_every_identifier_survives_in_one_column(one: str) -> None:
    written = escaped(one)
    assert len(written.split()) == 1
    assert unescaped(written) == one


def test_a_label_set_comes_back_as_it_was(tmp_path: Path) -> None:
    qrels = {"第 3 条?": {"合同.docx#b3/t 5": 2, "a%20b": 0}, "": {"\t": 3}, "q": {"c": 1}}
    assert read_qrels(_file(tmp_path, qrels_text(qrels))) == qrels
    assert read_qrels(_file(tmp_path, qrels_text({}))) == {}


def test_a_run_keeps_its_order_whatever_the_names(tmp_path: Path) -> None:
    run = {"q 1": ["z", "a", "中 文"], "q2": []}
    text = run_text(run, "my run")
    assert text.splitlines()[0] == "q%201 Q0 z 1 3 my%20run"
    assert read_run(_file(tmp_path, text)) == {"q 1": ["z", "a", "中 文"]}


def test_ties_of_a_foreign_run_go_by_rank_then_name(tmp_path: Path) -> None:
    rows = "q Q0 b 2 0.5 x\nq Q0 c 1 0.5 x\nq Q0 a 2 0.5 x\nq Q0 d 9 1e1 x\n"
    assert read_run(_file(tmp_path, rows)) == {"q": ["d", "c", "a", "b"]}


def test_tabs_byte_order_marks_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert read_qrels(_file(tmp_path, "\ufeffq\t0\td\t2\r\n\r\n")) == {"q": {"d": 2}}
    assert read_qrels(_file(tmp_path, "q 0 d -2\n")) == {"q": {"d": 0}}
    assert read_qrels(_file(tmp_path, "q 0 d%ff 1\nq 0 50%off 2\n")) == {
        "q": {"d%ff": 1, "50%off": 2}
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("q 0 d\n", "collection_columns"),
        ("q 0 d 1 more\n", "collection_columns"),
        ("q 0 d 1.5\n", "collection_label"),
        ("q 0 d x\n", "collection_label"),
        ("q 0 d 101\n", "collection_label"),
        ("q 0 d ２\n", "collection_label"),
        ("q 0 d 1\nq 0 d 1\n", "collection_label_twice"),
    ],
)
def test_what_is_wrong_in_labels_is_named_by_line(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_qrels(_file(tmp_path, "q 0 e 1\n" + text))
    assert caught.value.code == code
    assert caught.value.params["line"] in (2, 3)


@pytest.mark.parametrize("score", ["nan", "inf", "high"])
def test_a_score_that_is_no_number_is_refused(tmp_path: Path, score: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_run(_file(tmp_path, f"q Q0 d 1 {score} x\n"))
    assert caught.value.code == "run_score"


def test_a_document_twice_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_run(_file(tmp_path, "q Q0 d 1 1 x\nq Q0 d 2 0 x\n"))
    assert caught.value.code == "collection_id_twice"
    with pytest.raises(InvalidInput) as caught:
        read_qrels(tmp_path / "nowhere.txt")
    assert caught.value.code == "collection_incomplete"
