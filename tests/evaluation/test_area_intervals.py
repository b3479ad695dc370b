"""Intervals of the areas below the curves, against every draw worked out one by one."""

import numpy as np
import pytest

from tests.evaluation.test_thresholds import drawn, pairs
from workbench.evaluation import area_intervals as areas
from workbench.evaluation.area_intervals import area_intervals
from workbench.evaluation.pairs import Scored, by_instruction
from workbench.evaluation.resampling import drawn_counts
from workbench.evaluation.thresholds import curves


def _one_by_one(held: list[Scored], rows: int) -> tuple[list[float], list[float]]:
    groups = by_instruction(held)
    roc, precision = [], []
    for counts in np.concatenate(list(drawn_counts(len(groups), rows))):
        again = [
            Scored(f"{place} {copy}", one.row_id, one.label, one.margin)
            for place, count in enumerate(counts)
            for copy in range(int(count))
            for one in groups[place]
        ]
        found = curves(again)
        if found is not None:
            roc.append(found.roc_area)
            precision.append(found.average_precision)
    return roc, precision


@pytest.mark.parametrize("seed", range(3))
def test_each_draw_has_the_areas_of_its_own_passages(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = drawn(seed, n=24, queries=5)
    monkeypatch.setattr(areas, "MOST", 60)
    monkeypatch.setattr(areas, "FEWEST", 60)
    found = area_intervals(held)
    monkeypatch.setattr("workbench.evaluation.thresholds.area_intervals", lambda _: (None, None))
    for interval, values in zip(found, _one_by_one(held, 60), strict=True):
        assert interval == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=1e-12)


def test_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    held = drawn(7)
    whole = area_intervals(held)
    monkeypatch.setattr(areas, "PART", 100)
    assert area_intervals(held) == whole


def test_names_and_order_change_nothing() -> None:
    held = drawn(11)
    renamed = [Scored(f"z{one.instruction_id}", "x", one.label, one.margin) for one in held]
    assert area_intervals(renamed[::-1]) == area_intervals(held)


def test_one_question_has_no_interval() -> None:
    assert area_intervals(pairs(("a", 1.0, 1), ("a", 0.0, 0))) == (None, None)


def test_a_perfect_order_varies_by_nothing() -> None:
    held = pairs(("a", 2.0, 1), ("a", 0.0, 0), ("b", 3.0, 1), ("b", 1.0, 0))
    assert area_intervals(held) == ((1.0, 1.0), (1.0, 1.0))


def test_where_every_draw_of_one_question_has_one_kind_only_mixed_draws_count() -> None:
    held = pairs(("a", 2.0, 1), ("b", 1.0, 0))
    assert area_intervals(held) == ((1.0, 1.0), (1.0, 1.0))
