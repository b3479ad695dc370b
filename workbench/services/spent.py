"""Seconds of each stage, added up while an evaluation goes on."""

import time
from collections.abc import Callable
from typing import TypeVar

STAGES = ("index", "recall", "rerank")

_T = TypeVar("_T")


class Spent:
    """Adds up wall-clock seconds by stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def on(self, stage: str, work: Callable[[], _T]) -> _T:
        """Return what ``work`` returns, and count its time towards ``stage``."""
        started = time.monotonic()
        made = work()
        self.seconds[stage] += time.monotonic() - started
        return made
