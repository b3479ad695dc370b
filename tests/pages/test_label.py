"""The page Label: a list is made, passages are graded by key, put off, taken back and resumed."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.ui.label_desk import SEAT
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _started(open_page: Opener, tongue: Tongue = "zh") -> AppTest:
    at = open_page("label", tongue)
    assert_sound(at)
    at.button(key="label.start").click().run()
    assert_sound(at)
    return at


def _press(at: AppTest, name: str) -> AppTest:
    at.button(key=f"label.{name}").click().run()
    assert_sound(at)
    return at


def _given(bench: Workbench) -> dict[int, int | None]:
    queue = bench.label_queues.all(OWNER)[0]
    desk = bench.labelling.desk(OWNER, queue.queue_id)
    return {place: one.grade for place, one in desk.given.items()}


def test_without_a_set_the_page_leads_to_the_samples(
    open_page: Opener, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bench.questions), "sets", lambda *_: ())
    at = open_page("label", "en")
    assert_sound(at)
    assert say("ui.label.no_sets", "en") in shown(at)


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_press_is_kept_and_shows_the_next_passage(
    open_page: Opener, bench: Workbench, tongue: Tongue
) -> None:
    at = _started(open_page, tongue)
    first = shown(at)
    assert say("ui.label.question_3", tongue) in first
    for secret in ("BM25", "名次 ", "rank 1"):
        assert secret not in first.replace(say("ui.label.lead", tongue), "")
    for key in ("grade.3", "grade.0", "unsure"):
        _press(at, key)
    assert _given(bench) == {0: 3, 1: 0, 2: None}
    assert at.session_state["label.place"] == 4
    assert say("ui.label.progress", tongue, graded=3, total=_total(bench)) in _progress(at)


def _total(bench: Workbench) -> int:
    return len(bench.label_queues.all(OWNER)[0].items)


def _progress(at: AppTest) -> str:
    return " ".join(str(one.proto.text) for one in at.get("progress"))


def test_undo_goes_back_and_takes_back(open_page: Opener, bench: Workbench) -> None:
    at = _started(open_page)
    _press(_press(at, "grade.3"), "later")
    _press(at, "undo")
    assert at.session_state["label.place"] == 2
    assert bench.label_queues.all(OWNER)[0].later == ()
    _press(at, "undo")
    assert (at.session_state["label.place"], _given(bench)) == (1, {})
    _press(at, "undo")
    assert say("ui.label.nothing_to_undo", "zh") in shown(at)


def test_what_was_put_off_comes_again_and_the_end_leads_to_compare(
    open_page: Opener, bench: Workbench
) -> None:
    at = _started(open_page, "en")
    total = _total(bench)
    _press(at, "later")
    for _ in range(total - 1):
        _press(at, "grade.1")
    assert at.session_state["label.place"] == 1
    _press(at, "grade.2")
    assert _given(bench) == {0: 2} | dict.fromkeys(range(1, total), 1)
    assert say("ui.label.all_done", "en", total=total) in [one.value for one in at.success]


def test_a_press_on_a_passage_that_is_not_shown_any_more_is_lost(
    open_page: Opener, bench: Workbench
) -> None:
    at = _started(open_page)
    _press(at, "grade.3")
    # The browser still shows the first passage when the second key arrives.
    at.pagination(key="label.place").set_value(1)
    _press(at, "grade.0")
    assert _given(bench) == {0: 3}
    assert say("ui.label.lost", "zh", count=1) in [one.value for one in at.warning]
    assert at.session_state["label.place"] == 2
    _press(at, "grade.0")
    assert _given(bench) == {0: 3, 1: 0}


def test_two_keys_at_once_count_for_nothing(open_page: Opener, bench: Workbench) -> None:
    at = _started(open_page)
    at.button(key="label.grade.1").click()
    at.button(key="label.grade.2").click()
    at.run()
    assert _given(bench) == {}
    assert say("ui.label.lost", "zh", count=2) in [one.value for one in at.warning]


def test_turning_pages_shows_another_passage_and_its_grade(
    open_page: Opener, bench: Workbench
) -> None:
    at = _started(open_page)
    _press(at, "grade.3")
    at.pagination(key="label.place").set_value(1).run()
    assert_sound(at)
    word = f"3 {say('ui.label.question_3', 'zh')}"
    assert say("ui.label.given", "zh", grade=word) in shown(at)
    _press(at, "grade.1")
    assert _given(bench) == {0: 1}


def test_a_note_is_kept_with_its_passage_alone(open_page: Opener, bench: Workbench) -> None:
    at = _started(open_page)
    at.text_input(key="label.note").set_value("只说了一半").run()
    _press(at, "grade.2")
    assert at.text_input(key="label.note").value == ""
    _press(at, "grade.0")
    at.pagination(key="label.place").set_value(1).run()
    assert at.text_input(key="label.note").value == "只说了一半"
    at.text_input(key="label.note").set_value("改了").run()
    queue = bench.label_queues.all(OWNER)[0]
    given = bench.labelling.desk(OWNER, queue.queue_id).given
    assert [(given[at].grade, given[at].note) for at in (0, 1)] == [(2, "改了"), (0, "")]


def test_a_list_is_resumed_where_it_was_left(open_page: Opener, bench: Workbench) -> None:
    _press(_press(_started(open_page), "grade.3"), "grade.1")
    at = open_page("label", "zh")
    assert say("ui.label.unfinished", "zh") in shown(at)
    queue = bench.label_queues.all(OWNER)[0].queue_id
    at.button(key=f"label.go_on.{queue}").click().run()
    assert_sound(at)
    assert at.session_state["label.place"] == 3
    assert at.session_state[SEAT.name].given.keys() == {0, 1}
    at.button(key="label.back").click().run()
    at.button(key=f"label.forget.{queue}").click().run()
    assert bench.label_queues.all(OWNER) == ()


def test_neighbours_are_folded_away(open_page: Opener, bench: Workbench) -> None:
    at = _started(open_page)
    seat = at.session_state[SEAT.name]
    beside = bench.labelling.neighbours(OWNER, seat.desk, 0)
    near = beside.before or beside.after
    assert near is not None and near.chunk.text.splitlines()[-1] not in shown(at)


def test_what_cannot_be_made_is_told(open_page: Opener) -> None:
    at = open_page("label", "en")
    at.radio(key="label.mode").set_value("deciding").run()
    at.button(key="label.start").click().run()
    assert "have not been compared" in at.error[0].value
    at.radio(key="label.mode").set_value("disagreements").run()
    at.button(key="label.start").click().run()
    assert "nothing left to grade" in at.error[0].value
    at = open_page("label", "en", label__queue="gone")
    assert "was not found" in at.error[0].value


def test_a_criterion_is_added_and_chosen(open_page: Opener, bench: Workbench) -> None:
    at = open_page("label", "zh")
    at.text_input(key="label.criterion_text").set_value("只看 2024 年以后的").run()
    at.button(key="label.criterion_add").click().run()
    assert_sound(at)
    same = bench.label_queues.add_criterion(OWNER, "question", "只看 2024 年以后的")
    assert at.selectbox(key="label.criterion").value == same.criterion_id


def test_agreement_of_two_judges_is_shown(open_page: Opener, bench: Workbench) -> None:
    at = _started(open_page, "en")
    for _ in range(3):
        _press(at, "grade.1")
    at = open_page("label", "en")
    assert say("ui.label.agreement_none", "en") in shown(at)
    at.text_input(key="label.judge").set_value("bob").run()
    at.checkbox(key="label.again").check().run()
    at.button(key="label.start").click().run()
    queue = bench.label_queues.all(OWNER)[0]
    for place in range(len(queue.items)):
        bench.labelling.grade(OWNER, queue, place, 3)
    at = open_page("label", "en")
    found = bench.agreeing.judges(OWNER, queue.query_set_id, queue.criterion_id)
    assert found.disputed >= 3 and found.together.n >= 3
    assert f"{found.together.n} passages were graded by two people or more" in shown(at)
    assert say("ui.label.disputed", "en", count=found.disputed, settled=0) in shown(at)
