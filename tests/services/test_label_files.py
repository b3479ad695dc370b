"""Labels of files: mapped before anything is kept, and round trips through every format."""

from pathlib import Path

import openpyxl
import pytest

from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.judgements import QuerySet
from workbench.services.evaluations import Plan
from workbench.services.label_files import Mapped
from workbench.services.workbench import Workbench


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


@pytest.fixture
def query_set(bench: Workbench) -> QuerySet:
    (one,) = bench.questions.sets(OWNER)
    return one.query_set


def _criterion(bench: Workbench, query_set: QuerySet) -> str:
    return bench.label_queues.criteria(OWNER, query_set)[0].criterion_id


def _preview(bench: Workbench, query_set: QuerySet, path: Path, judge: str = "file") -> Mapped:
    return bench.label_files.preview(OWNER, query_set, _criterion(bench, query_set), path, judge)


def _chunk(bench: Workbench, query_set: QuerySet, at: int = 0) -> str:
    documents = bench.corpora.documents(OWNER, query_set.corpus_id or "")
    return bench.corpora.chunks(OWNER, documents[0].document_id)[at].chunk_id


@pytest.mark.parametrize("form", ["trec", "quepid", "csv", "beir"])
def test_what_is_written_comes_back_with_the_same_grades(
    bench: Workbench, query_set: QuerySet, tmp_path: Path, form: str
) -> None:
    path = tmp_path / (
        "labels" if form == "beir" else f"labels.{'qrels' if form == 'trec' else 'csv'}"
    )
    criterion = _criterion(bench, query_set)
    grades = bench.questions.labelled(OWNER, query_set.query_set_id).qrels[criterion]
    count = sum(map(len, grades.values()))
    if form == "beir":
        path.mkdir()
        files, _ = bench.label_export.beir(OWNER, query_set.query_set_id)
        for name, data in files.items():
            (path / name).write_bytes(data)
    elif form == "csv":
        path.write_bytes(bench.label_export.table(OWNER, query_set.query_set_id)[0])
    elif form == "quepid":
        path.write_bytes(bench.label_export.quepid(OWNER, query_set.query_set_id, None)[0])
    else:
        path.write_text(bench.label_export.qrels(OWNER, query_set.query_set_id, None)[0])
    mapped = _preview(bench, query_set, path)
    assert mapped.format == ("table" if form == "csv" else form)
    assert (mapped.rows, mapped.fresh, mapped.refused) == (count, count, ())
    assert bench.label_files.keep(OWNER, mapped) == mapped.fresh
    kept: dict[str, dict[str, int | None]] = {}
    for one in mapped.judgements:
        kept.setdefault(one.query_id, {})[one.anchor.chunk_id] = one.grade
    assert kept == grades
    again = _preview(bench, query_set, path)
    assert (again.fresh, again.changed, again.known) == (0, 0, mapped.fresh)
    assert bench.label_files.keep(OWNER, again) == 0


def test_a_beir_folder_is_measured_by_evaluate(
    bench: Workbench, query_set: QuerySet, tmp_path: Path
) -> None:
    files, count = bench.label_export.beir(OWNER, query_set.query_set_id)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    criterion = _criterion(bench, query_set)
    found = bench.evaluate.folder(
        OWNER, tmp_path, Plan(method="bm25", reranker="none", criterion=criterion)
    )
    assert count == 7 and found.n_queries == 4


def test_bad_rows_are_named_and_the_rest_is_mapped(
    bench: Workbench, query_set: QuerySet, tmp_path: Path
) -> None:
    chunk = _chunk(bench, query_set)
    path = tmp_path / "评分.csv"
    rows = [
        "question,chunk_id,grade",
        f"几天之内可以退货?,{chunk},2",
        f"几天之内可以退货？,{chunk},2",
        f"几天之内可以退货?,{chunk},3",
        f"没有这道题?,{chunk},1",
        "几天之内可以退货?,nowhere,1",
        f"退款要等多久?,{chunk},2.0",
        f"退款要等多久?,{chunk},-1",
        f"退款要等多久?,{chunk},?",
        f"退款要等多久?,{chunk},",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    mapped = _preview(bench, query_set, path)
    assert (mapped.rows, mapped.fresh, mapped.twice) == (8, 2, 1)
    assert [(line, error.code) for line, error in mapped.refused] == [
        (4, "label_twice"),
        (5, "label_question_unknown"),
        (6, "label_passage_unknown"),
        (7, "label_grade_wrong"),
        (8, "label_grade_wrong"),
    ]
    assert [one.grade for one in mapped.judgements] == [2, None]
    assert all(one.way == "imported" for one in mapped.judgements)
    # A preview keeps nothing.
    assert _preview(bench, query_set, path).fresh == 2


def test_a_workbook_finds_passages_by_document_and_quote(
    bench: Workbench, query_set: QuerySet, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["题目", "文档", "原文", "评分", "备注"],
        ["几天之内可以退货?", "规则.md", "十四天内可以退货", 3, "照抄"],
        ["几天之内可以退货?", "规则.md", "这句话不在里面", 1, ""],
    ):
        book.active.append(row)
    path = tmp_path / "评分.xlsx"
    book.save(path)
    mapped = _preview(bench, query_set, path)
    assert (mapped.fresh, [line for line, _ in mapped.refused]) == (1, [3])
    assert (mapped.judgements[0].grade, mapped.judgements[0].note) == (3, "照抄")


def test_a_changed_grade_replaces_what_the_file_said_before(
    bench: Workbench, query_set: QuerySet, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    line = f"question,chunk_id,grade\n几天之内可以退货?,{_chunk(bench, query_set)},"
    path.write_text(f"{line}1\n")
    first = _preview(bench, query_set, path)
    assert first.binary
    bench.label_files.keep(OWNER, first)
    path.write_text(f"{line}3\n")
    second = _preview(bench, query_set, path)
    assert (second.fresh, second.changed, second.binary) == (0, 1, False)
    assert bench.label_files.keep(OWNER, second) == 1


def test_what_is_no_table_of_labels_is_told(
    bench: Workbench, query_set: QuerySet, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match="path_missing"):
        _preview(bench, query_set, tmp_path / "none.csv")
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InvalidInput, match="labels_columns_missing"):
        _preview(bench, query_set, path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput, match="labels_columns_missing"):
        _preview(bench, query_set, tmp_path / "folder")
    path = tmp_path / "run.qrels"
    path.write_text("q1 0 d1\n")
    (refused,) = _preview(bench, query_set, path).refused
    assert refused[1].code == "label_question_unknown"
    with pytest.raises(NotFound, match="criterion_unknown"):
        bench.label_files.preview(OWNER, query_set, "x", path, "file")
