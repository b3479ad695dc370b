"""One searchable snapshot a corpus, rebuilt only where the corpus changed."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.ports import Embedder
from workbench.logbook import Logbook
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.index import BM25Name, CorpusIndex, Engines, Entry, build_index
from workbench.store.corpora import CorpusRepository
from workbench.store.vectors import VectorStore

RECHECK_SECONDS = 2.0
"""How often an index with missing vectors looks for new ones."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A snapshot, how many of its chunks had no vector, and when that was last looked at."""

    index: CorpusIndex
    lacking: int
    checked: float


class Indexes:
    """Keeps the newest snapshot of each corpus in memory; readers may hold on to theirs."""

    def __init__(
        self,
        corpora: CorpusRepository,
        vectors: VectorStore,
        analyzer: MixedAnalyzer,
        embedder: Callable[[], Embedder | None],
        log: Logbook,
        *,
        bm25: BM25Name = "postings",
    ) -> None:
        self._corpora = corpora
        self._vectors = vectors
        self._analyzer = analyzer
        self._embedder = embedder
        self._log = log
        self._bm25 = bm25
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, corpus_id: str, *, fresh: bool = False) -> CorpusIndex:
        """Return the snapshot of the corpus's present generation, with all vectors there are.

        Vectors that came within the last two seconds may be missing unless it is to be ``fresh``.
        Two callers that find it outdated build it once.
        """
        with self._lock:
            lock = self._locks.setdefault(corpus_id, threading.Lock())
        with lock:
            self._kept[corpus_id] = self._newest(corpus_id, self._kept.get(corpus_id), fresh)
            return self._kept[corpus_id].index

    def missing(self, corpus_id: str) -> tuple[int, int]:
        """Return how many chunks have no vector yet, and how many there are."""
        hashes = [row.text_hash for row in self._corpora.index_rows(corpus_id)]
        return self._lacking(hashes), len(hashes)

    def _lacking(self, hashes: Sequence[str]) -> int:
        embedder = self._embedder()
        if embedder is None:
            return len(hashes)
        absent = set(self._vectors.missing(embedder.info.key, hashes))
        return sum(one in absent for one in hashes)

    def _newest(self, corpus_id: str, kept: _Kept | None, fresh: bool) -> _Kept:
        if kept is None or self._corpora.generation(corpus_id) != kept.index.generation:
            return self._build(corpus_id, kept)
        now = time.monotonic()
        if not kept.lacking or (now - kept.checked < RECHECK_SECONDS and not fresh):
            return kept
        if self.missing(corpus_id)[0] < kept.lacking:
            return self._build(corpus_id, kept)
        return replace(kept, checked=now)

    def _build(self, corpus_id: str, previous: _Kept | None) -> _Kept:
        started = time.monotonic()
        seen = self._corpora.snapshot(corpus_id)
        entries = [
            Entry(r.chunk_id, r.document_id, r.document, r.language, r.kind, r.reads, r.text_hash)
            for r in seen.rows
        ]
        hashes = [entry.text_hash for entry in entries]
        embedder = self._embedder()
        vectors = self._vectors.get(embedder.info.key, hashes) if embedder else {}
        index = build_index(
            entries,
            vectors,
            self._analyzer,
            generation=seen.generation,
            corpus_id=corpus_id,
            engines=Engines(embedder=embedder, bm25=self._bm25),
            previous=previous.index if previous else None,
        )
        lacking = sum(one not in vectors for one in hashes)
        self._log.write(
            "index_built",
            corpus=corpus_id,
            generation=seen.generation,
            chunks=len(entries),
            missing_vectors=lacking,
            seconds=time.monotonic() - started,
        )
        return _Kept(index, lacking, time.monotonic())
