"""Waits until a library can be measured: with its whole word index and every vector."""

import time

from workbench.domain.errors import Conflict, Unavailable
from workbench.services.indexes import Indexes
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs

POLL_SECONDS = 0.5


class Readiness:
    """Knows what a measurement has to wait for, and whether somebody is making it."""

    def __init__(self, indexes: Indexes, jobs: Jobs) -> None:
        self._indexes = indexes
        self._jobs = jobs

    def index(self, run: JobRun, corpus_id: str) -> None:
        """Return once the word index is whole; one that stands in for it would be measured as it.

        Raises:
            Unavailable: ``index_incomplete`` where nobody is making it.
        """
        self._indexes.get(corpus_id)
        while True:
            # Asked first: a job that ends before the next line has left what is looked for there.
            making = self._jobs.active("index", f"index:{corpus_id}")
            if not self._indexes.renewing(corpus_id):
                return
            if run.cancelled():
                raise Conflict("cancelled")
            if not making:
                raise Unavailable("index_incomplete")
            run.progress(0, 0, "indexing")
            time.sleep(POLL_SECONDS)

    def vectors(self, run: JobRun, corpus_id: str) -> None:
        """Return once every chunk has its vector; orders by words alone would go by a wrong name.

        Raises:
            Unavailable: ``vectors_missing`` where nobody is making them.
        """
        while True:
            making = self._jobs.active("embed", corpus_id)
            missing, count = self._indexes.missing(corpus_id)
            if not missing:
                break
            if run.cancelled():
                raise Conflict("cancelled")
            if not making:
                raise Unavailable("vectors_missing", count=missing, chunks=count)
            run.progress(count - missing, count, "embedding")
            time.sleep(POLL_SECONDS)
        self._indexes.get(corpus_id, fresh=True)
