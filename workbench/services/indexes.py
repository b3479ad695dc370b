"""One searchable snapshot a corpus, kept on disk and changed by what changed in the corpus."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.errors import Unavailable, WorkbenchError
from workbench.domain.ports import Embedder
from workbench.logbook import Logbook
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import index_of
from workbench.recall.holdings import Held, Holdings
from workbench.recall.index import BM25Name, CorpusIndex, Engines
from workbench.recall.index_folder import IndexFolder, Opened
from workbench.recall.kept_vectors import kept_vectors
from workbench.recall.segment import merged
from workbench.services.index_segments import Difference, difference
from workbench.store.corpora import CorpusRepository
from workbench.store.vectors import VectorStore

RECHECK_SECONDS = 2.0
"""How often an index with missing vectors looks for new ones."""
UNSAVED = -2
"""The number of a state that is in memory alone."""
CLOSE_SECONDS = 10.0
"""How long closing waits for a merge; one that is cut off changes nothing."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A snapshot, its state on disk, how many chunks had no vector, and when that was looked at."""

    index: CorpusIndex
    opened: Opened
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
        self._folder = folder
        self._bm25 = bm25
        self._kept: dict[str, _Kept] = {}
        self._folders: dict[str, IndexFolder] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._merging: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

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

    def missing(self, corpus_id: str) -> tuple[int, int]:
        """Return how many chunks have no vector yet, and how many there are."""
        hashes = self._corpora.text_hashes(corpus_id)
        return self._lacking(hashes), len(hashes)

    def merge(self, corpus_id: str) -> None:
        """Merge segments that are too many or worn, while the snapshot before answers.

        Where that fails the index stays as it is, and the log tells why.
        """
        folder = self._folder_of(corpus_id)
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

    def _folder_of(self, corpus_id: str) -> IndexFolder:
        with self._lock:
            if corpus_id not in self._folders:
                path = self._folder / corpus_id
                self._folders[corpus_id] = IndexFolder(path, self._analyzer.id)
            return self._folders[corpus_id]

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
            return self._shown(corpus_id, kept.opened, kept.index)
        return replace(kept, checked=now)

    def _changed(self, corpus_id: str, kept: _Kept | None) -> _Kept:
        """Bring the index on disk to what can be found now, and show it."""
        started, folder = time.monotonic(), self._folder_of(corpus_id)
        before = self._opened(corpus_id, folder, kept.opened if kept else None)
        found = difference(self._corpora, corpus_id, before.holdings, self._analyzer)
        saved = self._saved(corpus_id, folder, before, found)
        shown = self._shown(corpus_id, saved, kept.index if kept else None)
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

    def _opened(self, corpus_id: str, folder: IndexFolder, ours: Opened | None) -> Opened:
        """Return the state on disk, ``ours`` where nobody changed it; nothing where it is unusable.

        What cannot be used is made anew beside it, and the next commit takes its place.
        """
        if ours and folder.committed() == ours.commit:
            return ours
        try:
            return folder.open() or Opened(0, -1, Holdings())
        except Unavailable as error:
            reason = error.params.get("reason")
            self._log.write("index_not_usable", corpus=corpus_id, reason=reason)
            return Opened(folder.committed(), -1, Holdings())

    def _saved(
        self, corpus_id: str, folder: IndexFolder, before: Opened, found: Difference
    ) -> Opened:
        """Commit what changed; where the disk does not take it, it is there in memory alone."""
        generation = found.findable.generation
        try:
            new = folder.store(found.segment) if found.segment else None
            with folder.locked():
                present = self._opened(corpus_id, folder, before)
                holdings = present.holdings.showing(found.wanted, new)
                if holdings.parts == present.holdings.parts and present.generation >= 0:
                    return replace(present, generation=generation)
                return folder.commit(generation, holdings)
        except OSError as error:
            self._log.write("index_not_saved", corpus=corpus_id, reason=error.strerror)
            alone = Held.of(found.segment) if found.segment else None
            return Opened(UNSAVED, generation, before.holdings.showing(found.wanted, alone))

    def _shown(self, corpus_id: str, opened: Opened, before: CorpusIndex | None) -> _Kept:
        """Return the snapshot; vectors that ``before`` has are taken over, not fetched again."""
        embedder = self._embedder()
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
            present = self._opened(corpus_id, folder, self._kept[corpus_id].opened)
            holdings = present.holdings.replaced(old, new)
            if holdings is None:
                self._log.write("index_not_merged", corpus=corpus_id, reason="changed")
                return False
            opened = folder.commit(present.generation, holdings)
            self._kept[corpus_id] = self._shown(corpus_id, opened, self._kept[corpus_id].index)
        self._log.write(
            "index_merged",
            corpus=corpus_id,
            merged=len(old),
            segments=len(opened.holdings.parts),
            seconds=time.monotonic() - started,
        )
        return True
