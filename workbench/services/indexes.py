"""One searchable snapshot a corpus, kept on disk and changed by what changed in the corpus."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.errors import WorkbenchError
from workbench.domain.ports import Embedder
from workbench.logbook import Logbook
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import index_of
from workbench.recall.index import BM25Name, CorpusIndex, Engines
from workbench.recall.index_folder import IndexFolder, Opened
from workbench.recall.kept_vectors import kept_vectors
from workbench.recall.segment import merged
from workbench.services.index_segments import Difference, difference
from workbench.services.index_shelf import UNSAVED, IndexShelf
from workbench.store.corpora import CorpusRepository
from workbench.store.vectors import VectorStore

RECHECK_SECONDS = 2.0
"""How often an index with missing vectors looks for new ones."""
DEFERRED_FROM = 2_000
"""Chunks from which on a change is made behind the questions; fewer take less than a second."""
CLOSE_SECONDS = 10.0
"""How long closing waits for a merge; one that is cut off changes nothing."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A snapshot, its state on disk, how many chunks had no vector, and when that was looked at.

    ``renewing`` where it stands in for one that is being made.
    """

    index: CorpusIndex
    opened: Opened
    lacking: int
    checked: float
    renewing: bool = False


class Indexes:
    """Keeps the newest snapshot of each corpus in memory; readers may hold on to theirs."""

    def __init__(
        self,
        corpora: CorpusRepository,
        vectors: VectorStore,
        analyzer: MixedAnalyzer,
        embedder: Callable[[], Embedder | None],
        log: Logbook,
        folder: Path,
        *,
        bm25: BM25Name = "postings",
    ) -> None:
        """Take where everything comes from, and the ``folder`` that has one for each corpus."""
        self._corpora = corpora
        self._vectors = vectors
        self._analyzer = analyzer
        self._embedder = embedder
        self._log = log
        self._shelf = IndexShelf(folder, analyzer.id, log)
        self._bm25 = bm25
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._merging: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()
        self._later: Callable[[str], object] | None = None

    def get(self, corpus_id: str, *, fresh: bool = False) -> CorpusIndex:
        """Return the snapshot of the corpus's present generation, with all vectors there are.

        Vectors that came within the last two seconds may be missing unless it is to be ``fresh``.
        Two callers that find it outdated change it once.
        """
        with self._locked(corpus_id):
            before = self._kept.get(corpus_id)
            kept = self._kept[corpus_id] = self._newest(corpus_id, before, fresh)
        # Asked once a change: a merge that fails is tried again at the next one.
        changed = before is None or before.opened is not kept.opened
        if changed and kept.opened.commit != UNSAVED and kept.index.holdings.to_merge():
            self._merge_later(corpus_id)
        return kept.index

    def defer_to(self, later: Callable[[str], object]) -> None:
        """From now on have large changes made by ``later``, while what there is answers."""
        self._later = later

    def renewing(self, corpus_id: str) -> bool:
        """Return whether the last snapshot given stands in for one that is being made."""
        kept = self._kept.get(corpus_id)
        return kept is not None and kept.renewing

    def lag(self, corpus_id: str) -> int:
        """Return about how many chunks an index on disk lacks; all of them where it is unusable."""
        return self._lag(corpus_id, self._shelf.opened(corpus_id, None))

    def renew(self, corpus_id: str, watch: Callable[[int], None]) -> int:
        """Make the index of a corpus beside the present one, switch, and return how much was read.

        ``watch`` is told how many chunks were analysed; what it raises leaves everything as it was.
        """
        started, before = time.monotonic(), self._shelf.opened(corpus_id, None)
        found = difference(self._corpora, corpus_id, before.holdings, self._analyzer, watch)
        with self._locked(corpus_id):
            self._kept[corpus_id] = self._switched(corpus_id, before, found, started)
        return len(found.segment) if found.segment else 0

    def missing(self, corpus_id: str) -> tuple[int, int]:
        """Return how many chunks have no vector yet, and how many there are."""
        hashes = self._corpora.text_hashes(corpus_id)
        return self._lacking(hashes), len(hashes)

    def merge(self, corpus_id: str) -> None:
        """Merge segments that are too many or worn, while the snapshot before answers.

        Where that fails the index stays as it is, and the log tells why.
        """
        folder = self._shelf.folder(corpus_id)
        try:
            while self._merged(corpus_id, folder):
                pass
            with folder.locked():
                folder.clean()
        except OSError as error:
            self._log.write("index_not_saved", corpus=corpus_id, reason=error.strerror)
        except WorkbenchError as error:
            self._log.write("index_not_merged", corpus=corpus_id, reason=error.code)

    def close(self) -> None:
        """Wait for merges that go on, for at most ten seconds."""
        with self._lock:
            running = list(self._merging.values())
        for thread in running:
            thread.join(CLOSE_SECONDS)

    def _locked(self, corpus_id: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(corpus_id, threading.Lock())

    def _lacking(self, hashes: Sequence[str]) -> int:
        embedder = self._embedder()
        if embedder is None:
            return len(hashes)
        absent = set(self._vectors.missing(embedder.info.key, hashes))
        return sum(one in absent for one in hashes)

    def _newest(self, corpus_id: str, kept: _Kept | None, fresh: bool) -> _Kept:
        if kept is None or self._corpora.generation(corpus_id) != kept.index.generation:
            return self._changed(corpus_id, kept)
        now = time.monotonic()
        if not kept.lacking or (now - kept.checked < RECHECK_SECONDS and not fresh):
            return kept
        if self.missing(corpus_id)[0] < kept.lacking:
            return replace(self._shown(corpus_id, kept.opened), renewing=kept.renewing)
        return replace(kept, checked=now)

    def _changed(self, corpus_id: str, kept: _Kept | None) -> _Kept:
        """Bring the index on disk to what can be found now, or have that done, and show it."""
        started = time.monotonic()
        before = self._shelf.opened(corpus_id, kept.opened if kept else None)
        if self._later is not None and self._lag(corpus_id, before) >= DEFERRED_FROM:
            stand_in = self._stand_in(corpus_id, before)
            if len(stand_in.index):  # else nobody would find anything until it is made
                self._later(corpus_id)
                return stand_in
        found = difference(self._corpora, corpus_id, before.holdings, self._analyzer)
        return self._switched(corpus_id, before, found, started)

    def _lag(self, corpus_id: str, opened: Opened) -> int:
        held = sum(each.part.chunks for each in opened.holdings.parts)
        return max(0, self._corpora.counts(corpus_id).chunks - held)

    def _stand_in(self, corpus_id: str, before: Opened) -> _Kept:
        """Return what answers meanwhile: what is there and was not deleted, else the one before."""
        older = None if before.holdings.parts else self._shelf.folder(corpus_id).outdated()
        usable = older or before
        findable = self._corpora.findable(corpus_id)
        wanted = [(each.document_id, each.version) for each in findable.documents]
        shown = Opened(UNSAVED, findable.generation, usable.holdings.showing(wanted))
        return replace(self._shown(corpus_id, shown), renewing=True)

    def _switched(self, corpus_id: str, before: Opened, found: Difference, started: float) -> _Kept:
        shown = self._shown(corpus_id, self._shelf.saved(corpus_id, before, found))
        self._log.write(
            "index_changed",
            corpus=corpus_id,
            generation=shown.opened.generation,
            chunks=len(shown.index),
            analysed=len(found.segment) if found.segment else 0,
            segments=len(shown.opened.holdings.parts),
            missing_vectors=shown.lacking,
            seconds=time.monotonic() - started,
        )
        return shown

    def _shown(self, corpus_id: str, opened: Opened) -> _Kept:
        embedder, old = self._embedder(), self._kept.get(corpus_id)
        before = old.index if old else None
        kept = kept_vectors(opened.holdings, embedder.info, before) if embedder else None
        vectors = self._vectors.get(embedder.info.key, kept.hashes) if embedder and kept else {}
        index = index_of(
            opened.holdings,
            vectors,
            self._analyzer,
            generation=opened.generation,
            corpus_id=corpus_id,
            engines=Engines(embedder=embedder, bm25=self._bm25),
            kept=kept,
        )
        absent = sum(one not in vectors for one in kept.wanted.values()) if kept else len(index)
        return _Kept(index, opened, absent, time.monotonic())

    def _merge_later(self, corpus_id: str) -> None:
        with self._lock:
            running = self._merging.get(corpus_id)
            if running is None or not running.is_alive():
                thread = threading.Thread(target=self.merge, args=(corpus_id,), daemon=True)
                self._merging[corpus_id] = thread
                thread.start()

    def _merged(self, corpus_id: str, folder: IndexFolder) -> bool:
        """Put one segment in the place of some; False where none ought to be or none could."""
        started, kept = time.monotonic(), self._kept.get(corpus_id)
        if kept is None or kept.opened.commit == UNSAVED:
            return False
        old = kept.index.holdings.to_merge()
        if not old:
            return False
        new = folder.store(merged([(held.segment, held.gone) for held in old]))
        with self._locked(corpus_id), folder.locked():
            present = self._shelf.opened(corpus_id, self._kept[corpus_id].opened)
            holdings = present.holdings.replaced(old, new)
            if holdings is None:
                self._log.write("index_not_merged", corpus=corpus_id, reason="changed")
                return False
            opened = folder.commit(present.generation, holdings)
            self._kept[corpus_id] = self._shown(corpus_id, opened)
        self._log.write(
            "index_merged",
            corpus=corpus_id,
            merged=len(old),
            segments=len(opened.holdings.parts),
            seconds=time.monotonic() - started,
        )
        return True
