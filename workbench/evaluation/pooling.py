"""Which passages a judge is shown, and in which order, so that neither tells who found them."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from workbench.evaluation.gold import Disagreement

DEPTH = 10
"""Ranks of each order that are graded."""
CONTROLS = 2
"""Passages a question that no order has near its top: without them a judge learns to say yes."""

Orders: TypeAlias = Mapping[str, Sequence[str]]
"""Passages by question, best first."""
Pair: TypeAlias = tuple[str, str]
"""A question and a passage."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What the top of several orders holds: ``top`` and, below it, ``controls``, by question."""

    top: Mapping[str, tuple[str, ...]]
    controls: Mapping[str, tuple[str, ...]]


def pooled(
    queries: Iterable[str],
    orders: Sequence[Orders],
    *,
    depth: int = DEPTH,
    controls: int = CONTROLS,
    seed: int = 0,
) -> Pooled:
    """Return the union of the first ``depth`` of all orders, and a few drawn from further down."""
    top: dict[str, tuple[str, ...]] = {}
    drawn: dict[str, tuple[str, ...]] = {}
    for query in queries:
        first = dict.fromkeys(one for o in orders for one in o.get(query, ())[:depth])
        below = {one for o in orders for one in o.get(query, ())[depth:]} - set(first)
        top[query] = tuple(first)
        drawn[query] = tuple(one for _, one in shuffled([(query, o) for o in below], seed))[
            :controls
        ]
    return Pooled(top, drawn)


def shuffled(pairs: Iterable[Pair], seed: int) -> list[Pair]:
    """Return the pairs in an order that only the seed and the pairs themselves decide.

    A pair keeps its place among the others whoever joins or leaves, so that nothing is shown twice
    or skipped when a queue grows.
    """
    return sorted(set(pairs), key=lambda pair: (_draw(seed, *pair), pair))


def unlabelled(found: Pooled, graded: Iterable[Pair], seed: int) -> tuple[Pair, ...]:
    """Return what has no grade yet: question by question, its passages shuffled.

    Questions stand in their own order, because a judge reads each question once.
    """
    done = set(graded)
    queue: list[Pair] = []
    for query, first in found.top.items():
        pairs = [(query, one) for one in (*first, *found.controls.get(query, ()))]
        queue.extend(one for one in shuffled(pairs, seed) if one not in done)
    return tuple(queue)


def deciding(
    queries: Iterable[str],
    baseline: Orders,
    arms: Sequence[Orders],
    graded: Iterable[Pair],
    *,
    depth: int = DEPTH,
) -> tuple[Pair, ...]:
    """Return the passages without a grade that can move a difference, the strongest first.

    A passage weighs as much as its discount 1 / log2(rank + 1) differs between the baseline and an
    arm; one that stands at the same rank in all of them cannot move anything and is left out.

    A passage at ranks 1 and 3 weighs 1 − 0.5; one at rank 10 in a single order weighs 0.29.
    """
    done = set(graded)
    weighed: list[tuple[float, Pair]] = []
    for query in queries:
        before = _discounts(baseline.get(query, ()), depth)
        after = [_discounts(arm.get(query, ()), depth) for arm in arms]
        for one in dict.fromkeys(chunk for order in (before, *after) for chunk in order):
            moves = [abs(arm.get(one, 0.0) - before.get(one, 0.0)) for arm in after]
            if max(moves, default=0.0) > 0 and (query, one) not in done:
                weighed.append((max(moves), (query, one)))
    return tuple(pair for _, pair in sorted(weighed, key=lambda item: (-item[0], item[1])))


def disputed(found: Sequence[Disagreement], criterion_id: str) -> tuple[Pair, ...]:
    """Return the passages on which judges disagree and nobody has settled, widest apart first."""
    still = [one for one in found if one.criterion_id == criterion_id and not one.settled]
    ordered = sorted(still, key=lambda d: (d.grades[0] - d.grades[-1], d.query_id, d.chunk_id))
    return tuple((one.query_id, one.chunk_id) for one in ordered)


def audited(graded: Iterable[Pair], seed: int, *, share: float = 0.1) -> tuple[Pair, ...]:
    """Return a random tenth of what was graded, at least five where there are as many."""
    drawn = shuffled(graded, seed)
    return tuple(drawn[: max(round(share * len(drawn)), min(len(drawn), 5))])


def _discounts(order: Sequence[str], depth: int) -> dict[str, float]:
    return {one: 1 / math.log2(rank + 1) for rank, one in enumerate(order[:depth], start=1)}


def _draw(seed: int, query: str, chunk: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{query}\x1f{chunk}".encode()).hexdigest()
