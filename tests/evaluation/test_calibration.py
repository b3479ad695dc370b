import math
import random

import pytest
from scipy.optimize import brentq

from workbench.domain.errors import InvalidInput
from workbench.evaluation.calibration import calibration, temperature
from workbench.evaluation.pairs import Scored


def pairs(*told: tuple[float, int]) -> list[Scored]:
    return [Scored("q", f"p{at}", label, margin) for at, (margin, label) in enumerate(told)]


def test_bins_and_errors_by_hand() -> None:
    found = calibration(pairs((0.9, 1), (0.8, 0)))
    assert found.ece == pytest.approx(0.45)
    assert found.brier == pytest.approx(0.325)
    assert found.empty == (1, 2, 3, 4, 5, 6, 7, 8)
    assert (found.bins[9].said, found.bins[9].true, found.bins[9].n) == (0.9, 1.0, 1)
    assert found.bins[0].said is found.bins[0].true is None


def test_both_ends_lie_in_bins() -> None:
    found = calibration(pairs((0.0, 0), (1.0, 1), (1.0, 1)))
    assert (found.bins[0].n, found.bins[9].n) == (1, 2)
    assert found.ece == found.brier == 0


@pytest.mark.parametrize("number", [-0.1, 1.1])
def test_what_is_no_probability_is_refused(number: float) -> None:
    with pytest.raises(InvalidInput, match="number_out_of_range"):
        calibration(pairs((number, 1)))


def test_nothing_and_nan_are_refused() -> None:
    for asked in (calibration, temperature):
        with pytest.raises(InvalidInput, match="labels_missing"):
            asked([])
        with pytest.raises(InvalidInput, match="not_finite"):
            asked(pairs((math.nan, 1)))


def test_the_temperature_is_where_the_loss_is_flat() -> None:
    held = [(4.0, 1), (4.0, 1), (4.0, 0), (-4.0, 0), (-4.0, 0), (-4.0, 1)]
    # Two of three are right at either end: the sigmoid of 4/T has to be 2/3, so T = 4 / ln 2.
    assert temperature(pairs(*held)) == pytest.approx(4 / math.log(2), rel=1e-3)
    mixed = [(3.0, 1), (2.0, 0), (1.0, 1), (-2.0, 0), (-1.0, 0)]

    def slope(heat: float) -> float:
        return sum(m * (label - 1 / (1 + math.exp(-m / heat))) for m, label in mixed)

    assert temperature(pairs(*mixed)) == pytest.approx(brentq(slope, 0.1, 20), rel=1e-3)


def test_no_temperature_where_none_is_best() -> None:
    assert temperature(pairs((1.0, 1), (2.0, 1))) is None
    assert temperature(pairs((1.0, 1), (-2.0, 0))) is None
    assert temperature(pairs((-1.0, 1), (2.0, 0))) is None


def test_intervals_hold_the_number_and_need_two_questions() -> None:
    source = random.Random(5)
    held = [
        Scored(f"q{at % 9}", f"p{at}", int(source.random() < 0.4), source.random())
        for at in range(90)
    ]
    found = calibration(held)
    assert found.ece_interval is not None and found.brier_interval is not None
    assert found.ece_interval[0] <= found.ece_interval[1]
    assert found.brier_interval[0] < found.brier < found.brier_interval[1]
    alone = calibration([Scored("q", "p", 1, 0.9)])
    assert (alone.ece_interval, alone.brier_interval) == (None, None)


def test_the_interval_of_two_equal_questions_is_the_number_itself() -> None:
    held = [Scored("a", "p", 1, 0.9), Scored("b", "p", 1, 0.9)]
    found = calibration(held)
    assert found.ece_interval == pytest.approx((found.ece, found.ece))
    assert found.brier_interval == pytest.approx((found.brier, found.brier))
