"""Documents whose prompts go through the queue: asked together, answered document by document."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from workbench.domain.ports import ProgressCall
from workbench.domain.rankings import Cost, PairScore, RerankerInfo, Scores
from workbench.rerank.engine import Engine
from workbench.rerank.tickets import Answered, Ticket
from workbench.rerank.windows import DividedPrompts

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
