"""A judge at a queue: one passage at a time, graded, put off, or taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy
from workbench.domain.judgements import Criterion, Judgement, LabelQueue
from workbench.services.judging import Judging, Said
from workbench.services.placing import Placing
from workbench.store.corpora import CorpusRepository
from workbench.store.label_queues import LabelQueueRepository
from workbench.store.questions import QuestionRepository
from workbench.store.rows import ChunkView, Neighbours


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue as its judge finds it; ``given`` are the judgements by place, from 0.

    A place that is in ``given`` with the grade None was judged "cannot tell".
    """

    queue: LabelQueue
    set_name: str
    criterion: Criterion
    questions: Mapping[str, str]
    given: Mapping[int, Judgement]


@dataclass(frozen=True, slots=True)
class Card:
    """What a judge is shown: neither rank nor score, nor who found it.

    ``passage`` is None where the passage is in the library no more. ``others`` are what judges said
    of it, shown only where they are to be settled.
    """

    place: int
    question: str
    passage: ChunkView | None
    others: tuple[Judgement, ...] = ()


class Labelling:
    """Shows a queue's passages and keeps what its judge says of them."""

    def __init__(
        self,
        policy: Policy,
        passages: CorpusRepository,
        questions: QuestionRepository,
        placing: Placing,
        judging: Judging,
        queues: LabelQueueRepository,
    ) -> None:
        self._policy = policy
        self._passages = passages
        self._questions = questions
        self._placing = placing
        self._judging = judging
        self._queues = queues

    def desk(self, actor: Actor, queue_id: str) -> Desk:
        """Return a queue with what was graded of it.

        Raises:
            NotFound: ``label_queue_unknown``, or ``query_set_unknown``.
        """
        self._policy.require(actor, "view")
        queue = self._queues.get(queue_id)
        query_set = self._questions.query_set(queue.query_set_id, queue.version)
        ids = tuple(dict.fromkeys(query for query, _ in queue.items))
        return Desk(
            queue=queue,
            set_name=query_set.name,
            criterion=self._questions.criterion(queue.criterion_id),
            questions={one.query_id: one.text for one in self._questions.queries(ids)},
            given=self._given(queue),
        )

    def card(self, actor: Actor, desk: Desk, place: int) -> Card:
        """Return what is shown at a place, from 0."""
        self._policy.require(actor, "view", desk.queue.corpus_id)
        query, chunk = desk.queue.items[place]
        view = self._passages.texts(desk.queue.corpus_id, (chunk,)).get(chunk)
        others = self._others(desk.queue, query, chunk) if desk.queue.way == "adjudicated" else ()
        return Card(place, desk.questions[query], view, others)

    def neighbours(self, actor: Actor, desk: Desk, place: int) -> Neighbours:
        """Return the passages before and after the one at a place.

        Raises:
            NotFound: ``chunk_unknown``.
        """
        self._policy.require(actor, "view", desk.queue.corpus_id)
        return self._passages.neighbours(desk.queue.corpus_id, desk.queue.items[place][1])

    def grade(
        self, actor: Actor, queue: LabelQueue, place: int, grade: int | None, note: str = ""
    ) -> Judgement:
        """Return the judgement kept of the passage at a place; None is "cannot tell".

        Raises:
            As ``Judging.grade``.
        """
        query, chunk = queue.items[place]
        said = Said(queue.judge, query, queue.criterion_id, grade, queue.way, note.strip())
        return self._judging.grade(actor, queue.corpus_id, chunk, said)

    def take_back(self, actor: Actor, judgement: Judgement) -> Judgement | None:
        """Return what counts once ``judgement`` is undone; None where nothing was said before."""
        undone = self._judging.take_back(actor, judgement)
        return None if undone.withdrawn else undone

    def put_off(self, actor: Actor, queue: LabelQueue, places: tuple[int, ...]) -> None:
        """Keep which places are shown again at the end."""
        self._policy.require(actor, "label", queue.corpus_id)
        self._queues.put_off(queue.queue_id, places)

    def _given(self, queue: LabelQueue) -> dict[int, Judgement]:
        """Return what counts as graded in the queue.

        A second look asks for new grades only; what was settled may be settled by anybody.
        """
        at = {pair: place for place, pair in enumerate(queue.items)}
        placed = self._placing.of(queue.corpus_id, frozenset(query for query, _ in queue.items))
        given: dict[int, Judgement] = {}
        for event in placed.events:
            if event.criterion_id != queue.criterion_id or event.way != queue.way:
                continue
            if queue.way == "blind" and event.judge != queue.judge:
                continue
            if queue.mode == "audit" and event.at < queue.created_at:
                continue
            place = at.get((event.query_id, placed.place(event) or ""))
            if place is not None:
                given[place] = event
        return given

    def _others(self, queue: LabelQueue, query: str, chunk: str) -> tuple[Judgement, ...]:
        placed = self._placing.of(queue.corpus_id, {query})
        return tuple(
            event
            for event in placed.events
            if event.criterion_id == queue.criterion_id
            and event.way != "adjudicated"
            and placed.place(event) == chunk
        )


def next_place(
    count: int, given: Collection[int], later: Collection[int], after: int
) -> int | None:
    """Return the place to show after ``after``: the next without a grade, then those put off.

    None where each of the ``count`` passages has one.
    """
    following = ((after + step) % count for step in range(1, count + 1))
    still = [place for place in following if place not in given]
    ahead = [place for place in still if place not in later]
    return next(iter((*ahead, *still)), None)
