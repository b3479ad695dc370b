"""Two experiments side by side, and one beside itself made again: what may be said of either."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.experiments import Experiment, Frozen, FrozenOrder
from workbench.evaluation.bounds import reach
from workbench.evaluation.statistics import Comparison, compare
from workbench.evaluation.verdict import Standing, Verdict, verdict
from workbench.services.measurements import PRIMARY, Measurement, Row
from workbench.services.verdicts import Versus

SAME_INSTRUCTION = frozenset({"arms"})
"""Fields of the manifest that may differ where an instruction's effect is spoken of."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """An experiment made again on the same candidates.

    ``orders`` are pairs of instruction and question, ``same`` those whose order came out alike,
    ``first`` those whose first passage is another one. ``margin`` is the largest difference between
    two margins; 0.0 where every one is equal to the last bit. ``differs`` names what of the
    manifest is not the same.
    """

    orders: int
    same: int
    first: int
    margin: float
    means: Mapping[str, tuple[float, float]]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """An instruction of one experiment beside one of another, over the questions of both."""

    name: str
    other: str
    criterion_id: str
    versus: Versus


@dataclass(frozen=True, slots=True)
class Beside:
    """Two experiments: what differs between them, and their instructions side by side."""

    first: Experiment
    second: Experiment
    differs: tuple[str, ...]
    pairings: tuple[Pairing, ...]


def beside_of(
    first: Experiment, mine: Measurement, second: Experiment, theirs: Measurement
) -> Beside:
    """Return two experiments, each instruction of one beside those of its criterion in the other.

    Where something else than the instruction differs, its effect is not spoken of.
    """
    differs = tuple(
        one for one in mine.manifest.differs(theirs.manifest) if one not in SAME_INSTRUCTION
    )
    follows = all(
        one.reranker is not None and one.reranker.supports_instruction for one in (mine, theirs)
    )
    standing = Standing(follows_instructions=follows, differs=differs)
    pairings = tuple(
        pairing
        for row in _instructions(mine)
        for other in _instructions(theirs)
        if row.criterion_id == other.criterion_id
        for pairing in _paired(mine, row, theirs, other, standing)
    )
    return Beside(first, second, differs, pairings)


def arms_of(one: Experiment) -> list[dict[str, Any]]:
    """Return the instructions that were measured: name, text and criterion of each."""
    found: Any = one.details["arms"]
    return list(found)


def _instructions(found: Measurement) -> list[Row]:
    return [row for row in found.rows if row.arm is not None]


def _paired(
    mine: Measurement, row: Row, theirs: Measurement, other: Row, standing: Standing
) -> list[Pairing]:
    """Return the second's instruction against the first's; none where no question is in both."""
    both = row.per_query[PRIMARY].keys() & other.per_query[PRIMARY].keys()
    if not both or row.arm is None or other.arm is None:
        return []
    before, after = (
        {query: one.per_query[PRIMARY][query] for query in both} for one in (row, other)
    )
    (one,) = compare(before, [after])
    said = _said(mine, row, theirs, other, one, standing)
    hits = (row.hits[1], other.hits[1]) if row.n == other.n == len(both) else None
    versus = Versus(row.arm.name, one, None, said, hits)
    return [Pairing(row.arm.name, other.arm.name, row.criterion_id, versus)]


def _said(
    mine: Measurement,
    row: Row,
    theirs: Measurement,
    other: Row,
    one: Comparison,
    standing: Standing,
) -> Verdict:
    if standing.differs:
        return verdict(one, None, standing)
    orders, others = mine.orders[mine.rows.index(row)], theirs.orders[theirs.rows.index(other)]
    return verdict(one, reach(mine.qrels[row.criterion_id], orders, others), standing)


def reproduction_of(
    before: Experiment, old: Frozen, again: Experiment, new: Frozen
) -> Reproduction:
    """Return how far an experiment came out alike when it was made again."""
    shared = [key for key in old.orders if key in new.orders]
    pairs = [(old.orders[key], new.orders[key]) for key in shared]
    return Reproduction(
        orders=len(shared),
        same=sum(one.places == other.places for one, other in pairs),
        first=sum(one.places[:1] != other.places[:1] for one, other in pairs),
        margin=max((_apart(one, other) for one, other in pairs), default=0.0),
        means=_means(before, old, new),
        differs=before.manifest.differs(again.manifest),
    )


def _apart(one: FrozenOrder, other: FrozenOrder) -> float:
    """Return the largest difference of a candidate's margins."""
    mine = dict(zip(one.places, one.margins, strict=True))
    numbers = zip(other.places, other.margins, strict=True)
    return max((abs(mine[place] - number) for place, number in numbers), default=0.0)


def _means(before: Experiment, old: Frozen, new: Frozen) -> dict[str, tuple[float, float]]:
    found = {}
    for at, arm in enumerate(arms_of(before)):
        key = (at, str(arm["criterion_id"]), PRIMARY)
        one, other = old.measures.get(key, {}), new.measures.get(key, {})
        if one and other:
            found[str(arm["name"])] = (
                sum(one.values()) / len(one),
                sum(other.values()) / len(other),
            )
    return found
