"""Vectors in the background: every chunk is embedded once, whatever corpus it lies in."""

from collections.abc import Callable, Iterator, Sequence

from workbench.domain.actors import Actor
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, Unavailable
from workbench.domain.jobs import Job
from workbench.domain.ports import BATCH, Embedder, ProgressCall
from workbench.ingest.tokens import estimate
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.store.corpora import CorpusRepository
from workbench.store.vectors import VectorStore

SLICE = 32
"""Chunks between two writes: what a crash can cost."""
WINDOW = 512
"""Chunks among which those of similar length are put together.

In the order of the documents 32 articles of law, padded to the longest beside them, were 1.71 times
as many tokens as they have, and 1.15 times out of 512. In larger windows the pace would change on
the way, and with it the time that is said to be left.
"""


class Embedding:
    """Fills in the vectors that a corpus lacks."""

    def __init__(
        self,
        corpora: CorpusRepository,
        vectors: VectorStore,
        embedder: Callable[[], Embedder | None],
        jobs: Jobs,
    ) -> None:
        self._corpora = corpora
        self._vectors = vectors
        self._embedder = embedder
        self._jobs = jobs
        self._seen: dict[str, tuple[str, int]] = {}
        jobs.register("embed", "model", self._embed)

    def later(self, actor: Actor, corpus_id: str) -> Job | None:
        """Return the job that embeds what the corpus lacks; None where there is no embedder."""
        if self._embedder() is None:
            return None
        return self._jobs.submit(actor, "embed", corpus_id, corpus=corpus_id)

    def catch_up(self, actor: Actor) -> int:
        """Queue embedding for every corpus that lacks vectors, and return for how many.

        A corpus is not looked at again before it changes.
        """
        embedder = self._embedder()
        queued = 0
        for corpus in self._corpora.list(actor.id) if embedder else ():
            seen = (embedder.info.key if embedder else "", corpus.generation)
            if self._seen.get(corpus.corpus_id) == seen or embedder is None:
                continue
            if self._lacking(embedder, corpus.corpus_id):
                self.later(actor, corpus.corpus_id)
                queued += 1
            # Also where a job was queued: one that is cancelled or fails is not forced on anybody.
            self._seen[corpus.corpus_id] = seen
        return queued

    def now(self, actor: Actor, corpus_id: str, watch: ProgressCall | None = None) -> Job | None:
        """Embed what the corpus lacks in this thread; None where there is no embedder."""
        if self._embedder() is None:
            return None
        return self._jobs.run_now(actor, "embed", corpus_id, watch, corpus=corpus_id)

    def _embed(self, run: JobRun) -> tuple[Notice | None, str | None]:
        embedder = self._embedder()
        if embedder is None:
            raise Unavailable("embedder_missing", places="")
        corpus_id = str(run.job.params["corpus"])
        embedded = 0
        # Documents may arrive while this runs; what they lack is taken up before the job ends.
        while lacking := self._lacking(embedder, corpus_id):
            total = embedded + len(lacking)
            run.progress(embedded, total, "embedding")
            for part in slices(lacking):
                if run.cancelled():
                    raise Conflict("cancelled")
                self._embed_slice(embedder, part)
                embedded += len(part)
                run.progress(embedded, total, "embedding")
        return Notice("embedded", {"count": embedded}), None

    def _lacking(self, embedder: Embedder, corpus_id: str) -> list[tuple[str, str]]:
        texts = {row.text_hash: row.reads for row in self._corpora.index_rows(corpus_id)}
        return [(h, texts[h]) for h in self._vectors.missing(embedder.info.key, list(texts))]

    def _embed_slice(self, embedder: Embedder, part: list[tuple[str, str]]) -> None:
        vectors = embedder.embed_passages([text for _, text in part], priority=BATCH)
        rows = dict(zip((text_hash for text_hash, _ in part), vectors.rows(), strict=True))
        self._vectors.put(embedder.info.key, vectors.dim, rows)


def slices(texts: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield (hash, text) in slices of similar length, the longest of each window first."""
    for start in range(0, len(texts), WINDOW):
        window = sorted(texts[start : start + WINDOW], key=lambda pair: -estimate(pair[1]))
        for at in range(0, len(window), SLICE):
            yield window[at : at + SLICE]
