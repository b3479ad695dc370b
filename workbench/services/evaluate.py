"""Measure recall and a reranker on a folder with labels, as it is."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.ports import ProgressCall
from workbench.domain.queries import Instruction, Query
from workbench.domain.rankings import RECALL_METHODS, Ranking, RecallMethod, RerankerInfo, Scores
from workbench.evaluation.collection import Asked, PairLabels, RankedLabels
from workbench.evaluation.formats.beir import read_collection
from workbench.evaluation.formats.labelled import holds_labels
from workbench.evaluation.groups import by_language, sample
from workbench.evaluation.measure_names import Measure, deepest, parse_measures
from workbench.evaluation.measures import ceiling, level_of, measured, order_of
from workbench.evaluation.pairs import Scored, pair_accuracy
from workbench.evaluation.statistics import intervals
from workbench.logbook import Logbook
from workbench.recall.index import CorpusIndex
from workbench.services.answers import CANDIDATE_LIMIT
from workbench.services.evaluations import Evaluation, Plan, Watch
from workbench.services.labelled import LabelledFolders
from workbench.services.models import Models
from workbench.services.rerank import scored
from workbench.services.spent import Spent
from workbench.services.trials import Trials

QUERY_COUNT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class _Order:
    """One query's rows, best first, and which reranker ordered them; None where recall did."""

    rows: list[str]
    reranker: RerankerInfo | None


class Evaluate:
    """Evaluates on test collections; nothing of them is kept but vectors, by text."""

    def __init__(
        self,
        policy: Policy,
        models: Models,
        trials: Trials,
        folders: LabelledFolders,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._models = models
        self._trials = trials
        self._folders = folders
        self._log = log

    def folder(
        self, actor: Actor, folder: Path, plan: Plan, watch: Watch | None = None
    ) -> Evaluation:
        """Return the measures of ``plan`` on the test collection in ``folder``.

        Raises:
            NotFound: ``path_missing``.
            InvalidInput: A file of the collection, a measure, a number or a name is not usable.
            Unavailable: The reranker, or the embedder that the recall needs, cannot be used.
        """
        self._policy.require(actor, "evaluate")
        started = time.monotonic()
        check_numbers(plan.method, plan.candidates, plan.limit)
        collection, plan = self._collection(folder, plan, watch)
        told = Instruction.of(plan.instruction)
        # Chosen once: the default may change while an evaluation goes on.
        plan = replace(plan, reranker=plan.reranker or self._models.choose()[0])
        if plan.reranker != "none":
            self._models.reranker(plan.reranker)
        spent = Spent()
        if isinstance(collection, PairLabels):
            made = self._pairs(collection, plan, spent, watch)
        else:
            made = self._ranked(collection, plan, spent, watch)
        seconds = {**spent.seconds, "total": time.monotonic() - started}
        self._models.log_loads()
        self._log.write(
            "evaluate",
            actor=actor.id,
            rows=len(collection.rows),
            queries=made.n_queries,
            reranker=made.reranker.name if made.reranker else "none",
            recall=made.method,
            seconds=seconds["total"],
        )
        notices = (Notice("prefix_stripped"),) if told.stripped else ()
        return replace(made, seconds=seconds, notices=notices)

    def _collection(
        self, folder: Path, plan: Plan, watch: Watch | None
    ) -> tuple[RankedLabels | PairLabels, Plan]:
        """Return what ``folder`` holds, and the plan with the text of its instruction."""
        if not holds_labels(folder):
            return read_collection(folder, plan.criterion), plan
        found = self._folders.read(
            folder, plan.criterion, plan.instruction, of_stage(watch, "reading")
        )
        return found.ranked, replace(plan, instruction=found.instruction)

    def _ranked(
        self, labels: RankedLabels, plan: Plan, spent: Spent, watch: Watch | None
    ) -> Evaluation:
        level = level_of(labels.qrels)
        asked = parse_measures(plan.measures, level)
        judged = [Measure("Judged", cutoff) for cutoff in sorted({m.cutoff for m in asked})]
        depth = max(plan.candidates, deepest(asked))
        qrels = sample(labels.qrels, plan.limit)
        progress = of_stage(watch, "embedding")
        index = self._trials.index(labels.rows, plan.method, spent, progress)
        texts = {row.row_id: row.reads for row in labels.rows}
        queries = {query.asked_id: query for query in labels.queries}
        orders: dict[str, _Order] = {}
        for done, query in enumerate(qrels, start=1):
            orders[query] = self._order(index, queries[query], depth, texts, plan, spent)
            if watch:
                watch("questions", done, len(qrels))
        run = {query: order.rows for query, order in orders.items()}
        found = measured((*asked, *judged), qrels, run, level=level)
        shares = {one.name: found.means[one.name] for one in judged}
        return Evaluation(
            n_queries=found.n_queries,
            measures={one.name: found.means[one.name] for one in asked},
            intervals=intervals({one.name: found.per_query[one.name] for one in asked}),
            by=by_language(labels, qrels, run, asked, level) if plan.by_language else {},
            judged=shares,
            recall_ceiling=ceiling(qrels, run, level),
            binary_level=level,
            seconds={},
            reranker=next((o.reranker for o in reversed(orders.values()) if o.reranker), None),
            method=plan.method,
            candidates=depth,
            n_unanswered=found.n_unanswered,
            n_without_relevant=found.n_without_relevant,
            criterion=labels.criterion,
        )

    def _order(
        self,
        index: CorpusIndex,
        asked: Asked,
        depth: int,
        texts: Mapping[str, str],
        plan: Plan,
        spent: Spent,
    ) -> _Order:
        candidates = self._trials.recall(index, asked.text, depth, plan.method, spent)
        if plan.reranker == "none" or not candidates:
            return _Order(order_of(Ranking.of(asked.text, candidates)), None)
        documents = [texts[one.chunk_id] for one in candidates]
        scores = self._score(asked.text, documents, plan, spent)
        ranking = Ranking.of(asked.text, scored(candidates, scores))
        return _Order(order_of(ranking), scores.reranker)

    def _score(self, query: str, documents: Sequence[str], plan: Plan, spent: Spent) -> Scores:
        return self._trials.score(
            Query.of(query).text, documents, plan.instruction, plan.reranker, spent
        )

    def _pairs(
        self, labels: PairLabels, plan: Plan, spent: Spent, watch: Watch | None
    ) -> Evaluation:
        """Score each instruction, as the query, against its rows; nothing is recalled."""
        if plan.reranker == "none":
            raise InvalidInput("pairs_without_reranker")
        texts = {row.row_id: row.reads for row in labels.rows}
        told = {one.asked_id: one.text for one in labels.instructions}
        by_instruction: dict[str, dict[str, int]] = {}
        for pair in sorted(labels.pairs, key=lambda pair: (pair.instruction_id, pair.row_id)):
            by_instruction.setdefault(pair.instruction_id, {})[pair.row_id] = pair.label
        asked = sample(by_instruction, plan.limit)
        margins: list[Scored] = []
        info = None
        for done, (one, rows) in enumerate(asked.items(), start=1):
            scores = self._score(told[one], [texts[row] for row in rows], plan, spent)
            info = scores.reranker
            margins += [
                Scored(one, row, label, score.margin)
                for (row, label), score in zip(rows.items(), scores.pairs, strict=True)
            ]
            if watch:
                watch("questions", done, len(asked))
        found = pair_accuracy(margins)
        return Evaluation(
            n_queries=len(asked),
            measures={
                "balanced_accuracy": found.balanced_accuracy,
                "accuracy": found.accuracy,
                "majority_accuracy": found.majority_accuracy,
            },
            intervals={"balanced_accuracy": found.interval},
            by={},
            judged={},
            recall_ceiling=None,
            binary_level=1,
            seconds={},
            reranker=info,
            pairs=found,
            margins=tuple(margins),
        )


def check_numbers(method: RecallMethod, candidates: int, limit: int | None) -> None:
    """Return where a way of recall is known and both numbers can be used.

    Raises:
        InvalidInput: ``recall_unknown`` or ``number_out_of_range``.
    """
    if method not in RECALL_METHODS:
        raise InvalidInput("recall_unknown", name=method, known=", ".join(RECALL_METHODS))
    for name, number in (("candidates", candidates), ("limit-queries", limit)):
        highest = CANDIDATE_LIMIT if name == "candidates" else QUERY_COUNT_LIMIT
        if number is not None and not 1 <= number <= highest:
            raise InvalidInput("number_out_of_range", name=name, value=number, limit=highest)


def of_stage(watch: Watch | None, stage: str) -> ProgressCall | None:
    """Return a call that reports one stage to ``watch``; None without one."""
    return (lambda done, total: watch(stage, done, total)) if watch else None
