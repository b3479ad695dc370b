"""Tests of workbench.models.bundles."""

from itertools import accumulate, pairwise

import pytest
import torch

from workbench.models.bundles import SHORT, Bundle, bundles_of


def spans_of(*lengths: int) -> tuple[tuple[int, int], ...]:
    return tuple(pairwise(accumulate(lengths, initial=0)))


def members(prefixes, before, *lengths: int) -> list[tuple[int, ...]]:
    return [bundle.members for bundle in bundles_of(prefixes, before, spans_of(*lengths))]


def test_similar_lengths_lie_together_longest_first():
    assert members([(), (), (), ()], [0] * 4, 10, 3, 12, 4) == [(2, 0), (3, 1)]


def test_what_would_be_alone_or_is_long_is_no_bundle():
    assert members([()], [0], 5) == []
    assert members([(), ()], [0, 0], 5, 100) == []
    assert members([(), ()], [0, 0], SHORT + 1, SHORT + 1) == []
    assert members([(), ()], [0, 0], SHORT, SHORT) == [(0, 1)]


def test_every_prefix_has_bundles_of_its_own():
    one, other = ("one",), ("other",)
    found = members([one, other, one, other, ()], [5] * 5, 7, 7, 7, 7, 7)
    assert sorted(found) == [(0, 2), (1, 3)]


def test_keys_that_lie_side_by_side_are_bounded():
    prefix = ("long",)
    found = members([prefix] * 9, [1_000] * 9, *([24] * 9))
    # four times 1,024 keys fill the room; the ninth is left alone
    assert [len(one) for one in found] == [4, 4]


def test_tokens_go_out_and_come_back_to_their_places():
    bundle = Bundle.of([2, 0], spans_of(2, 1, 3))
    row = torch.arange(6.0).view(1, 1, 6, 1)
    taken = bundle.taken(row)
    assert taken[:, 0, :, 0].tolist() == [[3.0, 4.0, 5.0], [0.0, 1.0, 1.0]]
    found = torch.full((1, 1, 6, 1), -1.0)
    bundle.put(found, taken * 10)
    assert found.flatten().tolist() == [0.0, 10.0, -1.0, 30.0, 40.0, 50.0]


@pytest.mark.parametrize("heads", [1, 3])
def test_heads_and_sizes_keep_their_order(heads):
    bundle = Bundle.of([0, 1], spans_of(2, 2))
    row = torch.randn(1, heads, 4, 5, generator=torch.Generator().manual_seed(0))
    found = torch.zeros_like(row)
    bundle.put(found, bundle.taken(row))
    assert torch.equal(found, row)
