"""What a running job sees of itself, and the function that does its work."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict
from workbench.domain.jobs import Job
from workbench.domain.ports import ProgressCall
from workbench.store.jobs import JobRepository

WRITE_SECONDS = 1.0


class JobRun:
    """What a running job sees of itself; progress stays in memory between writes."""

    def __init__(
        self,
        job: Job,
        repository: JobRepository,
        watch: ProgressCall | None,
        closing: threading.Event,
    ) -> None:
        self.job = job
        self._closing = closing
        self._repository = repository
        self._watch = watch
        self._lock = threading.Lock()
        self._done, self._total, self._stage = 0, 0, ""
        self._written = 0.0
        self._asked = 0.0
        self._cancelled = False

    def progress(self, done: int, total: int, stage: str | None = None) -> None:
        """Note how far the work is; the row is written at most once a second."""
        with self._lock:
            self._done, self._total = done, total
            self._stage = self._stage if stage is None else stage
            due = time.monotonic() - self._written >= WRITE_SECONDS
            if due:
                self._written = time.monotonic()
        if self._watch:
            self._watch(done, total)
        if due:
            self.beat()

    def beat(self) -> None:
        """Write progress and heartbeat to the row."""
        self._repository.progress(self.job.job_id, self._done, self._total, self._stage)

    def cancelled(self) -> bool:
        """Return whether to stop: somebody asked, or the workbench closes.

        The row is looked at twice a second at most.
        """
        if self._closing.is_set():
            return True
        if time.monotonic() - self._asked >= 0.5:
            self._asked = time.monotonic()
            self._cancelled = self._repository.cancel_requested(self.job.job_id)
        return self._cancelled

    def step(self, done: int, total: int, stage: str | None = None) -> None:
        """Note how far the work is, and end it where it is to stop.

        Raises:
            Conflict: ``cancelled``.
        """
        self.progress(done, total, stage)
        if self.cancelled():
            raise Conflict("cancelled")

    def snapshot(self) -> Job:
        """Return the job with the progress that memory holds."""
        with self._lock:
            return replace(self.job, done=self._done, total=self._total, stage=self._stage)


Work = Callable[[JobRun], tuple[Notice | None, str | None]]
"""Does a job; returns what to know of it, and its result as text. Errors fail the job."""
