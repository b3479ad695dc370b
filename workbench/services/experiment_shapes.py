"""A finished measurement as an experiment keeps it, and back, without loss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.domain.experiments import Experiment, Frozen, FrozenOrder, Json, Manifest
from workbench.domain.identity import digest, text_hash
from workbench.domain.rankings import (
    RECALL_METHODS,
    Candidate,
    Ranking,
    RerankerInfo,
    Scores,
)
from workbench.evaluation.measures import order_of
from workbench.services.measurements import ArmPlan, Measurement, Row
from workbench.services.rerank import scored

Kept = Mapping[str, Any]
"""What a measurement is drawn from, as JSON."""
Candidates = Mapping[str, Sequence[tuple[str, str]]]
"""Chunk and what was read of it, by question, in recall order."""
APART = ("qrels", "orders", "pool")
"""What has tables of its own; everything else of a measurement stands in the details."""


@dataclass(slots=True)
class Found:
    """What was found so far: orders by instruction and question, on what, by which model."""

    orders: list[dict[str, dict[str, Any]]]
    candidates: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    recalled: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    generations: set[int] = field(default_factory=set)
    reranker: RerankerInfo | None = None
    pairs: int = 0
    seconds: float = 0.0

    def add(self, arm: int, query: str, order: dict[str, Any], scores: Scores) -> None:
        """Take in a question's order under an instruction."""
        self.orders[arm][query] = order
        self.reranker = scores.reranker
        self.pairs += scores.cost.pairs
        self.seconds += scores.cost.compute_seconds

    def kept(self) -> dict[str, Any]:
        """Return what a measurement keeps of it."""
        return {
            "recalled": self.recalled,
            "orders": self.orders,
            "reranker": asdict(self.reranker) if self.reranker else None,
            "generation": max(self.generations, default=0),
            "computed": {"pairs": self.pairs, "seconds": self.seconds},
            "passages": _hash_of(self.candidates),
            "pool": {
                query: [chunk for chunk, _ in rows] for query, rows in self.candidates.items()
            },
        }


def frozen_of(kept: Kept, candidates: Candidates, found: Measurement) -> Frozen:
    """Return what is frozen of a measurement, whose orders are those of its candidates."""
    hashed = {
        query: tuple((chunk, text_hash(text)) for chunk, text in rows)
        for query, rows in candidates.items()
    }
    places = {
        query: {chunk: at for at, (chunk, _) in enumerate(rows)} for query, rows in hashed.items()
    }
    plans = [ArmPlan(**one) for one in kept["arms"]]
    return Frozen(
        candidates=hashed,
        texts={text_hash(text): text for rows in candidates.values() for _, text in rows},
        orders={
            (arm, query): _order(one, places[query])
            for arm, orders in enumerate(kept["orders"])
            for query, one in orders.items()
        },
        labels=kept["qrels"],
        measures={
            (_arm(row, plans), row.criterion_id, measure): dict(values)
            for row in found.rows
            for measure, values in row.per_query.items()
        },
    )


def details_of(kept: Kept) -> dict[str, Any]:
    """Return what of a measurement has no table of its own.

    Questions stand as pairs: the names of a stored object have no order of their own.
    """
    details = {name: value for name, value in kept.items() if name not in APART}
    return {**details, "questions": [list(pair) for pair in kept["questions"].items()]}


def questions_of(experiment: Experiment) -> dict[str, str]:
    """Return the questions of an experiment by their id, in their order."""
    pairs: Any = experiment.details["questions"]
    return dict(pairs)


def kept_of(experiment: Experiment, frozen: Frozen) -> dict[str, Any]:
    """Return the measurement as it was kept, from what an experiment froze."""
    details: dict[str, Any] = {**experiment.details, "questions": questions_of(experiment)}
    orders: list[dict[str, Any]] = [{} for _ in details["arms"]]
    pool = {query: [chunk for chunk, _ in rows] for query, rows in frozen.candidates.items()}
    for query in details["questions"]:
        chunks = pool.get(query, [])
        for arm, kept in enumerate(orders):
            one = frozen.orders.get((arm, query))
            if one is not None:
                kept[query] = {
                    "chunks": [chunks[place] for place in one.places],
                    "margins": list(one.margins),
                    "scores": list(one.scores) if one.scores else [None] * len(one.places),
                }
    return {**details, "qrels": frozen.labels, "orders": orders, "pool": pool}


def _order(one: Mapping[str, Any], places: Mapping[str, int]) -> FrozenOrder:
    scores = one["scores"]
    return FrozenOrder(
        tuple(places[chunk] for chunk in one["chunks"]),
        tuple(one["margins"]),
        None if any(score is None for score in scores) else tuple(scores),
    )


def _arm(row: Row, plans: Sequence[ArmPlan]) -> int:
    """Return the place of a row's instruction in the plan; ways of recall count down from −1."""
    if row.arm is not None:
        return plans.index(row.arm)
    return -1 - [str(one) for one in RECALL_METHODS].index(str(row.method))


def ordered(question: str, candidates: Sequence[Candidate], scores: Scores) -> dict[str, Any]:
    """Return the candidates' chunks best first, with what they were sorted by."""
    ranking = Ranking.of(question, scored(tuple(candidates), scores))
    return {
        "chunks": order_of(ranking),
        "margins": [row.candidate.margin for row in ranking.rows],
        "scores": [row.candidate.score for row in ranking.rows],
    }


def _hash_of(candidates: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """Return what tells frozen candidates apart: which ones, in which order, of which text."""
    rows: dict[str, Json] = {
        query: [[chunk, text_hash(text)] for chunk, text in found]
        for query, found in candidates.items()
    }
    return digest(Manifest.of(rows=rows).fields)
