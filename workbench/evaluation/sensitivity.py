"""What a changed instruction does to an order: p-MRR, its bounds, worst wording, and noise."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.errors import InvalidInput
from workbench.evaluation.moves import rbo

TOP = 10
"""Ranks whose shifts are told as noise: what a reader looks at."""


@dataclass(frozen=True, slots=True)
class InstructionPair:
    """A question under two instructions that ask for something else.

    ``changed`` documents are right under the original instruction and wrong under the changed one,
    ``gained`` the other way round. ``candidates`` are what both order; empty where a first stage
    has yet to find them.
    """

    pair_id: str
    query: str
    original: str
    instruction: str
    changed: tuple[str, ...]
    gained: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairOrders:
    """A pair's candidates in first-stage order, and their order under each instruction."""

    pair: InstructionPair
    first_stage: tuple[str, ...]
    original: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """p-MRR over ``n`` pairs, in [−1, 1]: above 0 the order follows the changed instruction.

    A scorer that is blind to instructions gets exactly 0. ``oracle`` is what an order by labels
    gets that leaves everything else in first-stage order; it is no upper bound. ``ideal`` is the
    highest value that two orders of these candidates can have, and ``share_of_ideal`` p-MRR in
    parts of it; None where it is 0. ``gained`` is the same measure mirrored on documents that
    became right: above 0 they rose; None where no pair names any. ``per_pair`` is each one's p-MRR.
    """

    p_mrr: float
    oracle: float
    ideal: float
    share_of_ideal: float | None
    gained: float | None
    n: int
    per_pair: Mapping[str, float]


def sensitivity(orders: Sequence[PairOrders]) -> Sensitivity:
    """Return p-MRR over the pairs that name changed documents, with what it has to be read beside.

    Documents are averaged within a pair first, then pairs.

    Raises:
        InvalidInput: ``pairs_missing`` where no pair names a changed document,
            ``candidates_differ`` where the orders of a pair do not hold the same documents.

    Source: Weller et al., "FollowIR: Evaluating and Teaching Information Retrieval Models to Follow
    Instructions", NAACL 2025, p-MRR.
    """
    asked = [one for one in orders if one.pair.changed]
    if not asked:
        raise InvalidInput("pairs_missing")
    for one in asked:
        _require_same(one)
    values = {
        one.pair.pair_id: moved_away(one.original, one.changed, one.pair.changed) for one in asked
    }
    p_mrr = _mean(list(values.values()))
    ideal = _mean([ideal_of(one) for one in asked])
    gains = [
        -moved_away(one.original, one.changed, one.pair.gained) for one in asked if one.pair.gained
    ]
    return Sensitivity(
        p_mrr=p_mrr,
        oracle=_mean([oracle_of(one) for one in asked]),
        ideal=ideal,
        share_of_ideal=p_mrr / ideal if ideal else None,
        gained=_mean(gains) if gains else None,
        n=len(asked),
        per_pair=values,
    )


def _require_same(one: PairOrders) -> None:
    first = set(one.first_stage)
    for order in (one.original, one.changed):
        missing, added = len(first - set(order)), len(set(order) - first)
        if missing or added or len(order) != len(first):
            raise InvalidInput("candidates_differ", missing=missing, added=added)


def fall(before: int, after: int) -> float:
    """Return how far a document fell between two ranks from 1, in (−1, 1).

    2 to 10 is 1 − 2/10 = .8, 10 to 2 is 2/10 − 1 = −.8, an unchanged rank 0.
    """
    return after / before - 1 if before >= after else 1 - before / after


def moved_away(before: Sequence[str], after: Sequence[str], documents: Sequence[str]) -> float:
    """Return the mean ``fall`` of ``documents``; one that is missing stands behind the last."""
    old, new = _ranks(before), _ranks(after)
    last = len(before) + 1, len(after) + 1
    return _mean([fall(old.get(one, last[0]), new.get(one, last[1])) for one in documents])


def oracle_of(one: PairOrders) -> float:
    """Return p-MRR of orders by labels alone, with everything unlabelled in first-stage order.

    A changed document that the first stage has at rank 1 goes from 1 to 2, behind one gained: .5.
    """
    before = _raised(one.first_stage, one.pair.changed)
    return moved_away(before, _raised(one.first_stage, one.pair.gained), one.pair.changed)


def _raised(order: Sequence[str], documents: Sequence[str]) -> list[str]:
    first = set(documents)
    return [one for one in order if one in first] + [one for one in order if one not in first]


def ideal_of(one: PairOrders) -> float:
    """Return the highest p-MRR that two orders of the candidates can have.

    The m changed documents stand first in one and last of n in the other. While those places do not
    meet, keeping their order is best: the mean of 1 − i / (n − m + i), .98 for one of 50. Changed
    documents that are no candidates count 0.
    """
    total = len(one.first_stage)
    held = len(set(one.pair.changed) & set(one.first_stage))
    missing = len(set(one.pair.changed)) - held
    last = range(total - held + 1, total + 1)
    if held <= total - held:
        falls = [fall(before, after) for before, after in enumerate(last, start=1)]
    else:
        falls = _best_falls(held, last)
    return _mean([*falls, *[0.0] * missing])


def _best_falls(held: int, last: range) -> list[float]:
    """Return the falls of the best pairing of the first places with the last ones."""
    from scipy.optimize import linear_sum_assignment

    falls = [[fall(before, after) for after in last] for before in range(1, held + 1)]
    rows, columns = linear_sum_assignment(falls, maximize=True)
    return [falls[row][column] for row, column in zip(rows, columns, strict=True)]


def _ranks(order: Sequence[str]) -> dict[str, int]:
    return {one: rank for rank, one in enumerate(order, start=1)}


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def worst_wording(wordings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each question's lowest value under several wordings of one instruction.

    Its mean is Robustness@k where the values are nDCG@k.

    Raises:
        InvalidInput: ``pairs_missing`` without a wording, ``questions_differ`` where wordings were
            not measured on the same questions.

    Source: Oh et al., "INSTRUCTIR: A Benchmark for Instruction Following of Information Retrieval
    Models", 2024, Robustness.
    """
    if not wordings:
        raise InvalidInput("pairs_missing")
    for one in wordings[1:]:
        missing, added = set(wordings[0]) - set(one), set(one) - set(wordings[0])
        if missing or added:
            raise InvalidInput("questions_differ", missing=len(missing), added=len(added))
    return {query: min(one[query] for one in wordings) for query in wordings[0]}


@dataclass(frozen=True, slots=True)
class Noise:
    """How far an arm that should change nothing moves orders, as means over questions.

    ``shift`` is in ranks, over the baseline's first ``TOP``; ``rbo`` in [0, 1]; ``delta`` the mean
    size of the difference in a measure, without its sign.
    """

    shift: float
    rbo: float
    delta: float
    n: int


def rank_shift(before: Sequence[str], after: Sequence[str], depth: int = TOP) -> float:
    """Return by how many ranks the first ``depth`` of ``before`` moved on average; 0.0 for none."""
    new = _ranks(after)
    moved = [
        abs(new.get(one, len(after) + 1) - rank) for rank, one in enumerate(before[:depth], start=1)
    ]
    return sum(moved) / len(moved) if moved else 0.0


def noise(
    baseline: Mapping[str, Sequence[str]],
    control: Mapping[str, Sequence[str]],
    values: Mapping[str, float],
    control_values: Mapping[str, float],
) -> Noise:
    """Return how far a control's orders and measures lie from the baseline's.

    Raises:
        InvalidInput: ``labels_missing`` without questions, ``questions_differ``.
    """
    if not baseline:
        raise InvalidInput("labels_missing")
    for other in (control, values, control_values):
        missing, added = set(baseline) - set(other), set(other) - set(baseline)
        if missing or added:
            raise InvalidInput("questions_differ", missing=len(missing), added=len(added))
    overlaps = [
        rbo([("", one) for one in order], [("", one) for one in control[query]])
        for query, order in baseline.items()
    ]
    return Noise(
        shift=_mean([rank_shift(order, control[query]) for query, order in baseline.items()]),
        rbo=_mean([1.0 if one is None else one for one in overlaps]),
        delta=_mean([abs(control_values[query] - value) for query, value in values.items()]),
        n=len(baseline),
    )
