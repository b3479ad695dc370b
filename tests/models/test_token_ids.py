"""Tests of workbench.models.token_ids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.models.token_ids import batches_of, pack_ids, shared_prefix, unpack_ids


def test_ids_are_little_endian_in_a_row():
    assert pack_ids([[1, 258], [], [3]]) == ([2, 0, 1], b"\1\0\0\0\2\1\0\0\3\0\0\0")
    assert pack_ids([]) == ([], b"")


@given(st.lists(st.lists(st.integers(0, 2**31 - 1))))
def test_packed_ids_come_back(sequences):
    assert [ids.tolist() for ids in unpack_ids(*pack_ids(sequences))] == sequences


@pytest.mark.parametrize(("lengths", "payload"), [([1], b""), ([0], b"1234"), ([-1, 2], b"1234")])
def test_lengths_that_do_not_add_up_are_refused(lengths, payload):
    with pytest.raises(InvalidInput, match="ids_do_not_match"):
        unpack_ids(lengths, payload)


def test_batches_hold_similar_lengths():
    # 9 alone fills 10; 5 + 4 pad to 2 × 5 = 10; 3, 3, 3 pad to 9.
    assert batches_of([3, 9, 5, 3, 4, 3], 10) == [[1], [2, 4], [0, 3, 5]]
    assert batches_of([3, 3, 3], 100, most=2) == [[0, 1], [2]]
    assert batches_of([], 10) == []
    assert batches_of([50], 10) == [[0]]


@given(st.lists(st.integers(1, 60)), st.integers(1, 100), st.integers(1, 5))
def test_every_position_is_in_one_batch_within_the_budget(lengths, budget, most):
    batches = batches_of(lengths, budget, most)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert len(batch) <= most
        assert padded <= budget or len(batch) == 1


def test_packed_batches_need_no_room_for_padding():
    # 9 + 1 would fit, but batches are filled in order of length: 5 + 3 leaves no room for 3.
    assert batches_of([3, 9, 5, 3, 1], 10, packed=True) == [[1], [2, 0], [3, 4]]
    assert batches_of([3, 3, 3], 100, most=2, packed=True) == [[0, 1], [2]]
    assert batches_of([50, 2], 10, packed=True) == [[0], [1]]
    assert batches_of([], 10, packed=True) == []


@pytest.mark.parametrize(
    ("sequences", "shared"),
    [
        ([], 0),
        ([[1, 2, 3]], 0),
        ([[1, 2, 3], [1, 2, 4]], 2),
        ([[1, 2, 3], [2, 2, 3]], 0),
        # One id of its own is left to each.
        ([[1, 2, 3], [1, 2, 3]], 2),
        ([[1, 2, 3, 4], [1, 2], [1, 2, 3]], 1),
        ([[7], [7]], 0),
        ([[1, 2, 3, 9], [1, 2, 3, 8], [1, 5, 3, 9]], 1),
        ([[1, 5, 3, 9], [1, 2, 3, 8], [1, 2, 3, 9]], 1),
        ([[1], []], 0),
    ],
)
def test_the_shared_prefix_is_the_longest_one(sequences, shared):
    assert shared_prefix(sequences) == shared
    assert shared_prefix([np.array(ids, np.int32) for ids in sequences]) == shared
