"""Ends a process that takes too long in all, or that stops saying that it goes on."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Literal

from workbench.models.frames import Header

FLOOR = 30.0
"""Seconds without a sign after which a process counts as hanging, however fast it is."""
_TIMES = 10.0
"""A layer may take so many times what it should: other programs want the machine too."""
SLOWEST = 2.0
"""10^9 operations a second that any machine manages, for passes whose rate is not known."""


def patience(beat: Header, floor: float) -> float:
    """Return the seconds until the next sign after this one, at least ``floor``."""
    return max(floor, _TIMES * float(beat["beat"]) / float(beat["rate"] or SLOWEST))


class Watchdog:
    """Calls ``end`` at most once within its block, and says why.

    ``seconds`` are for the whole block, ``floor`` are the least between two signs. A first sign is
    waited for where one is ``expected``; who has once given one must go on.
    """

    def __init__(
        self, end: Callable[[], None], seconds: float, floor: float, *, expected: bool
    ) -> None:
        self.ended: Literal["late", "stalled"] | None = None
        self.patience = floor
        self._end = end
        self._floor = floor
        self._changed = threading.Condition()
        self._done = False
        self._late_at = time.monotonic() + seconds
        self._stalled_at = time.monotonic() + floor if expected else None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def sign(self, beat: Header) -> None:
        """Take a sign of life."""
        with self._changed:
            self.patience = patience(beat, self._floor)
            self._stalled_at = time.monotonic() + self.patience
            self._changed.notify()

    def __enter__(self) -> "Watchdog":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._done = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._done:
                now = time.monotonic()
                ends = min(self._late_at, self._stalled_at or self._late_at)
                if now < ends:
                    self._changed.wait(ends - now)
                    continue
                self.ended = "late" if now >= self._late_at else "stalled"
                self._end()
                return
