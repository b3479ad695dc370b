"""Measure recall and a reranker on a folder with labels, as it is."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.domain.ports import BATCH, Embedder, ProgressCall
from workbench.domain.queries import Instruction, Narrowing, Query
from workbench.domain.rankings import RECALL_METHODS, Candidate, Ranking, RerankerInfo, Scores
from workbench.evaluation.collection import Asked, PairLabels, RankedLabels, Row
from workbench.evaluation.formats.beir import read_collection
from workbench.evaluation.formats.labelled import holds_labels
from workbench.evaluation.groups import by_language, sample
from workbench.evaluation.measure_names import Measure, deepest, parse_measures
from workbench.evaluation.measures import ceiling, level_of, measured, order_of
from workbench.evaluation.pairs import Scored, pair_accuracy
from workbench.logbook import Logbook
from workbench.recall.index import CorpusIndex
from workbench.services.answers import CANDIDATE_LIMIT
from workbench.services.evaluations import Evaluation, Plan, Watch
from workbench.services.labelled import LabelledFolders
from workbench.services.models import Models
from workbench.services.rerank import scored
from workbench.services.spent import Spent
from workbench.services.trial_index import TrialIndexes

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
        trials: TrialIndexes,
        folders: LabelledFolders,
        embedder: Callable[[], Embedder | None],
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._models = models
        self._trials = trials
        self._folders = folders
        self._embedder = embedder
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
        _check(plan)
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
            if plan.criterion:
                raise InvalidInput("criterion_unknown_here", name=plan.criterion, known="–")
            return read_collection(folder), plan
        found = self._folders.read(
            folder, plan.criterion, plan.instruction, _of_stage(watch, "reading")
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
        index = self._index(labels.rows, plan, spent, watch)
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

    def _index(
        self, rows: Sequence[Row], plan: Plan, spent: Spent, watch: Watch | None
    ) -> CorpusIndex:
        embedder = None if plan.method == "bm25" else self._embedder()
        if embedder is None and plan.method != "bm25":
            places = "; ".join(self._models.found().embedder_looked_in)
            raise Unavailable("embedder_missing", places=places)
        return spent.on(
            "index",
            lambda: self._trials.of(rows, embedder, _of_stage(watch, "embedding")),
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
        query = Query.of(asked.text)
        recalled = spent.on("recall", lambda: index.recall(query, depth, plan.method, Narrowing()))
        if recalled.method != plan.method:
            # Words alone would be measured under the name of another method.
            reason = next((str(n.params.get("reason", n.code)) for n in recalled.notices), "")
            raise Unavailable("recall_incomplete", method=plan.method, reason=reason)
        candidates: list[Candidate] = list(recalled.candidates)
        if plan.reranker == "none" or not candidates:
            return _Order(order_of(Ranking.of(query.text, candidates)), None)
        documents = [texts[one.chunk_id] for one in candidates]
        scores = self._score(query.text, documents, plan, spent)
        ranking = Ranking.of(query.text, scored(candidates, scores))
        return _Order(order_of(ranking), scores.reranker)

    def _score(self, query: str, documents: Sequence[str], plan: Plan, spent: Spent) -> Scores:
        reranker = self._models.reranker(plan.reranker)
        return spent.on(
            "rerank",
            lambda: reranker.score(
                query,
                documents,
                Instruction.of(plan.instruction).text,
                priority=BATCH,
                deadline=self._models.deadline(),
            ),
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
            query = Query.of(told[one]).text
            scores = self._score(query, [texts[row] for row in rows], plan, spent)
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
            by={},
            judged={},
            recall_ceiling=None,
            binary_level=1,
            seconds={},
            reranker=info,
            pairs=found,
            margins=tuple(margins),
        )


def _check(plan: Plan) -> None:
    if plan.method not in RECALL_METHODS:
        raise InvalidInput("recall_unknown", name=plan.method, known=", ".join(RECALL_METHODS))
    for name, number in (("candidates", plan.candidates), ("limit-queries", plan.limit)):
        limit = CANDIDATE_LIMIT if name == "candidates" else QUERY_COUNT_LIMIT
        if number is not None and not 1 <= number <= limit:
            raise InvalidInput("number_out_of_range", name=name, value=number, limit=limit)


def _of_stage(watch: Watch | None, stage: str) -> ProgressCall | None:
    return (lambda done, total: watch(stage, done, total)) if watch else None
