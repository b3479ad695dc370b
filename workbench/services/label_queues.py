"""Makes queues of passages to grade, out of what recall and measured instructions found."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.identity import digest, new_ulid
from workbench.domain.judgements import (
    QUEUE_MODES,
    Criterion,
    CriterionKind,
    LabelQueue,
    QuerySet,
    QueueMode,
)
from workbench.domain.languages import language_of
from workbench.domain.ports import ProgressCall
from workbench.domain.rankings import RecallMethod
from workbench.evaluation.gold import gold
from workbench.evaluation.pooling import (
    DEPTH,
    Orders,
    Pair,
    audited,
    deciding,
    disputed,
    pooled,
    unlabelled,
)
from workbench.services.answers import Request
from workbench.services.measure import Measure
from workbench.services.placing import Placed, Placing
from workbench.services.search import Search
from workbench.store.label_queues import LabelQueueRepository
from workbench.store.questions import QuestionRepository

RECALLED: tuple[RecallMethod, ...] = ("hybrid", "bm25")
BELOW = 3
"""Controls are drawn from this many times the depth."""
SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """What to grade: the questions of a set under a criterion, by one judge.

    With ``again``, what other judges graded is shown too, for a second opinion.
    """

    query_set_id: str
    criterion_id: str
    mode: QueueMode
    judge: str
    depth: int = DEPTH
    again: bool = False


class LabelQueues:
    """Makes and lists queues; what is graded in them is the affair of ``Labelling``."""

    def __init__(
        self,
        policy: Policy,
        questions: QuestionRepository,
        placing: Placing,
        search: Search,
        measure: Measure,
        queues: LabelQueueRepository,
        now: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._questions = questions
        self._placing = placing
        self._search = search
        self._measure = measure
        self._queues = queues
        self._now = now

    def criteria(self, actor: Actor, query_set: QuerySet) -> tuple[Criterion, ...]:
        """Return the actor's criteria: those with most labels on the set's questions first."""
        self._policy.require(actor, "view")
        ids = frozenset(entry.query_id for entry in query_set.queries)
        placed = self._placing.of(query_set.corpus_id or "", ids)
        used = Counter(event.criterion_id for event in placed.events)
        used.update(one.criterion_id for one in query_set.queries if one.criterion_id)
        known = self._questions.criteria(actor.id)
        return tuple(sorted(known, key=lambda one: -used[one.criterion_id]))

    def add_criterion(self, actor: Actor, kind: CriterionKind, text: str) -> Criterion:
        """Return the criterion of that wording; the same wording is the same criterion.

        Raises:
            InvalidInput: ``criterion_empty``.
        """
        self._policy.require(actor, "label")
        clean = text.strip()
        if not clean:
            raise InvalidInput("criterion_empty")
        kept = digest(actor.id, kind, clean)[:26]
        known = {one.criterion_id: one for one in self._questions.criteria(actor.id)}
        return known.get(kept) or self._questions.add_criterion(
            Criterion(kept, actor.id, kind, clean, language_of(clean), self._now())
        )

    def make(
        self, actor: Actor, plan: QueuePlan, progress: ProgressCall | None = None
    ) -> LabelQueue:
        """Return the new queue of what there is to grade.

        Raises:
            InvalidInput: ``queue_empty`` where nothing is left to grade, ``queue_needs_arms``
                where no comparison of two instructions says what would decide it,
                ``judge_empty``, or ``queue_mode_unknown``.
            NotFound: ``query_set_unknown`` or ``criterion_unknown``.
        """
        self._policy.require(actor, "label")
        if plan.mode not in QUEUE_MODES:
            raise InvalidInput("queue_mode_unknown", name=plan.mode, known=", ".join(QUEUE_MODES))
        if not plan.judge.strip():
            raise InvalidInput("judge_empty")
        query_set = self._questions.query_set(plan.query_set_id)
        self._questions.criterion(plan.criterion_id)
        seed = int(digest(plan.query_set_id, plan.criterion_id)[:8], 16) % SEEDS
        items = self._items(actor, plan, query_set, seed, progress)
        if not items:
            raise InvalidInput("queue_empty", name=query_set.name, mode=plan.mode)
        queue = LabelQueue(
            queue_id=new_ulid(),
            owner=actor.id,
            query_set_id=query_set.query_set_id,
            version=query_set.version,
            corpus_id=query_set.corpus_id or "",
            criterion_id=plan.criterion_id,
            mode=plan.mode,
            judge=plan.judge.strip(),
            seed=seed,
            items=items,
            later=(),
            created_at=self._now(),
        )
        self._queues.add(queue)
        return queue

    def all(self, actor: Actor) -> tuple[LabelQueue, ...]:
        """Return the actor's queues, newest first."""
        self._policy.require(actor, "view")
        return self._queues.all(actor.id)

    def forget(self, actor: Actor, queue_id: str) -> None:
        """Forget a queue; the grades given in it stay."""
        self._policy.require(actor, "label")
        self._queues.remove(queue_id)

    def _items(
        self,
        actor: Actor,
        plan: QueuePlan,
        query_set: QuerySet,
        seed: int,
        progress: ProgressCall | None,
    ) -> tuple[Pair, ...]:
        ids = tuple(
            entry.query_id
            for entry in query_set.queries
            if entry.criterion_id in (None, plan.criterion_id)
        )
        placed = self._placing.of(query_set.corpus_id or "", frozenset(ids))
        if plan.mode == "disagreements":
            found = gold(placed.events, placed.place).disagreements
            return disputed(found, plan.criterion_id)
        if plan.mode == "audit":
            return audited(_graded(placed, plan, own=True), seed)
        graded = _graded(placed, plan, own=plan.again)
        measured = self._measured(actor, plan)
        if plan.mode == "deciding":
            if len(measured) < 2:
                raise InvalidInput("queue_needs_arms", name=query_set.name)
            return deciding(ids, measured[0], measured[1:], graded, depth=plan.depth)
        recalled = self._recalled(actor, plan, query_set.corpus_id or "", ids, progress)
        pool = pooled(ids, (*recalled, *measured), depth=plan.depth, seed=seed)
        return unlabelled(pool, graded, seed)

    def _measured(self, actor: Actor, plan: QueuePlan) -> list[Orders]:
        """Return the orders of the set's last measured instructions, the baseline first."""
        job = self._measure.last(actor, plan.query_set_id)
        if job is None or job.state != "done":
            return []
        found = self._measure.answer(actor, job.job_id)
        return [
            order
            for row, order in zip(found.rows, found.orders, strict=True)
            if row.arm is not None and row.criterion_id == plan.criterion_id
        ]

    def _recalled(
        self,
        actor: Actor,
        plan: QueuePlan,
        corpus_id: str,
        ids: Sequence[str],
        progress: ProgressCall | None,
    ) -> list[Mapping[str, list[str]]]:
        found: list[dict[str, list[str]]] = [{} for _ in RECALLED]
        for done, query in enumerate(self._questions.queries(tuple(ids)), start=1):
            for method, orders in zip(RECALLED, found, strict=True):
                request = Request(method=method, candidates=BELOW * plan.depth)
                pool = self._search.pool(actor, (corpus_id,), query.text, request)
                orders[query.query_id] = [one.chunk_id for one in pool.candidates]
            if progress:
                progress(done, len(ids))
        return list(found)


def _graded(placed: Placed, plan: QueuePlan, *, own: bool) -> set[Pair]:
    """Return what is graded under the criterion without ranks in sight; ``own`` by this judge."""
    return {
        (event.query_id, chunk)
        for event in placed.events
        if event.criterion_id == plan.criterion_id
        and event.way != "open"
        and (not own or event.judge == plan.judge.strip())
        and (chunk := placed.place(event)) is not None
    }
