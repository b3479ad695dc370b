"""Pools, and queues whose order neither tells who found a passage nor ever reshuffles."""

import math

from hypothesis import given
from hypothesis import strategies as st

from workbench.evaluation.gold import Disagreement
from workbench.evaluation.pooling import (
    audited,
    deciding,
    disputed,
    pooled,
    shuffled,
    unlabelled,
)

A = {"q1": ["a", "b", "c", "d"], "q2": ["x"]}
B = {"q1": ["b", "a", "e", "f"]}


def test_a_pool_is_the_union_of_the_tops_and_a_few_from_below() -> None:
    found = pooled(["q1", "q2", "q3"], [A, B], depth=2, controls=1)
    assert found.top == {"q1": ("a", "b"), "q2": ("x",), "q3": ()}
    assert found.controls["q1"][0] in {"c", "d", "e", "f"} and len(found.controls["q1"]) == 1
    assert found.controls["q2"] == ()


def test_what_is_graded_is_not_asked_again_and_questions_stay_together() -> None:
    found = pooled(["q1", "q2"], [A, B], depth=3, controls=0)
    queue = unlabelled(found, [("q1", "a")], seed=3)
    assert set(queue) == {("q1", "b"), ("q1", "c"), ("q1", "e"), ("q2", "x")}
    assert [query for query, _ in queue] == ["q1", "q1", "q1", "q2"]


@given(st.sets(st.text(max_size=3), max_size=12), st.integers(0, 9))
def test_an_order_does_not_depend_on_how_it_was_found_and_grows_without_reshuffling(
    names: set[str], seed: int
) -> None:
    pairs = [("q", one) for one in names]
    first = shuffled(pairs, seed)
    assert first == shuffled(reversed(pairs), seed)
    grown = [one for one in shuffled([*pairs, ("q", "new!")], seed) if one in set(pairs)]
    assert grown == first


def test_another_seed_gives_another_order() -> None:
    pairs = [("q", str(number)) for number in range(40)]
    assert shuffled(pairs, 1) != shuffled(pairs, 2)


def test_what_decides_stands_first_and_what_cannot_is_left_out() -> None:
    baseline = {"q": ["same", "b", "c"]}
    arm = {"q": ["same", "c", "new"]}
    # b: 1/log2(3) gone; c: from 1/2 to 1/log2(3); new: 1/2.
    assert deciding(["q"], baseline, [arm], []) == (("q", "b"), ("q", "new"), ("q", "c"))
    assert 1 / math.log2(3) > 1 / 2 > 1 / math.log2(3) - 1 / 2
    assert deciding(["q"], baseline, [arm], [("q", "b")])[0] == ("q", "new")
    assert deciding(["q"], baseline, [baseline], []) == ()
    assert deciding([], baseline, [arm], []) == ()


def test_disputes_that_are_open_come_widest_first() -> None:
    found = [
        Disagreement("c", "q1", "a", (1, 2), False),
        Disagreement("c", "q1", "b", (0, 3), False),
        Disagreement("c", "q1", "d", (0, 3), True),
        Disagreement("other", "q1", "e", (0, 3), False),
    ]
    assert disputed(found, "c") == (("q1", "b"), ("q1", "a"))


def test_an_audit_draws_a_tenth_and_at_least_five() -> None:
    pairs = [("q", str(number)) for number in range(100)]
    assert len(audited(pairs, 1)) == 10 and set(audited(pairs, 1)) <= set(pairs)
    assert len(audited(pairs[:20], 1)) == 5 and len(audited(pairs[:3], 1)) == 3
    assert audited([], 1) == ()
