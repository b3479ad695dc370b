"""Large changes of a word index in the background: progress, cancel, and resume after a restart."""

from workbench.domain.actors import OWNER, Actor
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict
from workbench.domain.jobs import Job
from workbench.services.indexes import DEFERRED_FROM, Indexes
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.store.corpora import CorpusRepository


class Renewal:
    """Makes indexes beside those that answer, where other rules or much that is new ask for it."""

    def __init__(self, corpora: CorpusRepository, indexes: Indexes, jobs: Jobs) -> None:
        self._corpora = corpora
        self._indexes = indexes
        self._jobs = jobs
        self._seen: dict[str, int] = {}
        jobs.register("index", "index", self._renew)

    def begin(self) -> None:
        """From now on make large changes in the background: a server is there to run them."""
        self._indexes.defer_to(lambda corpus_id: self.later(OWNER, corpus_id))

    def later(self, actor: Actor, corpus_id: str) -> Job:
        """Return the job that brings the index of a corpus to what can be found now."""
        return self._jobs.submit(actor, "index", f"index:{corpus_id}", corpus=corpus_id)

    def catch_up(self, actor: Actor) -> int:
        """Queue renewal for every corpus whose index lacks much, and return for how many.

        A corpus is not looked at again before it changes: what was cancelled is forced on nobody.
        """
        queued = 0
        for corpus in self._corpora.list(actor.id):
            if self._seen.get(corpus.corpus_id) == corpus.generation:
                continue
            self._seen[corpus.corpus_id] = corpus.generation
            if self._indexes.lag(corpus.corpus_id) >= DEFERRED_FROM:
                self.later(actor, corpus.corpus_id)
                queued += 1
        return queued

    def _renew(self, run: JobRun) -> tuple[Notice | None, str | None]:
        corpus_id = str(run.job.params["corpus"])
        total = self._indexes.lag(corpus_id)

        def watch(done: int) -> None:
            if run.cancelled():
                raise Conflict("cancelled")
            run.progress(done, max(done, total), "indexing")

        run.progress(0, total, "indexing")
        count = self._indexes.renew(corpus_id, watch)
        return Notice("index_renewed", {"count": count}), None
