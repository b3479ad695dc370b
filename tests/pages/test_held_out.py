"""Held-out questions on the pages Questions and Compare."""

import time

import pytest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from tests.services import test_hold_out as sets
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say

bench = sets.bench


def _wait(bench: Workbench) -> None:
    """Return once no measurement waits or runs."""
    deadline = time.monotonic() + 60
    jobs = bench.jobs.list(OWNER, 10, "measure")
    while any(bench.jobs.get(OWNER, job.job_id).active for job in jobs):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _ask(bench: Workbench, *names: str) -> str:
    job = bench.measure.submit(OWNER, sets._plan(bench, *names))
    _wait(bench)
    assert bench.jobs.get(OWNER, job.job_id).state == "done"
    return sets._set(bench).query_set_id


@pytest.mark.parametrize("tongue", TONGUES)
def test_questions_are_held_out_and_put_back(
    open_page: Opener, bench: Workbench, tongue: Tongue
) -> None:
    at = open_page("questions", tongue)
    at.segmented_control(key="questions.tab").set_value("held_out").run()
    assert_sound(at)
    query_set = sets._set(bench)
    at.number_input(key=f"questions.held_out_count.{query_set.query_set_id}").set_value(7)
    at.button(key="questions.draw").click().run()
    assert_sound(at)
    assert say("ui.held_out.closed", tongue, count=7) in [one.value for one in at.success]
    at.button(key="questions.release").click().run()
    assert not any(one.held_out for one in sets._set(bench).queries)


def test_a_small_set_says_how_many_are_needed(open_page: Opener, bench: Workbench) -> None:
    query_set = sets._set(bench)
    bench.question_sets.change(OWNER, query_set, query_set.queries[:11])
    at = open_page("questions", "en")
    at.segmented_control(key="questions.tab").set_value("held_out").run()
    assert_sound(at)
    assert say("ui.held_out.too_few", "en", least=6, both=12) in shown(at)


def test_they_are_opened_for_a_chosen_instruction(open_page: Opener, bench: Workbench) -> None:
    bench.hold_out.draw(OWNER, sets._set(bench), 6)
    chosen = _ask(bench, "A", "B", "C")
    at = open_page("compare", "en", way="set", compare__set=chosen)
    assert_sound(at)
    assert say("ui.held_out.not_asked", "en", count=6) in shown(at)
    assert at.button(key="compare.held_out_open").disabled
    at.selectbox(key="compare.held_out_candidate").set_value(1)
    at.checkbox(key="compare.held_out_sure").check().run()
    at.button(key="compare.held_out_open").click().run()
    assert_sound(at)
    _wait(bench)
    at.run()
    assert_sound(at)
    assert say("ui.held_out.result", "en") in shown(at)
    opened = bench.hold_out.state(OWNER, sets._set(bench)).opened
    assert opened is not None and [arm["name"] for arm in opened.details["arms"]] == ["A", "C"]


def test_once_opened_they_stay_open(open_page: Opener, bench: Workbench) -> None:
    bench.hold_out.draw(OWNER, sets._set(bench), 6)
    bench.measure.submit(OWNER, sets._plan(bench, "A", "B", held_out=True))
    _wait(bench)
    chosen = _ask(bench, "A", "B")
    at = open_page("compare", "en", way="set", compare__set=chosen)
    assert_sound(at)
    assert "were opened on" in shown(at) and "“B”" in shown(at)
    assert not [one for one in at.button if one.key == "compare.held_out_open"]


def test_one_instruction_is_not_enough(open_page: Opener, bench: Workbench) -> None:
    bench.hold_out.draw(OWNER, sets._set(bench), 6)
    at = open_page("compare", "en", way="set", compare__set=_ask(bench, "A"))
    assert_sound(at)
    assert say("ui.held_out.two_needed", "en") in shown(at)
