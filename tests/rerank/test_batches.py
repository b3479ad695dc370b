"""Tests of workbench.rerank.batches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rerank.batches import BatchLimits, Pace, common_prefix


def test_few_tokens_before_the_speed_is_known():
    pace = Pace(BatchLimits(tokens=10_000, least_tokens=300))
    assert (pace.tokens, pace.rate, pace.seconds(100)) == (300, None, None)


@pytest.mark.parametrize(("seconds", "expected"), [(10.0, 300), (2.0, 500), (0.01, 10_000)])
def test_a_batch_is_what_is_computed_in_a_second_within_its_bounds(seconds, expected):
    pace = Pace(BatchLimits(tokens=10_000, least_tokens=300, seconds=1.0))
    pace.learn(1_000, seconds)
    assert pace.tokens == expected
    assert pace.seconds(1_000) == pytest.approx(seconds)


def test_the_newest_batch_counts_as_much_as_all_before_it():
    pace = Pace(BatchLimits())
    pace.learn(1_000, 1.0)
    pace.learn(1_000, 0.5)
    assert pace.rate == 1_500
    pace.learn(0, 0.0)
    assert pace.rate == 1_500


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
