"""One queue in front of a model: calls of many users are merged, shared, bounded and fair."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.errors import Busy, Unavailable, WorkbenchError
from workbench.domain.pairs import PairScorer, Prompt
from workbench.domain.ports import INTERACTIVE
from workbench.rerank.batches import BatchLimits, Pace
from workbench.rerank.groups import (
    Group,
    Item,
    fail,
    halves,
    items_of,
    last_deadline,
    tell,
    tokens_of,
)
from workbench.rerank.guards import checked
from workbench.rerank.known_scores import KnownScores
from workbench.rerank.lanes import Call, Lanes
from workbench.rerank.tickets import Ticket

HOST_FAILED = "model_host_failed"
"""Code of the error after which a batch is divided, so that what killed the host fails alone."""
LONGEST_WAIT = 120
"""Most seconds after which a caller is told to come back."""


@dataclass(frozen=True, slots=True)
class EngineStats:
    """A model's queue at one moment, and what it has done: calls, and prompts in them.

    ``merged`` calls carried prompts of several callers; ``shared`` prompts were computed once for
    more than one, and ``cached`` ones had a number from earlier.
    """

    waiting: int
    calls: int
    merged: int
    pairs: int
    shared: int
    cached: int
    tokens_per_second: float | None


class Engine:
    """Collects prompts of any number of threads and gives them to the model batch by batch.

    Nothing runs before the first ticket. A prompt that already waits, or is being computed, is not
    computed again for a second caller.
    """

    def __init__(
        self,
        scorer: PairScorer,
        *,
        known: KnownScores | None = None,
        limits: BatchLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scorer = scorer
        self._known = known
        self._limits = limits or BatchLimits()
        self._clock = clock
        self._pace = Pace(self._limits)
        self._lanes = Lanes()
        self._open: dict[Prompt, Item] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._calls = self._merged = self._pairs = self._shared = self._cached = 0

    def submit(
        self,
        lists: Sequence[Sequence[Prompt]],
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        fresh: bool = False,
    ) -> list[Ticket]:
        """Return a ticket for each list of prompts; all enter the queue at one moment, or none.

        A ticket's ``outcome`` waits for the log-odds of its prompts; who does not wait for it has
        to ``abandon`` it. Prompts of one list should begin alike, as those of a question do: the
        model reads their beginning once. What is to be ``fresh`` is not taken from earlier.

        Raises:
            Busy: ``engine_busy`` where too many tokens wait, or the deadline would pass before what
                stands in front is computed; with the seconds after which to come back.
            Unavailable: ``model_host_closed``.
        """
        tickets = [self._ticket(prompts, priority, deadline, fresh) for prompts in lists]
        missing = [[p for p in dict.fromkeys(t.prompts) if p not in t.known] for t in tickets]
        with self._changed:
            if self._closed:
                raise Unavailable("model_host_closed")
            tokens = sum(len(prompt) for prompts in missing for prompt in prompts)
            if tokens:
                self._require_room(priority, tokens, deadline)
            for ticket, prompts in zip(tickets, missing, strict=True):
                self._cached += len(ticket.known)
                if prompts:
                    self._enqueue(ticket, prompts, user)
        return tickets

    def stats(self) -> EngineStats:
        """Return what waits and what was done so far."""
        with self._changed:
            return EngineStats(
                waiting=self._lanes.pairs(),
                calls=self._calls,
                merged=self._merged,
                pairs=self._pairs,
                shared=self._shared,
                cached=self._cached,
                tokens_per_second=self._pace.rate,
            )

    def close(self) -> None:
        """Fail everything that waits; nothing can be submitted after it."""
        with self._changed:
            self._closed = True
            fail([*self._open.values()], Unavailable("model_host_closed"))
            self._changed.notify_all()

    def _ticket(
        self, prompts: Sequence[Prompt], priority: int, deadline: float | None, fresh: bool
    ) -> Ticket:
        keep = self._known.put if self._known else None
        ticket = Ticket(prompts, deadline, self._clock, priority, keep)
        if self._known and not fresh:
            ticket.known.update(self._known.get(list(dict.fromkeys(prompts))))
        return ticket

    def _require_room(self, priority: int, tokens: int, deadline: float | None) -> None:
        ahead = self._lanes.tokens(priority)
        seconds = self._pace.seconds(ahead)
        full = ahead and ahead + tokens > self._limits.waiting_tokens
        late = deadline is not None and seconds is not None and self._clock() + seconds > deadline
        if full or late:
            wait = round(min(max(seconds or 1.0, 1.0), LONGEST_WAIT))
            raise Busy("engine_busy", waiting=self._lanes.pairs(), seconds=wait)

    def _enqueue(self, ticket: Ticket, missing: Sequence[Prompt], user: str) -> None:
        items = []
        for prompt in missing:
            item = self._open.get(prompt)
            if item is None:
                item = self._open[prompt] = Item(prompt, [ticket])
            else:
                item.tickets.append(ticket)
                self._shared += 1
            if not item.taken:
                items.append(item)
        if items:
            self._lanes.add(ticket.priority, user, Call.of(ticket, items))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _work(self) -> None:
        while (groups := self._next()) is not None:
            try:
                self._score(groups)
            except Exception as error:  # noqa: BLE001 every caller raises it as a typed error
                detail = f"{type(error).__name__}: {error}"[:300]
                self._fail(groups, Unavailable("model_error", detail=detail))

    def _next(self) -> list[Group] | None:
        """Return the next batch, waiting for one; None once the engine is closed."""
        waited = False
        with self._changed:
            while not self._closed:
                self._forget_unwanted()
                if not self._lanes.pairs():
                    self._changed.wait()
                    waited = True
                elif waited:
                    # Others who ask at this moment go with the first one.
                    self._changed.wait_for(lambda: self._closed, self._limits.gather_seconds)
                    waited = False
                else:
                    return self._lanes.take(self._pace.tokens, self._limits.pairs)
            return None

    def _forget_unwanted(self) -> None:
        gone = [one for one in self._open.values() if not one.taken and not one.wanted]
        for item in gone:
            del self._open[item.prompt]

    def _score(self, groups: Sequence[Group]) -> None:
        if error := self._attempt(groups):
            self._narrow(groups, error)

    def _narrow(self, groups: Sequence[Group], error: WorkbenchError) -> None:
        """Find by halving what ends the model's process, which alone fails; all where all does."""
        parts = halves(groups) if error.code == HOST_FAILED else []
        errors = [self._attempt(part) for part in parts]
        if None not in errors:
            self._fail(groups, error)
            return
        for part, failure in zip(parts, errors, strict=True):
            if failure:
                self._narrow(part, failure)

    def _attempt(self, groups: Sequence[Group]) -> WorkbenchError | None:
        """Return None once everybody has been told, else why nothing came."""
        prompts = [prompt for group in groups for prompt in group.prompts]
        try:
            reply = self._scorer.log_odds(
                prompts,
                groups=[len(group.items) for group in groups],
                priority=groups[0].ticket.priority,
                deadline=last_deadline(groups),
            )
            numbers = [v for at, v in enumerate(reply.log_odds) if at not in reply.failed]
            checked(numbers, len(prompts) - len(reply.failed))
        except WorkbenchError as error:
            return error
        with self._changed:
            self._calls += 1
            self._merged += len({id(group.ticket) for group in groups}) > 1
            self._pairs += len(prompts)
            self._pace.learn(tokens_of(groups), reply.compute_seconds)
            tell(groups, reply)
            self._close_items(groups)
        return None

    def _fail(self, groups: Sequence[Group], error: WorkbenchError) -> None:
        with self._changed:
            fail(items_of(groups), error)
            self._close_items(groups)

    def _close_items(self, groups: Sequence[Group]) -> None:
        # In the moment in which all are told: who came after it would wait for ever.
        for item in items_of(groups):
            self._open.pop(item.prompt, None)
