"""Tests of workbench.models.passes."""

import numpy as np
import pytest

from workbench.domain.errors import InvalidInput
from workbench.models.passes import Group, groups_of, packed_passes, sizes_of, stretches


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


PROMPTS = [ids(1, 2, 3), ids(1, 2, 4, 5), ids(1, 9), ids(7, 8), ids(7, 8)]


def plain(groups) -> list[tuple[tuple[int, ...], list[int]]]:
    return [(group.members, group.shared.tolist()) for group in groups]


def test_each_group_has_its_longest_common_beginning():
    assert plain(groups_of(PROMPTS, [2, 1, 2])) == [
        ((0, 1), [1, 2]),
        ((2,), []),
        ((3, 4), [7]),
    ]
    assert plain(groups_of(PROMPTS[:3], ())) == [((0, 1, 2), [1])]
    assert plain(groups_of(PROMPTS[:2], [2], most=1)) == [((0, 1), [1])]
    assert plain(groups_of(PROMPTS[:2], [2], most=0)) == [((0, 1), [])]
    assert groups_of([], ()) == []


@pytest.mark.parametrize("sizes", [[2], [5, 1], [6, -1], [5, 0], [1] * 6])
def test_sizes_that_do_not_add_up_are_refused(sizes):
    with pytest.raises(InvalidInput) as caught:
        groups_of(PROMPTS, sizes)
    assert caught.value.code == "groups_do_not_match"
    assert caught.value.params == {"expected": 5, "received": sum(sizes)}


def test_the_groups_of_a_choice_are_those_that_have_any_of_it():
    groups = groups_of(PROMPTS, [2, 1, 2])
    assert sizes_of(groups, [0, 3, 4]) == [1, 2]
    assert sizes_of(groups, []) == []


def group(*members: int, shared: int = 0) -> Group:
    return Group(members, np.full(shared, members[0], np.int32))


def test_a_stretch_holds_a_bounded_number_of_tokens_and_equal_ones_once():
    a, b, c = group(0, 1, shared=60), group(2, 3, shared=40), group(4, 5, shared=1)
    same = Group((6, 7), a.shared)
    assert stretches([a, b, same], 100) == [[a, b, same]]
    assert stretches([a, b, c], 100) == [[a, b], [c]]
    assert stretches([a, c, b], 100) == [[a, c], [b]]
    # One that alone is over the bound is a stretch of its own; those that share nothing are free.
    assert [len(each) for each in stretches([a, group(8), group(9)], 10)] == [1, 2]
    assert stretches([], 10) == []


def planned(groups, own, budget, before=None, waiting=None) -> list[list[int]]:
    return packed_passes(
        groups, waiting or set(range(len(own))), own, before or [0] * len(own), budget
    )


def test_passes_hold_a_budget_and_the_longest_of_a_group_go_first():
    one = [group(0, 1, 2, 3, 4)]
    assert planned(one, [3, 10, 7, 15, 1], 21) == [[3], [1, 2, 0, 4]]
    assert planned(one, [3, 10, 99, 15, 1], 21) == [[2], [3], [1, 0, 4]]
    assert planned(one, [5] * 5, 5, waiting={1, 4}) == [[1], [4]]
    assert planned([], [], 5) == []


def test_a_group_is_not_divided_unless_a_pass_would_stay_half_empty():
    two = [group(0, 1), group(2, 3)]
    # 12 of 20 are taken: the second group, of 10, has a pass of its own.
    assert planned(two, [6, 6, 5, 5], 20) == [[0, 1], [2, 3]]
    # 8 of 20 are taken, and 14 do not fit beside them: what fits goes along.
    assert planned(two, [4, 4, 7, 7], 20) == [[0, 1, 2], [3]]
    assert planned(two, [4, 4, 6, 6], 20) == [[0, 1, 2, 3]]


def test_all_keys_of_a_pass_are_bounded_too():
    # 16 × 10 keys: each prompt has 60 + 1.
    assert planned([group(0, 1, 2, 3)], [1] * 4, 10, before=[60] * 4) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("seed", range(20))
def test_every_position_is_in_one_pass_within_the_budget(seed):
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 7, 6).tolist()
    ends = np.cumsum([0, *sizes]).tolist()
    groups = [group(*range(ends[n], ends[n + 1])) for n in range(6)]
    own = draw.integers(1, 40, ends[-1]).tolist()
    passes = planned(groups, own, 50)
    assert sorted(at for each in passes for at in each) == list(range(ends[-1]))
    assert all(sum(own[at] for at in each) <= 50 for each in passes)
