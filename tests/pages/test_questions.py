"""The page Questions: sets are made, filled, changed, deleted and brought back."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.domain.judgements import NO_ANSWER, QuerySet
from workbench.services.workbench import Workbench
from workbench.ui.question_table import entries_of, row_of
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _set(bench: Workbench) -> QuerySet:
    return bench.question_sets.all(OWNER)[0]


def _tab(at: AppTest, name: str) -> AppTest:
    at.segmented_control(key="questions.tab").set_value(name).run()
    assert_sound(at)
    return at


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_set_shows_its_questions(open_page: Opener, bench: Workbench, tongue: Tongue) -> None:
    at = open_page("questions", tongue)
    assert_sound(at)
    assert say("ui.questions.count", tongue, count=4).split()[0] in shown(at)
    for tab in ("add", "quick", "versions"):
        _tab(at, tab)
    assert f"{say('ui.questions.version', tongue)} 1" in shown(at)


def test_typed_questions_are_added_and_the_field_is_empty_again(
    open_page: Opener, bench: Workbench
) -> None:
    at = _tab(open_page("questions", "zh"), "add")
    at.text_area(key="questions.lines.0").set_value("新问题一?\n几天之内可以退货?\n").run()
    at.button(key="questions.add").click().run()
    assert_sound(at)
    assert say("ui.questions.added", "zh", fresh=1, known=1) in [one.value for one in at.success]
    assert at.text_area(key="questions.lines.1").value == ""
    assert len(_set(bench).queries) == 5


def test_a_file_is_read_by_its_columns(open_page: Opener, bench: Workbench) -> None:
    at = _tab(open_page("questions", "en"), "add")
    data = "编号,内容,标签\n1,甲问题?,a\n2,乙问题?,b\n".encode()
    at.file_uploader(key="questions.file.0").upload("q.csv", data).run()
    assert_sound(at)
    assert at.selectbox(key="questions.column.0").value == "内容"
    assert at.selectbox(key="questions.tag_column.0").value == "标签"
    assert say("ui.questions.found", "en", count=2, blank=0) in shown(at)
    at.button(key="questions.add").click().run()
    entries = _set(bench).queries
    assert len(entries) == 6 and entries[-1].tags == ("b",)


def test_what_was_asked_on_search_is_offered(open_page: Opener, bench: Workbench) -> None:
    bench.asked.note(OWNER, "运费谁出?", ("c",), "")
    at = _tab(open_page("questions", "en"), "add")
    at.multiselect(key="questions.history.0").set_value(["运费谁出?"]).run()
    at.button(key="questions.add").click().run()
    assert len(_set(bench).queries) == 5
    at.button(key="questions.history_clear").click().run()
    assert say("ui.questions.history_none", "en") in shown(at)


def test_a_search_is_remembered(open_page: Opener, bench: Workbench) -> None:
    at = open_page("search", "en")
    at.text_input(key="search.question").set_value("Who pays the postage?")
    next(b for b in at.button if b.label == say("ui.search.submit", "en")).click().run()
    assert_sound(at)
    assert [one.text for one in bench.asked.recent(OWNER)] == ["Who pays the postage?"]


def test_edited_rows_become_entries(bench: Workbench) -> None:
    items = bench.review.items(OWNER, _set(bench))
    rows = [row_of(item, {"c": "是否回答"}, "zh") for item in items]
    assert entries_of(items, rows, {"c": "是否回答"}) == tuple(
        replace(item.entry, criterion_id=None) for item in items
    )
    rows[0] |= {"tags": "x， y", "answered": False, "criterion": "是否回答", "note": " n "}
    rows[1]["remove"] = True
    found = entries_of(items, rows, {"c": "是否回答"})
    assert len(found) == len(items) - 1
    assert found[0].tags == ("x", "y", NO_ANSWER)
    assert (found[0].criterion_id, found[0].note) == ("c", "n")


def test_a_quick_answer_is_kept_as_not_blind_and_taken_back(
    open_page: Opener, bench: Workbench
) -> None:
    at = _tab(open_page("questions", "zh"), "quick")
    at.button(key="questions.right.1").click().run()
    assert_sound(at)
    items = bench.review.items(OWNER, _set(bench))
    assert (items[0].seen, items[0].blind) == (1, 2)
    at.button(key="questions.undo_given").click().run()
    assert bench.review.items(OWNER, _set(bench))[0].seen == 0
    at.button(key="questions.not_covered").click().run()
    assert not _set(bench).queries[0].answerable


def test_a_set_is_made_renamed_copied_deleted_and_brought_back(
    open_page: Opener, bench: Workbench
) -> None:
    at = open_page("questions", "en")
    at.text_input(key="questions.new_name").set_value("Mine")
    at.button(key="questions.create").click().run()
    assert_sound(at)
    assert (
        at.selectbox(key="questions.set").value == bench.question_sets.all(OWNER)[-1].query_set_id
    )
    made = bench.question_sets.all(OWNER)[-1]
    at.text_input(key=f"questions.name.{made.query_set_id}").set_value("Ours").run()
    at.button(key="questions.rename").click().run()
    assert bench.question_sets.get(OWNER, made.query_set_id).name == "Ours"
    at.button(key="questions.copy").click().run()
    assert bench.question_sets.all(OWNER)[-1].name == "Ours (copy)"
    at.button(key="questions.delete").click().run()
    assert_sound(at)
    assert len(bench.question_sets.all(OWNER)) == 2
    at.button(key="questions.undo").click().run()
    assert len(bench.question_sets.all(OWNER)) == 3


def test_an_earlier_version_comes_back(open_page: Opener, bench: Workbench) -> None:
    before = _set(bench)
    bench.question_sets.change(OWNER, before, before.queries[:1])
    at = _tab(open_page("questions", "en"), "versions")
    at.button(key="questions.version.1").click().run()
    assert_sound(at)
    assert (_set(bench).version, _set(bench).queries) == (3, before.queries)


def test_home_names_questions_whose_documents_have_changed(
    open_page: Opener, bench: Workbench
) -> None:
    at = open_page("home", "en")
    assert "have changed since" not in shown(at)
    bench.uploads.ingest_now(
        OWNER, _set(bench).corpus_id or "", "notes.md", b"# Refunds\n\nTen days.\n"
    )
    at = open_page("home", "en")
    assert_sound(at)
    assert say("ui.home.touched", "en", name=_set(bench).name, count=3) in shown(at)
