"""Plans which prompts are computed together, and finds what they share."""

from collections.abc import Sequence


def plan(lengths: Sequence[int], max_tokens: int, max_pairs: int) -> list[tuple[int, ...]]:
    """Return batches of indices into ``lengths``, longest prompts first; each index exactly once.

    A batch costs its longest prompt times its size, as if padded, and stays within ``max_tokens``
    and ``max_pairs``; a prompt longer than ``max_tokens`` goes alone. Longest first, so that what
    does not fit the device fails at once, and neighbours in length need little padding. No lengths
    give no batches.
    """
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda at: (-lengths[at], at)):
        if batches and _fits(len(batches[-1]), lengths[batches[-1][0]], max_tokens, max_pairs):
            batches[-1].append(index)
        else:
            batches.append([index])
    return [tuple(batch) for batch in batches]


def _fits(size: int, longest: int, max_tokens: int, max_pairs: int) -> bool:
    return size < max_pairs and (size + 1) * longest <= max_tokens


def common_prefix(prompts: Sequence[Sequence[int]]) -> int:
    """Return how many leading tokens all prompts share; 0 for no prompts, all for a single one."""
    if not prompts:
        return 0
    # what the smallest and the largest share in dictionary order, everything between them shares
    first, last = min(map(tuple, prompts)), max(map(tuple, prompts))
    for at, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return at
    return min(len(first), len(last))
