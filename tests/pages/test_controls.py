"""Controls on the page Compare: chosen, measured, and told as what wording alone moves."""

import time

import pytest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _wait(bench: Workbench) -> None:
    deadline = time.monotonic() + 60
    while any(job.active for job in bench.jobs.list(OWNER)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("tongue", TONGUES)
def test_controls_are_measured_beside_the_first_instruction(
    open_page: Opener, bench: Workbench, tongue: Tongue
) -> None:
    query_set = bench.question_sets.all(OWNER)[0].query_set_id
    at = open_page("compare", tongue, way="set", compare__set=query_set)
    assert_sound(at)
    controls = next(one for one in at.get("button_group") if one.key == "compare.controls")
    assert controls.disabled
    at.text_area(key="compare.set_own").set_value("只看由店铺承担费用的").run()
    controls = next(one for one in at.get("button_group") if one.key == "compare.controls")
    assert not controls.disabled
    controls.set_value(["empty", "placebo", "again"])
    at.text_input(key="compare.paraphrase").set_value("费用归店铺的").run()
    at.button(key="compare.measure").click().run()
    assert_sound(at)
    _wait(bench)
    at.run()
    assert_sound(at)
    (one,) = bench.experiments.all(OWNER)
    arms = one.details["arms"]
    assert isinstance(arms, list)
    kinds = {arm["control"]: arm["text"] for arm in arms if isinstance(arm, dict)}
    assert kinds == {
        "": "只看由店铺承担费用的",
        "empty": "",
        "placebo": say("control.placebo", "zh"),
        "again": "只看由店铺承担费用的",
        "paraphrase": "费用归店铺的",
    }
    text = shown(at)
    for control in ("empty", "placebo", "again", "paraphrase"):
        assert say(f"ui.control.{control}", tongue) in text
    assert say("ui.control.title", tongue) in text
