"""Measure on a folder how far orders follow an instruction that was changed."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.languages import Language, language_of
from workbench.domain.queries import Narrowing
from workbench.domain.rankings import Candidate, Ranking, RerankerInfo
from workbench.evaluation.collection import Row
from workbench.evaluation.formats.beir import read_rows
from workbench.evaluation.formats.pairs_file import read_pairs
from workbench.evaluation.groups import sample
from workbench.evaluation.measures import order_of
from workbench.evaluation.sensitivity import InstructionPair, PairOrders, sensitivity
from workbench.evaluation.statistics import mean_interval
from workbench.logbook import Logbook
from workbench.recall.index import CorpusIndex
from workbench.services.evaluate import check_numbers, of_stage
from workbench.services.evaluations import Watch
from workbench.services.folder_comparisons import FolderSensitivity, PairsPlan
from workbench.services.models import Models
from workbench.services.rerank import scored
from workbench.services.spent import Spent
from workbench.services.trials import Trials

SIDES: tuple[Language, ...] = ("zh", "en")
"""Languages whose first candidates are frozen where a pair names none."""


class FolderPairs:
    """Measures p-MRR on pairs of instructions; each pair's candidates are frozen for both."""

    def __init__(self, policy: Policy, models: Models, trials: Trials, log: Logbook) -> None:
        self._policy = policy
        self._models = models
        self._trials = trials
        self._log = log

    def folder(
        self, actor: Actor, pairs: Path, folder: Path, plan: PairsPlan, watch: Watch | None = None
    ) -> FolderSensitivity:
        """Return p-MRR of the pairs in a file over the rows of a folder.

        Raises:
            NotFound: ``path_missing``.
            InvalidInput: A file or a number is not usable; ``compare_none`` for no reranker,
                ``collection_id_unknown`` where a pair names a row that is not there.
            Unavailable: The reranker, or the embedder that finds candidates, cannot be used.
        """
        self._policy.require(actor, "evaluate")
        started, spent = time.monotonic(), Spent()
        check_numbers("hybrid", plan.depth, plan.limit)
        plan = replace(plan, reranker=plan.reranker or self._models.choose()[0])
        if plan.reranker == "none":
            raise InvalidInput("compare_none")
        self._models.reranker(plan.reranker)
        named = {one.pair_id: one for one in read_pairs(pairs)}
        rows = {row.row_id: row for row in read_rows(folder)}
        _require_rows(named.values(), rows, pairs)
        asked = list(sample(named, plan.limit).values())
        index = None
        if any(not one.candidates for one in asked):
            progress = of_stage(watch, "embedding")
            index = self._trials.index(tuple(rows.values()), "hybrid", spent, progress)
        orders, info = [], None
        for done, pair in enumerate(asked, start=1):
            frozen = self._frozen(pair, index, plan, spent)
            found, info = self._orders(pair, frozen, rows, plan, spent)
            orders.append(found)
            if watch:
                watch("questions", done, len(asked))
        made = sensitivity(orders)
        if info is None:
            raise InvalidInput("pairs_missing")
        lost = sum(not set(one.pair.changed) & set(one.first_stage) for one in orders)
        self._log.write(
            "sensitivity",
            actor=actor.id,
            pairs=made.n,
            reranker=info.name,
            seconds=time.monotonic() - started,
        )
        return FolderSensitivity(
            found=made,
            interval=mean_interval(made.per_pair),
            reranker=info,
            scored=sum(2 * len(one.first_stage) for one in orders),
            lost=lost,
            seconds={**spent.seconds, "total": time.monotonic() - started},
        )

    def _frozen(
        self, pair: InstructionPair, index: CorpusIndex | None, plan: PairsPlan, spent: Spent
    ) -> tuple[Candidate, ...]:
        """Return a pair's own candidates, or the first of each language, the question's first."""
        if pair.candidates:
            return tuple(Candidate(row, rank) for rank, row in enumerate(pair.candidates, start=1))
        if index is None:
            raise InvalidInput("pairs_missing")
        own = language_of(pair.query)
        found = [
            (one.recall_rank, language != own, one)
            for language in SIDES
            for one in self._trials.recall(
                index, pair.query, plan.depth, "hybrid", spent, Narrowing(language=language)
            )
        ]
        ordered = [one for _, _, one in sorted(found, key=lambda entry: entry[:2])]
        return tuple(replace(one, recall_rank=rank) for rank, one in enumerate(ordered, start=1))

    def _orders(
        self,
        pair: InstructionPair,
        candidates: Sequence[Candidate],
        rows: Mapping[str, Row],
        plan: PairsPlan,
        spent: Spent,
    ) -> tuple[PairOrders, RerankerInfo]:
        documents = [rows[one.chunk_id].reads for one in candidates]
        orders = []
        for told in (pair.original, pair.instruction):
            scores = self._trials.score(pair.query, documents, told, plan.reranker, spent)
            ranking = Ranking.of(pair.query, scored(list(candidates), scores))
            orders.append(tuple(order_of(ranking)))
        first = tuple(one.chunk_id for one in candidates)
        return PairOrders(pair, first, orders[0], orders[1]), scores.reranker


def _require_rows(pairs: Iterable[InstructionPair], rows: Mapping[str, Row], path: Path) -> None:
    for pair in pairs:
        for one in (*pair.changed, *pair.gained, *pair.candidates):
            if one not in rows:
                raise InvalidInput("pair_row_unknown", file=path.name, pair=pair.pair_id, id=one)
