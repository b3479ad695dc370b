"""The page Experiments: found, opened as they were, made again, deleted and brought back."""

import time

import pytest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _ended(bench: Workbench, job: Job) -> Job:
    deadline = time.monotonic() + 60
    while bench.jobs.get(OWNER, job.job_id).active and time.monotonic() < deadline:
        time.sleep(0.02)
    ended = bench.jobs.get(OWNER, job.job_id)
    assert ended.state == "done", ended.outcome
    return ended


def _measured(bench: Workbench, *names: str) -> str:
    (one,) = bench.questions.sets(OWNER)
    set_id = one.query_set.query_set_id
    criterion = bench.questions.labelled(OWNER, set_id).criteria[0].criterion_id
    arms = tuple(ArmPlan(f"{name} · x", name, criterion) for name in names)
    job = _ended(bench, bench.measure.submit(OWNER, MeasurePlan(set_id, arms)))
    found = bench.measure.experiment(OWNER, job.job_id)
    assert found is not None
    return found


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_empty_page_leads_to_compare(open_page: Opener, tongue: Tongue) -> None:
    at = open_page("experiments", tongue)
    assert_sound(at)
    assert say("ui.experiments.none", tongue) in shown(at)


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_measurement_stands_in_the_list_and_opens(
    open_page: Opener, bench: Workbench, tongue: Tongue
) -> None:
    one = _measured(bench, "A", "B")
    at = open_page("experiments", tongue)
    assert_sound(at)
    assert "nDCG@10 A " in shown(at)
    assert say("ui.experiments.kind_instructions", tongue) in shown(at)
    at.button(key=f"experiments.open.{one}").click().run()
    assert_sound(at)
    assert say("ui.experiments.tried", tongue, count=2) in shown(at)
    assert at.query_params["experiments.open"] in (one, [one])


def test_it_is_found_by_its_instruction(open_page: Opener, bench: Workbench) -> None:
    one, other = _measured(bench, "penalty"), _measured(bench, "postage")
    at = open_page("experiments", "en")
    at.text_input(key="experiments.find").set_value("POSTAGE").run()
    keys = [button.key for button in at.button]
    assert f"experiments.open.{other}" in keys and f"experiments.open.{one}" not in keys
    at.text_input(key="experiments.find").set_value("nothing like it").run()
    assert say("ui.experiments.nothing_found", "en") in shown(at)


def test_delete_is_taken_back_and_archived_ones_are_hidden(
    open_page: Opener, bench: Workbench
) -> None:
    one = _measured(bench, "A")
    at = open_page("experiments", "en")
    at.button(key=f"experiments.delete.{one}").click().run()
    assert bench.experiments.all(OWNER) == ()
    at.button(key="experiments.undo").click().run()
    assert_sound(at)
    assert len(bench.experiments.all(OWNER)) == 1
    at.button(key=f"experiments.archive.{one}").click().run()
    assert f"experiments.open.{one}" not in [button.key for button in at.button]
    at.toggle(key="experiments.archived_too").set_value(True).run()
    at.button(key=f"experiments.unarchive.{one}").click().run()
    assert bench.experiments.get(OWNER, one).archived_at is None
    at.button(key=f"experiments.delete.{one}").click().run()
    at.toggle(key="experiments.deleted_only").set_value(True).run()
    at.button(key=f"experiments.restore.{one}").click().run()
    assert_sound(at)
    assert len(bench.experiments.all(OWNER)) == 1


def test_it_is_renamed(open_page: Opener, bench: Workbench) -> None:
    one = _measured(bench, "A")
    at = open_page("experiments", "zh", experiments__open=one)
    at.text_input(key="experiments.name").set_value("给法务看的")
    at.button[_save(at)].click().run()
    assert_sound(at)
    assert bench.experiments.get(OWNER, one).name == "给法务看的"
    assert "给法务看的" in shown(at)


def _save(at: object) -> int:
    buttons = list(at.button)  # type: ignore[attr-defined]
    return [button.label for button in buttons].index(say("ui.experiments.save", "zh"))


def test_it_is_computed_again_and_compared_with_the_library_of_today(
    open_page: Opener, bench: Workbench
) -> None:
    one = _measured(bench, "A", "B")
    at = open_page("experiments", "zh", experiments__open=one)
    at.button(key="experiments.reproduce").click().run()
    job = bench.jobs.list(OWNER, 5, "measure")[0]
    _ended(bench, job)
    again = bench.measure.experiment(OWNER, job.job_id)
    at = open_page("experiments", "zh", experiments__open=str(again))
    assert_sound(at)
    assert [box.value for box in at.success][0].startswith("重算的结果完全一样")
    newer = bench.measure.experiment(OWNER, _ended(bench, bench.measure.renew(OWNER, one)).job_id)
    at = open_page("experiments", "en", experiments__open=str(newer))
    assert_sound(at)
    assert say("ui.experiments.against", "en") in shown(at)


def test_two_are_put_side_by_side(open_page: Opener, bench: Workbench) -> None:
    _measured(bench, "A")
    _measured(bench, "B")
    at = open_page("experiments", "en")
    assert say("ui.experiments.same", "en") in shown(at)


def test_one_that_is_not_there_is_told(open_page: Opener) -> None:
    at = open_page("experiments", "en", experiments__open="gone")
    assert "was not found" in at.error[0].value
