"""What missing grades leave open, against every assignment of grades by brute force."""

import math
import random
from itertools import product

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.measure_names import parse_measures
from workbench.evaluation.providers import value
from workbench.evaluation.ungraded import Bounds, bounds, ungraded_at


def test_how_many_of_the_first_have_no_grade() -> None:
    qrels = {"q": {"a": 3}, "missed": {"b": 1}}
    run = {"q": ["x", "a", "y"], "other": ["z"]}
    assert ungraded_at(qrels, run, 2) == {"q": 1, "missed": 0}
    assert ungraded_at(qrels, run) == {"q": 2, "missed": 0}
    assert ungraded_at({}, run) == {}


def test_bounds_by_hand() -> None:
    (ndcg, rr) = parse_measures("nDCG@2 RR@2", 1)
    least = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    found = bounds(ndcg, {"q": {"a": 1}}, {"q": ["a", "x"]})
    assert (found.low, found.high) == (pytest.approx(least, abs=1e-15), 1.0)
    assert bounds(rr, {"q": {"a": 1}}, {"q": ["x", "a"]}).per_query == {"q": (0.5, 1.0)}


@pytest.mark.parametrize("name", ["nDCG@5", "RR@5", "P@3", "R@5", "AP@5", "Success@1"])
def test_no_choice_of_0_and_top_lies_outside_and_the_ends_are_reached(name: str) -> None:
    (measure,) = parse_measures(name, 2)
    dice = random.Random(11)
    for _ in range(40):
        order = dice.sample("abcdefg", 6)
        labels = {one: dice.randint(0, 3) for one in dice.sample("abcdefg", 3)}
        missing = [one for one in order[: measure.cutoff] if one not in labels]
        every = [
            value(measure, {**labels, **dict(zip(missing, grades, strict=True))}, order)
            for grades in product((0, 3), repeat=len(missing))
        ]
        found = bounds(measure, {"q": labels}, {"q": order})
        assert found.low == pytest.approx(min(every), abs=1e-15)
        assert found.high == pytest.approx(max(every), abs=1e-15)


def test_everything_graded_leaves_nothing_open_and_nothing_graded_everything() -> None:
    (measure,) = parse_measures("nDCG@3", 1)
    graded = bounds(measure, {"q": {"a": 2, "b": 0}}, {"q": ["b", "a"]})
    assert graded.low == graded.high == pytest.approx(1 / math.log2(3))
    assert bounds(measure, {"q": {}}, {"q": ["b", "a"]}).per_query == {"q": (0.0, 1.0)}
    assert bounds(measure, {}, {}) == Bounds(0.0, 0.0, {})


@pytest.mark.parametrize("name", ["Bpref", "Judged@5", "nDCG'@5"])
def test_measures_that_pass_over_what_has_no_grade_have_no_bounds(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bounds(parse_measures(name, 1)[0], {"q": {"a": 1}}, {"q": ["a"]})
    assert caught.value.code == "measure_not_boundable"
