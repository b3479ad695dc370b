"""Documents whose prompts go through the queue: asked together, answered document by document."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice
from typing import Generic, Self, TypeAlias, TypeVar

from workbench.domain.pairs import Tokenizer
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, PairScore, RerankerInfo, Scores
from workbench.rerank.engine import Engine
from workbench.rerank.once import Once
from workbench.rerank.prompt import well_formed
from workbench.rerank.tickets import Answered, Ticket
from workbench.rerank.windows import DividedPrompts

T = TypeVar("T", bound=Tokenizer)
PairOf: TypeAlias = Callable[[DividedPrompts, Sequence[float]], PairScore]
"""Makes a document's numbers from those of its prompts."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A reranker's way into the queue; ``fresh`` where nothing is to be taken from earlier."""

    engine: Engine
    pair_of: PairOf
    clock: Callable[[], float] = time.monotonic
    fresh: bool = False

    def without_cache(self) -> "Queued":
        """Return the same way, for numbers that are all computed anew."""
        return replace(self, fresh=True)

    def scores(
        self,
        asked: Sequence[Sequence[DividedPrompts]],
        info: Callable[[], RerankerInfo],
        *,
        priority: int,
        user: str,
        deadline: float | None,
        progress: ProgressCall | None,
    ) -> tuple[Scores, ...]:
        """Return the scores of each list of documents; all lists wait in line together.

        ``info`` is asked at the end, when it is known where the model runs.

        Raises:
            WorkbenchError: As ``Ticket.outcome``, for whichever prompt.
        """
        started = self.clock()
        tickets = self.engine.submit(
            [[prompt for one in parts for prompt in one.prompts] for parts in asked],
            priority=priority,
            user=user,
            deadline=deadline,
            fresh=self.fresh,
        )
        try:
            told = _together(tickets, progress)
            answers = [ticket.outcome(told) for ticket in tickets]
        finally:
            for ticket in tickets:
                ticket.abandon()
        seconds = self.clock() - started
        return tuple(
            Scores(self._pairs(parts, answered), info(), cost_of(answered, seconds))
            for parts, answered in zip(asked, answers, strict=True)
        )

    def _pairs(self, parts: Sequence[DividedPrompts], answered: Answered) -> tuple[PairScore, ...]:
        # The prompts of a document follow each other, and so do their numbers.
        numbers = iter(answered.log_odds)
        return tuple(self.pair_of(one, list(islice(numbers, len(one.prompts)))) for one in parts)


def _together(tickets: Sequence[Ticket], progress: ProgressCall | None) -> ProgressCall | None:
    """Return a call that reports all tickets at once, whichever of them is waited for."""
    if progress is None:
        return None
    total = sum(len(ticket.prompts) for ticket in tickets)
    return lambda _done, _total: progress(sum(ticket.arrived() for ticket in tickets), total)


def cost_of(answered: Answered, seconds: float) -> Cost:
    """Return what an answer took, ``seconds`` in all."""
    return Cost(
        pairs=answered.pairs,
        tokens=answered.tokens,
        queue_seconds=answered.queue_seconds,
        compute_seconds=answered.compute_seconds,
        total_seconds=seconds,
        cached=answered.cached,
    )


class PromptReranker(ABC, Generic[T]):
    """Scores each document in a prompt of its own, so that no score depends on another candidate.

    Nothing is loaded before the first score.
    """

    def __init__(self, tokenizer_factory: Callable[[], T], queue: Queued) -> None:
        self._tokenizer = Once(tokenizer_factory)
        self._queue = queue

    @property
    @abstractmethod
    def info(self) -> RerankerInfo:
        """Return which reranker this is; device and dtype are None until it has been loaded."""

    @abstractmethod
    def _asked(
        self, query: str, documents: Sequence[str], instruction: str, long: LongWay
    ) -> list[DividedPrompts]:
        """Return what the model is asked about each document."""

    def without_cache(self) -> Self:
        """Return the same reranker, which computes what it has computed before once more."""
        other = copy(self)
        other._queue = self._queue.without_cache()
        return other

    def count(self, documents: Sequence[str]) -> tuple[int, ...]:
        """Return how many tokens each document has by itself, in the order given."""
        encoded = self._tokenizer.get().encode([well_formed(text) for text in documents])
        return tuple(map(len, encoded))

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
        long: LongWay = "cut",
    ) -> Scores:
        """Return the numbers of each document, in the order given.

        What does not fit a prompt is cut off at its end, or with ``windows`` read in parts, of
        which the best counts and the first of equals, or with ``whole`` read in one longer prompt.
        Equal prompts are computed, counted and charged once. No documents give no scores.

        Raises:
            InvalidInput: ``prompt_too_long`` where instruction and query alone do not fit,
                ``document_beyond_model`` for a document that cannot be read whole.
            Unavailable: The model is missing, ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
            Busy: ``engine_busy``.
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        (scores,) = self._queue.scores(
            [self._asked(query, documents, instruction, long)],
            lambda: self.info,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=progress,
        )
        return scores

    def score_each(
        self,
        query: str,
        documents: Sequence[str],
        instructions: Sequence[str],
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> tuple[Scores, ...]:
        """Return the scores under each instruction, all of which wait in line together.

        Raises:
            WorkbenchError: As ``score``, where one instruction fails.
        """
        if not documents:
            return tuple(Scores(pairs=(), reranker=self.info) for _ in instructions)
        return self._queue.scores(
            [self._asked(query, documents, one, "cut") for one in instructions],
            lambda: self.info,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=progress,
        )
