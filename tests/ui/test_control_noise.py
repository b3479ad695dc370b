from dataclasses import replace

from tests.ui.test_measured import RERANKED, _versus
from workbench.services.controls import ControlNoise
from workbench.services.measurements import ArmPlan
from workbench.ui.control_noise import below_floor, noise_floor, noise_lines

REWORDED = replace(
    RERANKED,
    arm=ArmPlan("x", "y", "K1", "paraphrase"),
    noise=ControlNoise(delta=0.0312, shift=1.25, changed_first=3, n=12, worst=0.61),
)


def test_each_control_has_its_line_and_a_paraphrase_the_worse_wording() -> None:
    (told,) = noise_lines([RERANKED, REWORDED], "en")
    assert "0.031 per question" in told
    assert "3 of 12 questions (25%)" in told
    assert told.endswith("nDCG@10 is 0.610.")
    assert noise_lines([RERANKED], "en") == []


def test_a_difference_smaller_than_the_floor_is_said_so() -> None:
    rows = [RERANKED, REWORDED]
    floor = noise_floor(rows)
    assert floor == 0.0312
    small = replace(RERANKED, versus=_versus(12, 0.01))
    assert "0.031" in below_floor(small, floor, "en")
    assert below_floor(replace(RERANKED, versus=_versus(12, 0.1)), floor, "en") == ""
    assert below_floor(RERANKED, floor, "en") == below_floor(small, None, "en") == ""
    assert noise_floor([RERANKED]) is None
