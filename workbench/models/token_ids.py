"""Packs lists of token ids into bytes for the model host, and plans batches of similar length."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import InvalidInput


def pack_ids(sequences: Sequence[Sequence[int]]) -> tuple[list[int], bytes]:
    """Return the length of each sequence, and all ids in a row as little-endian int32."""
    lengths = [len(ids) for ids in sequences]
    total = sum(lengths)
    flat = np.fromiter((i for ids in sequences for i in ids), dtype="<i4", count=total)
    return lengths, flat.tobytes()


def unpack_ids(lengths: Sequence[int], payload: bytes) -> list[NDArray[np.int32]]:
    """Return the sequences that ``pack_ids`` packed.

    Raises:
        InvalidInput: ``ids_do_not_match`` where the lengths do not add up to the payload.
    """
    if any(n < 0 for n in lengths) or 4 * sum(lengths) != len(payload):
        raise InvalidInput("ids_do_not_match", expected=4 * sum(lengths), received=len(payload))
    flat = np.frombuffer(payload, dtype="<i4")
    ends = np.cumsum([0, *lengths]).tolist()
    return [flat[start:end] for start, end in pairwise(ends)]


def batches_of(lengths: Sequence[int], budget: int, most: int | None = None) -> list[list[int]]:
    """Return positions in batches, longest first.

    A batch padded to its longest member holds at most ``budget`` tokens and ``most`` members; one
    that alone is longer than the budget is a batch of its own.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        last = batches[-1] if batches else None
        if last and _fits(lengths[last[0]], len(last) + 1, budget, most):
            last.append(position)
        else:
            batches.append([position])
    return batches


def _fits(longest: int, members: int, budget: int, most: int | None) -> bool:
    return longest * members <= budget and (most is None or members <= most)
