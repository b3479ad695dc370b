"""Plans which prompts go through a model together, and what is computed once for several."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import InvalidInput
from workbench.models.token_ids import shared_prefix

Ids: TypeAlias = NDArray[np.int32]

MOST_SHARED = 1024
"""Most tokens of one prefix: its keys and values lie in memory for every layer."""
MOST_TOGETHER = 2048
"""Most tokens of all the prefixes that lie in memory at once."""
_SEEN = 16
"""How many times the budget all keys of a pass may be, since a card gathers each prompt's own."""


@dataclass(frozen=True, slots=True)
class Group:
    """Prompts by position, and the ids that all of them begin with and that are computed once."""

    members: tuple[int, ...]
    shared: Ids


def groups_of(prompts: Sequence[Ids], sizes: Sequence[int], most: int = MOST_SHARED) -> list[Group]:
    """Return the prompts in runs of ``sizes``, of which () makes one; at most ``most`` ids shared.

    Raises:
        InvalidInput: ``groups_do_not_match`` where a size is below 1 or they do not add up.
    """
    sizes = tuple(sizes) or ((len(prompts),) if len(prompts) else ())
    if any(size < 1 for size in sizes) or sum(sizes) != len(prompts):
        raise InvalidInput("groups_do_not_match", expected=len(prompts), received=sum(sizes))
    runs = [tuple(range(start, end)) for start, end in pairwise(accumulate(sizes, initial=0))]
    return [Group(run, _shared([prompts[at] for at in run], most)) for run in runs]


def sizes_of(groups: Sequence[Group], chosen: Collection[int]) -> list[int]:
    """Return of how many of the chosen positions each group consists, without empty ones."""
    counts = (sum(at in chosen for at in group.members) for group in groups)
    return [count for count in counts if count]


def _shared(prompts: Sequence[Ids], most: int) -> Ids:
    return prompts[0][: min(shared_prefix(prompts), most)]


def stretches(groups: Sequence[Group], most: int = MOST_TOGETHER) -> list[list[Group]]:
    """Return the groups in stretches, each with at most ``most`` ids shared, equal ones once."""
    found: list[list[Group]] = []
    seen: dict[bytes, int] = {}
    for group in groups:
        joined = {**seen, group.shared.tobytes(): len(group.shared)}
        if found and sum(joined.values()) <= most:
            found[-1].append(group)
            seen = joined
        else:
            found.append([group])
            seen = {group.shared.tobytes(): len(group.shared)}
    return found


def packed_passes(
    groups: Sequence[Group],
    waiting: Collection[int],
    own: Sequence[int],
    before: Sequence[int],
    budget: int,
) -> list[list[int]]:
    """Return the positions that wait in passes of at most ``budget`` tokens of their own.

    ``own`` and ``before`` are each prompt's tokens after its prefix and in it. A group that fits a
    pass is not divided, unless the pass before it would stay half empty; of a group the longest go
    first. One that alone is longer than the budget is a pass of its own.
    """
    passes: list[list[int]] = []
    used = seen = 0
    for group in groups:
        members = [at for at in group.members if at in waiting]
        whole = sum(own[at] for at in members)
        divided = used + whole > budget >= whole and 2 * used >= budget
        for at in sorted(members, key=lambda at: (-own[at], at)):
            fits = used + own[at] <= budget and seen + before[at] + own[at] <= _SEEN * budget
            if not passes or divided or not fits:
                passes.append([])
                used = seen = 0
                divided = False
            passes[-1].append(at)
            used += own[at]
            seen += before[at] + own[at]
    return passes
