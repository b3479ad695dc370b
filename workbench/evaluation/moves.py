"""How orders of the same candidates differ: moves, shared top, Kendall's tau-b and RBO."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Ranking

Direction: TypeAlias = Literal["new", "up", "down", "same"]
Key: TypeAlias = tuple[str, str]

PERSISTENCE = 0.9
"""RBO's p: with 0.9 the first ten ranks carry 86 % of the weight (Webber et al., equation 21)."""


@dataclass(frozen=True, slots=True)
class Move:
    """A candidate's rank, from 1, in the baseline (``was``) and in an arm.

    ``direction`` is new where it entered the top ranks that are looked at. ``tied`` where a
    neighbour has the same margin in either order, so that the move may say nothing.
    """

    corpus_id: str
    chunk_id: str
    was: int
    rank: int
    direction: Direction
    tied: bool

    @property
    def amount(self) -> int:
        """Return by how many ranks it rose; negative where it fell."""
        return self.was - self.rank


@dataclass(frozen=True, slots=True)
class Difference:
    """How an arm's order differs from the baseline's; it says nothing about which is right.

    ``moves`` stand in the arm's order. ``shared`` of the top ``depth`` candidates are the same.
    ``tau_b`` is in [−1, 1], None where one order is all ties or fewer than two candidates; ``rbo``
    in [0, 1], None without candidates.
    """

    moves: tuple[Move, ...]
    shared: int
    depth: int
    tau_b: float | None
    rbo: float | None


def differences(
    baseline: Ranking, arms: Sequence[Ranking], depth: int = 10
) -> tuple[Difference, ...]:
    """Return how each arm differs from the baseline, looking at the first ``depth`` ranks.

    A smaller ranking is looked at whole.

    Raises:
        InvalidInput: ``candidates_differ`` where an arm has other candidates than the baseline,
            ``candidate_repeated`` where one stands twice in an order.
    """
    return tuple(_difference(baseline, arm, depth) for arm in arms)


def _difference(baseline: Ranking, arm: Ranking, depth: int) -> Difference:
    _require_same_candidates(baseline, arm)
    depth = min(depth, len(arm.rows))
    return Difference(
        moves=tuple(_moves(baseline, arm, depth)),
        shared=overlap(keys(baseline), keys(arm), depth),
        depth=depth,
        tau_b=tau_b(_margins(baseline, baseline), _margins(arm, baseline)),
        rbo=rbo(keys(baseline), keys(arm)),
    )


def keys(ranking: Ranking) -> list[Key]:
    """Return the candidates' identities in order."""
    return [(row.candidate.corpus_id, row.candidate.chunk_id) for row in ranking.rows]


def _require_same_candidates(baseline: Ranking, arm: Ranking) -> None:
    for ranking in (baseline, arm):
        if len(set(keys(ranking))) != len(ranking.rows):
            raise InvalidInput("candidate_repeated", count=len(ranking.rows))
    missing = set(keys(baseline)) - set(keys(arm))
    added = set(keys(arm)) - set(keys(baseline))
    if missing or added:
        raise InvalidInput("candidates_differ", missing=len(missing), added=len(added))


def _moves(baseline: Ranking, arm: Ranking, depth: int) -> Iterator[Move]:
    before = dict(zip(keys(baseline), baseline.rows, strict=True))
    for key, row in zip(keys(arm), arm.rows, strict=True):
        was = before[key]
        yield Move(
            corpus_id=key[0],
            chunk_id=key[1],
            was=was.rank,
            rank=row.rank,
            direction=_direction(was.rank, row.rank, depth),
            tied=was.tied or row.tied,
        )


def _direction(was: int, rank: int, depth: int) -> Direction:
    if was == rank:
        return "same"
    if rank > was:
        return "down"
    return "new" if rank <= depth < was else "up"


def _margins(ranking: Ranking, order: Ranking) -> list[float]:
    """Return the margins in the order of another ranking; unscored candidates tie at the bottom."""
    found = {
        key: row.candidate.margin for key, row in zip(keys(ranking), ranking.rows, strict=True)
    }
    return [-math.inf if (margin := found[key]) is None else margin for key in keys(order)]


def overlap(one: Sequence[Key], other: Sequence[Key], depth: int) -> int:
    """Return how many of the first ``depth`` candidates two orders share."""
    return len(set(one[:depth]) & set(other[:depth]))


def tau_b(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Kendall's tau-b of two lists of margins of the same candidates, in [−1, 1].

    Of all pairs of candidates, (concordant − discordant) / √(untied in one · untied in other);
    None where either list is all ties or shorter than two.

    Source: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
    """
    first, second = _signs(one), _signs(other)
    balance = int((first * second).sum())
    untied_one, untied_other = int(np.abs(first).sum()), int(np.abs(second).sum())
    if not untied_one or not untied_other:
        return None
    return balance / math.sqrt(untied_one * untied_other)


def _signs(margins: Sequence[float]) -> NDArray[np.int64]:
    """Return for every two margins which one is greater, as 1, 0 or −1, each pair twice."""
    found = np.array(margins, dtype=np.float64)
    one, other = found[:, None], found[None, :]
    return (one > other).astype(np.int64) - (one < other)


def rbo(one: Sequence[Key], other: Sequence[Key], p: float = PERSISTENCE) -> float | None:
    """Return the extrapolated rank-biased overlap of two orders of equal length, in [0, 1].

    With X(d) candidates shared by the first d of n: X(n)/n · pⁿ + (1−p)/p · Σ X(d)/d · pᵈ. The top
    weighs most; 1 for equal orders, None for empty ones.

    Source: Webber, Moffat, Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28(4),
    2010: RBO_EXT of two rankings of the same length.
    """
    n = len(one)
    if not n:
        return None
    agreement, seen, shared = [], set[Key](), 0
    for depth, pair in enumerate(zip(one, other, strict=True), start=1):
        for key in pair:
            # Whatever stands in both orders so far has been met twice.
            shared += key in seen
            seen.add(key)
        agreement.append(shared / depth)
    summed = sum(share * p**depth for depth, share in enumerate(agreement, start=1))
    return agreement[-1] * p**n + (1 - p) / p * summed
