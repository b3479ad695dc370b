"""The waiting line in front of the model host: small numbers first, then in order of arrival."""

import heapq
import threading
import time
from dataclasses import dataclass, field
from itertools import count

from workbench.domain.errors import Busy, DeadlineExceeded, Unavailable, WorkbenchError
from workbench.models.frames import Header
from workbench.models.requests import ModelRequest, Reply

CLOSED = "model_host_closed"


@dataclass(slots=True)
class Call:
    """One call on its way; the caller waits for ``finished``."""

    header: Header
    payload: bytes
    model: ModelRequest | None
    deadline: float | None
    submitted: float = field(default_factory=time.monotonic)
    finished: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False
    reply: Reply | None = None
    error: WorkbenchError | None = None

    def seconds_left(self, otherwise: float) -> float:
        """Return the seconds until the deadline, at most ``otherwise``, which holds without one.

        Raises:
            DeadlineExceeded: ``answer_too_late`` where the deadline has passed.
        """
        if self.deadline is None:
            return otherwise
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.too_late()
        return min(left, otherwise)

    def too_late(self) -> DeadlineExceeded:
        """Return the error with the seconds that passed since the call was made."""
        passed = round(time.monotonic() - self.submitted, 1)
        return DeadlineExceeded("answer_too_late", seconds=passed)

    def outcome(self) -> Reply:
        """Wait for the answer, at most until the deadline, and return it.

        Raises:
            WorkbenchError: What the call failed with.
        """
        patience = None if self.deadline is None else self.deadline - time.monotonic()
        if not self.finished.wait(patience):
            self.abandoned = True
            raise self.too_late()
        if self.reply is None:
            raise self.error or Unavailable(CLOSED)
        return self.reply


class Line:
    """A bounded queue that many threads fill and one empties."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._arrivals = count()
        self._heap: list[tuple[int, int, Call]] = []
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        with self._changed:
            return self._waiting()

    def put(self, call: Call, priority: int) -> None:
        """Add a call.

        Raises:
            Busy: ``queue_full`` with how many wait.
            Unavailable: ``model_host_closed``.
        """
        with self._changed:
            if self._closed:
                raise Unavailable(CLOSED)
            if self._waiting() >= self._limit:
                raise Busy("queue_full", waiting=self._waiting())
            heapq.heappush(self._heap, (priority, next(self._arrivals), call))
            self._changed.notify()

    def take(self) -> Call | None:
        """Return the next call that somebody still waits for; None once the line is closed."""
        with self._changed:
            while True:
                while self._heap and not self._closed:
                    call = heapq.heappop(self._heap)[2]
                    if not call.abandoned:
                        return call
                if self._closed:
                    return None
                self._changed.wait()

    def close(self) -> None:
        """Refuse new calls and fail those that wait."""
        with self._changed:
            self._closed = True
            for _, _, call in self._heap:
                call.error = Unavailable(CLOSED)
                call.finished.set()
            self._heap.clear()
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Return whether the line takes no more calls."""
        return self._closed

    def _waiting(self) -> int:
        return sum(not call.abandoned for _, _, call in self._heap)
