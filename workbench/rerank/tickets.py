"""What a caller holds while its prompts wait and are computed: answers come in as they are made."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeAlias

from workbench.domain.errors import DeadlineExceeded, WorkbenchError
from workbench.domain.pairs import Prompt
from workbench.domain.ports import INTERACTIVE, ProgressCall

TICK_SECONDS = 0.5
"""Longest time between two reports of progress, each of which may end the call by raising."""


@dataclass(frozen=True, slots=True)
class Part:
    """Answers of one call of the model, by prompt, and the seconds that the call computed."""

    log_odds: dict[Prompt, float]
    seconds: float = 0.0
    share: float = 1.0


News: TypeAlias = Part | WorkbenchError


@dataclass(frozen=True, slots=True)
class Answered:
    """Log-odds in the order of the prompts, and what they cost.

    ``pairs`` and ``tokens`` were computed for this caller; ``cached`` prompts had a number from
    earlier, or were computed for somebody else at the same time.
    """

    log_odds: tuple[float, ...]
    pairs: int
    tokens: int
    cached: int
    queue_seconds: float
    compute_seconds: float


@dataclass(eq=False, slots=True)
class Ticket:
    """One caller's prompts.

    ``known`` are the answers so far and ``charged`` the prompts that were computed for it, whose
    answers ``keep`` is given once, also where the caller gives up.
    """

    prompts: Sequence[Prompt]
    deadline: float | None
    clock: Callable[[], float] = time.monotonic
    priority: int = INTERACTIVE
    keep: Callable[[Mapping[Prompt, float]], None] | None = None
    known: dict[Prompt, float] = field(default_factory=dict)
    charged: list[Prompt] = field(default_factory=list)
    abandoned: bool = False
    _news: "SimpleQueue[News]" = field(default_factory=SimpleQueue)
    _submitted: float = 0.0
    _compute: float = 0.0
    _in_calls: float = 0.0

    def __post_init__(self) -> None:
        self._submitted = self.clock()

    def tell(self, news: News) -> None:
        """Hand over answers, or the error that ends the whole ticket; from any thread."""
        self._news.put(news)

    def abandon(self) -> None:
        """Want no more answers: what is not yet computed for this ticket alone never will be."""
        self.abandoned = True

    def arrived(self) -> int:
        """Return how many prompts have their number by now; for the thread that waits.

        Raises:
            WorkbenchError: What a prompt of this ticket failed with.
        """
        with suppress(Empty):
            while True:
                self._take(self._news.get_nowait())
        return sum(prompt in self.known for prompt in self.prompts)

    def outcome(self, progress: ProgressCall | None = None) -> Answered:
        """Wait for all answers and return them; ``progress`` may end the waiting by raising.

        Raises:
            DeadlineExceeded: ``deadline_exceeded`` with how many prompts have their number.
            WorkbenchError: What a prompt of this ticket failed with.
        """
        total = len(self.prompts)
        try:
            while (done := self.arrived()) < total:
                if progress:
                    progress(done, total)
                self._wait(self._patience(done))
        except BaseException:
            self.abandon()
            raise
        finally:
            made = {prompt: self.known[prompt] for prompt in self.charged if prompt in self.known}
            if self.keep and made:
                self.keep(made)
        if progress:
            progress(total, total)
        return self._answered()

    def _patience(self, done: int) -> float:
        if self.deadline is None:
            return TICK_SECONDS
        left = self.deadline - self.clock()
        if left <= 0:
            raise DeadlineExceeded("deadline_exceeded", done=done, total=len(self.prompts))
        return min(left, TICK_SECONDS)

    def _wait(self, seconds: float) -> None:
        # Nobody else wakes this thread: progress may have to be told that somebody gave up.
        with suppress(Empty):
            self._take(self._news.get(timeout=seconds))

    def _take(self, news: News) -> None:
        if isinstance(news, WorkbenchError):
            raise news
        self.known.update(news.log_odds)
        self._in_calls += news.seconds
        self._compute += news.seconds * news.share

    def _answered(self) -> Answered:
        different = len(dict.fromkeys(self.prompts))
        return Answered(
            log_odds=tuple(self.known[prompt] for prompt in self.prompts),
            pairs=len(self.charged),
            tokens=sum(map(len, self.charged)),
            cached=different - len(self.charged),
            queue_seconds=max(self.clock() - self._submitted - self._in_calls, 0.0),
            compute_seconds=self._compute,
        )
