"""Labels from and to a file on the page Label: rehearsed, taken in, taken back."""

import io

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.services.label_files import GivenFile
from workbench.services.question_files import NewQuestion
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _table(bench: Workbench, grade: str = "1", *more: list[str]) -> bytes:
    """A workbook that grades the second passage for the first question."""
    query_set = bench.question_sets.all(OWNER)[0]
    document = bench.corpora.documents(OWNER, query_set.corpus_id or "")[0]
    chunk = bench.corpora.chunks(OWNER, document.document_id)[1]
    book = openpyxl.Workbook()
    for row in (
        ["问题", "文档", "原文", "评分"],
        ["几天之内可以退货?", document.name, chunk.text, grade],
        *more,
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _grades(bench: Workbench) -> dict[str, int]:
    query_set = bench.question_sets.all(OWNER)[0]
    found = bench.questions.labelled(OWNER, query_set.query_set_id)
    criterion = bench.label_queues.criteria(OWNER, query_set)[0].criterion_id
    return dict(found.qrels[criterion][query_set.queries[0].query_id])


def _upload(open_page: Opener, tongue: Tongue, data: bytes, name: str = "标签.xlsx") -> AppTest:
    at = open_page("label", tongue)
    assert_sound(at)
    at.file_uploader(key="label.file.0").upload(name, data).run()
    return at


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_file_is_rehearsed_kept_and_taken_back(
    open_page: Opener, bench: Workbench, tongue: Tongue
) -> None:
    before = _grades(bench)
    refused = ["没有这个问题", "x", "y", "1"]
    at = _upload(open_page, tongue, _table(bench, "1", refused))
    assert_sound(at)
    assert _grades(bench) == before
    counts = {"rows": 2, "fresh": 1, "changed": 0, "known": 0, "twice": 0, "refused": 1}
    assert say("cli.labels_mapped", tongue, **counts) in shown(at)
    assert at.text_input(key="label.file_judge.0").value == "标签.xlsx"
    assert at.checkbox(key="label.file_right.0").value is False
    at.checkbox(key="label.file_right.0").check().run()
    at.button(key="label.file_keep").click().run()
    assert_sound(at)
    after = _grades(bench)
    assert {one: grade for one, grade in after.items() if one in before} == before
    assert [grade for one, grade in after.items() if one not in before] == [3]
    assert say("ui.label_files.taken", tongue, count=1) in [one.value for one in at.success]
    at.button(key="label.file_undo").click().run()
    assert_sound(at)
    assert _grades(bench) == before


def test_ones_can_stay_ones(open_page: Opener, bench: Workbench) -> None:
    before = _grades(bench)
    at = _upload(open_page, "en", _table(bench))
    at.button(key="label.file_keep").click().run()
    fresh = [grade for chunk, grade in _grades(bench).items() if chunk not in before]
    assert fresh == [1]


def test_a_file_of_something_else_is_answered(open_page: Opener, bench: Workbench) -> None:
    at = _upload(open_page, "en", b"a,b\n1,2\n", "x.csv")
    assert not at.exception
    assert say("error.labels_columns_missing", "en", file="x.csv", columns="a, b") in shown(at)


def test_taking_a_changed_grade_back_brings_the_earlier_one(
    open_page: Opener, bench: Workbench
) -> None:
    at = _upload(open_page, "en", _table(bench, "2"))
    at.text_input(key="label.file_judge.0").set_value("Amy").run()
    at.button(key="label.file_keep").click().run()
    once = _grades(bench)
    at.file_uploader(key="label.file.1").upload("again.xlsx", _table(bench, "3")).run()
    at.text_input(key="label.file_judge.1").set_value("Amy").run()
    counts = {"rows": 1, "fresh": 0, "changed": 1, "known": 0, "twice": 0, "refused": 0}
    assert say("cli.labels_mapped", "en", **counts) in shown(at)
    at.button(key="label.file_keep").click().run()
    at.button(key="label.file_undo").click().run()
    assert _grades(bench) == once


def test_what_was_changed_since_is_not_taken_back(open_page: Opener, bench: Workbench) -> None:
    at = _upload(open_page, "en", _table(bench, "2"))
    at.text_input(key="label.file_judge.0").set_value("Amy").run()
    at.button(key="label.file_keep").click().run()
    query_set = bench.question_sets.all(OWNER)[0]
    criterion = bench.label_queues.criteria(OWNER, query_set)[0].criterion_id
    later = GivenFile("b.xlsx", _table(bench, "3"), "Amy")
    bench.label_files.keep(
        OWNER, bench.label_files.preview_data(OWNER, query_set, criterion, later)
    )
    kept = _grades(bench)
    at.button(key="label.file_undo").click().run()
    assert_sound(at)
    assert _grades(bench) == kept


def test_a_damaged_workbook_is_answered(open_page: Opener, bench: Workbench) -> None:
    at = _upload(open_page, "zh", _table(bench)[:-200])
    assert not at.exception
    assert not [one for one in at.button if one.key == "label.file_keep"]


def test_beir_qrels_are_recognised(open_page: Opener, bench: Workbench) -> None:
    at = _upload(open_page, "en", b"query-id\tcorpus-id\tscore\nq\td\t2\n", "test.tsv")
    assert_sound(at)
    assert say("ui.label_files.format_beir", "en") in shown(at)


def test_a_set_without_a_grade_offers_no_file(open_page: Opener, bench: Workbench) -> None:
    query_set = bench.question_sets.all(OWNER)[0]
    bare = [NewQuestion(line=1, text="全新的问题?")]
    added = bench.question_sets.add(OWNER, query_set, bare).query_set
    bench.question_sets.change(OWNER, added, added.queries[-1:])
    assert bench.questions.graded(OWNER, query_set.query_set_id) == frozenset()
    at = open_page("label", "en")
    assert_sound(at)
    assert say("ui.label_files.none", "en") in shown(at)
