"""What is measured of a reranker on frozen candidates, made the way that the product makes it."""

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.recall_quality import ndcg, reciprocal_rank
from training.asks import Asks
from training.cases import Case, LibraryPairs, PairCase
from training.passages import rows
from training.wordings import instruction, phrase, placebo
from workbench.domain.ports import BATCH, Reranker
from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation.pairs import Scored
from workbench.evaluation.sensitivity import PairOrders, Sensitivity, rank_shift, sensitivity

NOISE_SEED = 43


class Bound:
    """A reranker, with what it is called in the tables."""

    def __init__(self, name: str, reranker: Reranker) -> None:
        self.name, self.reranker = name, reranker
        self._orders: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}

    def order(self, query: str, told: str, texts: Mapping[str, str]) -> list[str]:
        """Return the candidates' keys as the product sorts them; what was asked once is kept."""
        asked = (query, told, tuple(texts))
        if asked not in self._orders:
            self._orders[asked] = self._ordered(query, told, texts)
        return self._orders[asked]

    def _ordered(self, query: str, told: str, texts: Mapping[str, str]) -> list[str]:
        pairs = self.reranker.score(query, list(texts.values()), told, priority=BATCH).pairs
        candidates = [
            Candidate(key, rank, margin=pair.margin)
            for rank, (key, pair) in enumerate(zip(texts, pairs, strict=True), start=1)
        ]
        return [row.candidate.chunk_id for row in Ranking.of(query, candidates).rows]


def found_values(bound: Bound | None, cases: Iterable[Case]) -> dict[str, dict[str, float]]:
    """Return each group's measure by question; without a reranker, of the first stage's order."""
    found: dict[str, dict[str, float]] = {}
    for case in cases:
        order = bound.order(case.query, "", case.texts) if bound else list(case.texts)
        measure = ndcg if case.group == "stard" else reciprocal_rank
        found.setdefault(case.group, {})[case.query] = measure(order, case.relevant)
    return found


def followed(bound: Bound, cases: Iterable[PairCase]) -> Sensitivity:
    """Return how far a reranker follows the pairs."""
    orders = []
    for case in cases:
        pair = case.pair
        before, after = (
            bound.order(pair.query, told, case.texts) for told in (pair.original, pair.instruction)
        )
        orders.append(PairOrders(pair, pair.candidates, tuple(before), tuple(after)))
    return sensitivity(orders)


def clauses(bound: Bound, data: Path, *, as_instruction: bool) -> list[Scored]:
    """Return the margins of clauses that meet an instruction and of those that do not.

    The instruction is the question, and where ``as_instruction`` it is what is asked for too.
    """
    folder = data / "clauses"
    texts = {one["_id"]: one["text"] for one in rows(folder / "corpus.jsonl")}
    told = {one["_id"]: one["instruction"] for one in rows(folder / "instructions.jsonl")}
    judged: dict[str, dict[str, int]] = {}
    for one in rows(folder / "judgements.jsonl"):
        judged.setdefault(one["instruction_id"], {})[one["doc_id"]] = one["label"]
    scored = []
    for name, labels in judged.items():
        asked = told[name] if as_instruction else ""
        pairs = bound.reranker.score(told[name], [texts[key] for key in labels], asked).pairs
        for (key, label), pair in zip(labels.items(), pairs, strict=True):
            scored.append(Scored(name, key, label, pair.margin))
    return scored


def shifts(bound: Bound, pairs: LibraryPairs, kind: str) -> dict[str, float]:
    """Return by question the mean rank shift in the first ten that should be none.

    ``placebo``: a held-out placebo against no instruction. ``paraphrase``: one criterion in two
    held-out wordings.
    """
    draw = random.Random(NOISE_SEED)
    asks = Asks(pairs.passages, held=True)
    names = [asks.names[at] for at in asks.learned]
    found = {}
    for case in pairs.pairs(["number"], held=True, group=kind):
        if kind == "placebo":
            told = ("", placebo(draw, held=True))
        else:
            family, language = draw.choice(names), draw.choice(("zh", "en"))
            told = tuple(
                instruction(draw, phrase(draw, family, language, True), keep=True, held=True)
                for _ in range(2)
            )
        before, after = (bound.order(case.pair.query, one, case.texts) for one in told)
        found[case.pair.pair_id] = rank_shift(before, after)
    return found


def lifted(bound: Bound, case: Mapping[str, str], told: str) -> float:
    """Return by how much an instruction widens the gap between what should rise and what fall."""
    texts = [case["rises"], case["falls"]]
    bare, with_it = (
        [pair.margin for pair in bound.reranker.score(case["query"], texts, one).pairs]
        for one in ("", told)
    )
    return (with_it[0] - with_it[1]) - (bare[0] - bare[1])
