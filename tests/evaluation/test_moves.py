"""Tests of workbench.evaluation.moves; reference values from scipy 1.17.1 and by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation.moves import differences, overlap, rbo, tau_b


def order(names: str) -> Ranking:
    """Return a ranking of candidates in this sequence, the first with the largest margin."""
    return ranked({name: float(-at) for at, name in enumerate(names)})


def ranked(margins: dict[str, float | None]) -> Ranking:
    return Ranking.of(
        "q",
        [
            Candidate(chunk_id=name, recall_rank="abcdefghijkl".index(name) + 1, margin=margin)
            for name, margin in margins.items()
        ],
    )


def difference(baseline, arm, depth=10):
    return differences(baseline, [arm], depth)[0]


def ids(names: str) -> list[tuple[str, str]]:
    return [("", name) for name in names]


def test_each_candidate_moves_against_the_baseline():
    found = difference(order("abcde"), order("dabec"), depth=3)
    assert [(m.chunk_id, m.was, m.rank, m.amount, m.direction) for m in found.moves] == [
        ("d", 4, 1, 3, "new"),  # entered the first three
        ("a", 1, 2, -1, "down"),
        ("b", 2, 3, -1, "down"),
        ("e", 5, 4, 1, "up"),
        ("c", 3, 5, -2, "down"),
    ]
    assert (found.shared, found.depth) == (2, 3)


def test_an_arm_may_be_the_baseline_itself():
    found = difference(order("abc"), order("abc"))
    assert {(m.direction, m.amount) for m in found.moves} == {("same", 0)}
    assert (found.shared, found.depth, found.tau_b) == (3, 3, 1.0)
    assert found.rbo == pytest.approx(1.0, abs=1e-15)


def test_several_arms_are_compared_with_one_baseline():
    up, down = differences(order("ab"), [order("ab"), order("ba")])
    assert (up.tau_b, down.tau_b) == (1.0, -1.0)


@pytest.mark.parametrize(("names", "tau", "overlap_value"), [("", None, None), ("a", None, 1.0)])
def test_nothing_and_one_candidate(names, tau, overlap_value):
    found = difference(order(names), order(names))
    assert (found.tau_b, found.rbo, found.depth) == (tau, overlap_value, len(names))


def test_a_move_among_equal_margins_is_marked():
    found = difference(ranked({"a": 1.0, "b": 0.5}), ranked({"a": 0.7, "b": 0.7}))
    assert [move.tied for move in found.moves] == [True, True]
    assert found.tau_b is None  # the arm's order is all ties


@pytest.mark.parametrize(
    ("arm", "params"),
    [
        ("ab", {"missing": 1, "added": 0}),
        ("abcd", {"missing": 0, "added": 1}),
        ("abd", {"missing": 1, "added": 1}),
    ],
)
def test_other_candidates_are_refused(arm, params):
    with pytest.raises(InvalidInput) as caught:
        difference(order("abc"), order(arm))
    assert caught.value.code == "candidates_differ"
    assert caught.value.params == params


def test_the_same_chunk_of_two_corpora_is_two_candidates():
    both = [Candidate("a", 1, "one", margin=2.0), Candidate("a", 2, "two", margin=1.0)]
    found = difference(Ranking.of("q", both), Ranking.of("q", both))
    assert [(m.corpus_id, m.chunk_id) for m in found.moves] == [("one", "a"), ("two", "a")]


def test_a_candidate_that_stands_twice_is_refused():
    twice = Ranking.of("q", [Candidate("a", 1, margin=2.0), Candidate("a", 2, margin=1.0)])
    with pytest.raises(InvalidInput) as caught:
        difference(twice, twice)
    assert caught.value.code == "candidate_repeated"


def test_unscored_candidates_tie_at_the_bottom():
    one = ranked({"a": -9.0, "b": None, "c": None})
    other = ranked({"a": 5.0, "b": 1.0, "c": 0.0})
    # pairs ab, ac agree; bc is tied in the first: 2 / √(2 · 3)
    assert difference(one, other).tau_b == pytest.approx(2 / math.sqrt(6))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([3, 2, 1], [3, 1, 2], 1 / 3),  # 2 agree, 1 does not, of 3
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173),  # scipy.stats.kendalltau
        ([1, 1, 2, 3], [1, 2, 2, 3], 0.8),  # 4 agree, one pair tied on each side: 4 / √(5 · 5)
        ([1, 1], [1, 2], None),
        ([1], [1], None),
        ([], [], None),
    ],
)
def test_kendalls_tau_b(one, other, expected):
    assert tau_b(one, other) == (None if expected is None else pytest.approx(expected, abs=1e-12))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # agreement 1, 1/2, 1: 0.729 + (0.1 / 0.9) · (0.9 + 0.405 + 0.729) = 0.955
        ("abc", "acb", 0.955),
        # agreement 0, 1: 0.81 + (0.1 / 0.9) · 0.81 = 0.9
        ("ab", "ba", 0.9),
        # agreement 0, 0, 2/3, 1: 0.6561 + (0.1 / 0.9) · (0.486 + 0.6561) = 0.783
        ("abcd", "cdba", 0.783),
        ("abc", "xyz", 0.0),
        ("a", "a", 1.0),
    ],
)
def test_rank_biased_overlap_worked_by_hand(one, other, expected):
    assert rbo(ids(one), ids(other)) == pytest.approx(expected, abs=1e-12)


def test_the_top_weighs_more_than_the_foot():
    swapped_top, swapped_foot = rbo(ids("abcd"), ids("bacd")), rbo(ids("abcd"), ids("abdc"))
    assert swapped_top is not None
    assert swapped_foot is not None
    assert swapped_top < swapped_foot < 1


@given(st.permutations("abcdefgh"), st.permutations("abcdefgh"))
def test_both_measures_are_symmetric_and_in_range(one, other):
    forth = difference(order("".join(one)), order("".join(other)))
    back = difference(order("".join(other)), order("".join(one)))
    assert (forth.tau_b, forth.rbo, forth.shared) == (back.tau_b, back.rbo, back.shared)
    assert forth.tau_b is not None and -1 <= forth.tau_b <= 1
    assert forth.rbo is not None and 0 <= forth.rbo <= 1 + 1e-12
    assert sum(move.amount for move in forth.moves) == 0


@pytest.mark.parametrize(("depth", "shared"), [(0, 0), (1, 0), (2, 1), (9, 3)])
def test_the_shared_top(depth, shared):
    assert overlap(ids("abc"), ids("bca"), depth) == shared
