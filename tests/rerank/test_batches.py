"""Tests of workbench.rerank.batches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rerank.batches import common_prefix, plan

LENGTHS = st.lists(st.integers(0, 60), max_size=40)


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([], []),
        ([7], [(0,)]),
        ([3, 9, 4], [(1,), (2, 0)]),  # 2 × 9 > 10; 2 × 4 ≤ 10
        ([5, 5, 5], [(0, 1), (2,)]),  # equal lengths keep their order
        ([30, 1], [(0,), (1,)]),  # longer than the budget: alone
    ],
)
def test_plans_worked_by_hand(lengths, expected):
    assert plan(lengths, max_tokens=10, max_pairs=8) == expected


def test_a_batch_holds_at_most_so_many_pairs():
    assert plan([1] * 5, max_tokens=100, max_pairs=2) == [(0, 1), (2, 3), (4,)]


@given(LENGTHS, st.integers(1, 100), st.integers(1, 8))
def test_every_index_is_planned_exactly_once(lengths, max_tokens, max_pairs):
    batches = plan(lengths, max_tokens, max_pairs)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))


@given(LENGTHS, st.integers(1, 100), st.integers(1, 8))
def test_batches_keep_their_limits_and_go_from_long_to_short(lengths, max_tokens, max_pairs):
    batches = plan(lengths, max_tokens, max_pairs)
    for batch in batches:
        assert len(batch) <= max_pairs
        padded = len(batch) * max(lengths[index] for index in batch)
        assert len(batch) == 1 or padded <= max_tokens
    flat = [lengths[index] for batch in batches for index in batch]
    assert flat == sorted(flat, reverse=True)


@pytest.mark.parametrize(
    ("prompts", "shared"),
    [
        ([], 0),
        ([[1, 2, 3]], 3),
        ([[1, 2, 3], [1, 2, 4]], 2),
        ([[1, 2], [1, 2, 4]], 2),
        ([[1, 9], [1, 5], [2]], 0),
        ([[], [1]], 0),
    ],
)
def test_shared_tokens_worked_by_hand(prompts, shared):
    assert common_prefix(prompts) == shared


@given(st.lists(st.lists(st.integers(0, 2), max_size=6), min_size=1, max_size=6))
def test_the_prefix_is_shared_by_all_and_the_longest(prompts):
    shared = common_prefix(prompts)
    assert len({tuple(prompt[:shared]) for prompt in prompts}) == 1
    longer = {tuple(prompt[: shared + 1]) for prompt in prompts}
    assert len(longer) > 1 or any(len(prompt) == shared for prompt in prompts)
