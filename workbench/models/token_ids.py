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


def shared_prefix(sequences: Sequence[Sequence[int]] | Sequence[NDArray[np.int32]]) -> int:
    """Return how many leading ids all sequences share; 0 for fewer than two of them.

    Each is left one id of its own at least, since the last one is where a model answers.
    """
    if len(sequences) < 2:
        return 0
    shared = max(min(map(len, sequences)) - 1, 0)
    first = np.asarray(sequences[0][:shared])
    for ids in sequences[1:]:
        differing = np.flatnonzero(first[:shared] != np.asarray(ids[:shared]))
        shared = int(differing[0]) if len(differing) else shared
    return shared


def batches_of(
    lengths: Sequence[int], budget: int, most: int | None = None, *, packed: bool = False
) -> list[list[int]]:
    """Return positions in batches, longest first.

    A batch holds at most ``budget`` tokens, padded to its longest member or ``packed`` without
    padding, and ``most`` members; one that alone is longer than the budget is a batch of its own.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        joined = [*batches[-1], position] if batches else [position]
        fits = batch_tokens(joined, lengths, packed=packed) <= budget
        if batches and fits and (most is None or len(joined) <= most):
            batches[-1] = joined
        else:
            batches.append([position])
    return batches


def batch_tokens(batch: Sequence[int], lengths: Sequence[int], *, packed: bool) -> int:
    """Return how many tokens a batch of positions has, padded to its longest or without padding."""
    chosen = [lengths[position] for position in batch]
    return sum(chosen) if packed else len(chosen) * max(chosen)
