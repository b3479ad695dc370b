"""What instructions did to an order: how far it moved, whether as asked, and worst wordings."""

import math
from collections.abc import Iterator, Mapping, Sequence

from workbench.evaluation.measure_names import parse_measures
from workbench.evaluation.measures import measured, relevant
from workbench.evaluation.moves import rbo, tau_b
from workbench.evaluation.sensitivity import (
    InstructionPair,
    PairOrders,
    Sensitivity,
    rank_shift,
    sensitivity,
    worst_wording,
)
from workbench.evaluation.statistics import mean_interval
from workbench.services.effect_shapes import CriterionMatrix, Effect, Effects, Wordings
from workbench.services.measurements import PRIMARY, Measurement, Row


def effects_of(found: Measurement) -> Effects:
    """Return every instruction beside the first one; controls are no instructions."""
    held = _instructions(found)
    beside = [_effect(found, held[0], at) for at in held[1:]]
    return Effects(
        beside=tuple(one for one in beside if one is not None),
        matrix=_matrix(found, held),
        wordings=tuple(_wordings(found, held)),
    )


def _instructions(found: Measurement) -> list[int]:
    """Return the places of the rows that an instruction made."""
    return [at for at, row in enumerate(found.rows) if row.arm is not None and not row.arm.control]


def _effect(found: Measurement, first: int, other: int) -> Effect | None:
    before, after = found.orders[first], found.orders[other]
    shared = [query for query in found.questions if before.get(query) and after.get(query)]
    if not shared:
        return None
    overlaps = [
        rbo([("", one) for one in before[query]], [("", one) for one in after[query]])
        for query in shared
    ]
    taus = [tau for query in shared if (tau := _tau(found, first, other, query)) is not None]
    followed = _followed(found, first, other, shared)
    return Effect(
        baseline=first,
        row=other,
        shift=_mean([rank_shift(before[query], after[query]) for query in shared]),
        rbo=_mean([one for one in overlaps if one is not None]),
        tau_b=_mean(taus) if taus else None,
        changed_first=sum(before[query][0] != after[query][0] for query in shared),
        n=len(shared),
        followed=followed,
        interval=mean_interval(followed.per_pair) if followed else None,
    )


def _tau(found: Measurement, first: int, other: int, query: str) -> float | None:
    """Return Kendall's tau-b of the margins of passages that have one in both."""
    mine, theirs = (_margins(found.rows[at], query) for at in (first, other))
    both = [chunk for chunk in mine if chunk in theirs]
    return tau_b([mine[one] for one in both], [theirs[one] for one in both])


def _margins(row: Row, query: str) -> Mapping[str, float]:
    return row.passages.margins.get(query, {}) if row.passages else {}


def _followed(
    found: Measurement, first: int, other: int, shared: Sequence[str]
) -> Sensitivity | None:
    """Return p-MRR from one criterion's labels to another's; None where nothing is told apart."""
    mine, theirs = (found.qrels[found.rows[at].criterion_id] for at in (first, other))
    if found.rows[first].criterion_id == found.rows[other].criterion_id:
        return None
    made = []
    for query in shared:
        pool = found.pool.get(query, ())
        changed, gained = _told_apart(mine.get(query, {}), theirs.get(query, {}), pool, found.level)
        pair = InstructionPair(query, query, "", "", changed, gained)
        made.append(PairOrders(pair, pool, found.orders[first][query], found.orders[other][query]))
    asked = [one for one in made if one.pair.changed]
    return sensitivity(asked) if asked else None


def _told_apart(
    mine: Mapping[str, int], theirs: Mapping[str, int], pool: Sequence[str], level: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the candidates that are right by one criterion only: the first's, the second's."""
    both = [chunk for chunk in pool if chunk in mine and chunk in theirs]
    first, second = set(relevant(mine, level)), set(relevant(theirs, level))
    return (
        tuple(one for one in both if one in first and one not in second),
        tuple(one for one in both if one in second and one not in first),
    )


def _matrix(found: Measurement, held: Sequence[int]) -> CriterionMatrix | None:
    """Return how each instruction does by each criterion; None for one, or no shared question."""
    shared = [
        query
        for query in found.questions
        if all(query in labels for labels in found.qrels.values())
        and all(query in found.orders[at] for at in held)
    ]
    if len(found.criteria) < 2 or not held or not shared:
        return None
    values = [_by_criterion(found, at, shared) for at in held]
    return CriterionMatrix(tuple(held), found.criteria, tuple(values), len(shared))


def _by_criterion(found: Measurement, at: int, shared: Sequence[str]) -> tuple[float, ...]:
    primary = parse_measures(PRIMARY, found.level)
    orders = {query: found.orders[at][query] for query in shared}
    means = []
    for criterion in found.criteria:
        labels = found.qrels[criterion.criterion_id]
        qrels = {query: labels[query] for query in shared}
        means.append(measured(primary, qrels, orders, level=found.level).means[PRIMARY])
    return tuple(means)


def _wordings(found: Measurement, held: Sequence[int]) -> Iterator[Wordings]:
    """Yield, by criterion, how far instructions measured by the same labels lie apart."""
    for criterion in found.criteria:
        values = [
            found.rows[at].per_query[PRIMARY]
            for at in held
            if found.rows[at].criterion_id == criterion.criterion_id
        ]
        if len(values) < 2:
            continue
        lowest = worst_wording(values)
        highest = [max(one[query] for one in values) for query in lowest]
        yield Wordings(
            criterion=criterion,
            count=len(values),
            worst=_mean(list(lowest.values())),
            mean=_mean([_mean(list(one.values())) for one in values]),
            best=_mean(highest),
            n=len(lowest),
        )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
