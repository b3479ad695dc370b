import math
from itertools import product

import pytest

from workbench.evaluation.bounds import Reach, reach, top_grade_of
from workbench.evaluation.measure_names import Measure
from workbench.evaluation.providers import value


def test_nothing_unlabelled_leaves_nothing_open() -> None:
    qrels = {"q": {"a": 3, "b": 0}}
    found = reach(qrels, {"q": ["b", "a"]}, {"q": ["a", "b"]})
    assert found.unlabelled == 0
    assert found.low == found.high == pytest.approx(1 - 1 / math.log2(3))
    assert not found.reversible


def test_one_missing_grade_can_turn_a_win_into_a_loss() -> None:
    # Another question shows that the set has the whole scale.
    qrels = {"q": {"a": 1}, "other": {"b": 2}}
    found = reach(qrels, {"q": ["x", "a"]}, {"q": ["a", "x"]})
    assert found.unlabelled == 1
    # With x at 3: (1/log2(2) + 3/log2(3)) against (3 + 1/log2(3)), of the same ideal.
    ideal = 3 + 1 / math.log2(3)
    assert found.low == pytest.approx((1 + 3 / math.log2(3) - ideal) / ideal / 2)
    assert found.high == pytest.approx((1 - 1 / math.log2(3)) / 2)
    assert found.reversible


def test_of_a_set_of_0_and_1_a_missing_grade_is_at_most_1() -> None:
    found = reach({"q": {"a": 1}}, {"q": ["x", "a"]}, {"q": ["a", "x"]})
    # With x at 1 both orders are ideal: nothing can be reversed.
    assert (found.low, found.high) == (0, pytest.approx(1 - 1 / math.log2(3)))
    assert not found.reversible
    assert top_grade_of({"q": {"a": 1, "b": 0}}) == 1
    assert top_grade_of({"q": {"a": 2}}) == top_grade_of({"q": {"a": 0}}) == top_grade_of({}) == 3
    assert top_grade_of({"q": {"a": 4}}) == 4


def test_what_is_reached_is_reached_by_grades() -> None:
    labels = {"a": 2, "b": 0}
    before, after = ["x", "a", "y", "b"], ["y", "b", "z", "a"]
    found = reach({"q": labels}, {"q": before}, {"q": after})
    measure = Measure("nDCG", 10)
    differences = [
        value(measure, given, after) - value(measure, given, before)
        for grades in product((0, 3), repeat=3)
        for given in ({**labels, **dict(zip("xyz", grades, strict=True))},)
    ]
    assert min(differences) == pytest.approx(found.low)
    assert max(differences) == pytest.approx(found.high)


def test_the_tests_at_both_ends_are_those_of_the_graded_orders() -> None:
    queries = [f"q{at}" for at in range(8)]
    qrels = {query: {"a": 3, "b": 0} for query in queries}
    before = {query: ["b", "x", "a"] for query in queries}
    after = {query: ["a", "b", "x"] for query in queries}
    found = reach(qrels, before, after)
    measure = Measure("nDCG", 10)
    least = [
        value(measure, {"a": 3, "b": 0, "x": 3}, order) for order in (["b", "x", "a"], [*"abx"])
    ]
    assert found.low == pytest.approx(least[1] - least[0])
    assert found.at_low is not None
    assert found.at_low.p == 2 / 2**8
    assert found.at_low.interval == pytest.approx((found.low, found.low))
    assert reach(qrels, after, after).at_high is not None


def test_only_the_first_ranks_count_and_no_query_gives_nothing() -> None:
    assert reach({"q": {"a": 1}}, {"q": ["a", "x"]}, {"q": ["a", "y"]}, 1).unlabelled == 0
    assert reach({}, {}, {}) == Reach(0.0, 0.0, 0)
    assert reach({"q": {"a": 1}}, {}, {}) == Reach(0.0, 0.0, 0)
