"""Where indexes lie on disk: each opened as far as it is usable, and saved as far as it fits."""

import threading
from dataclasses import replace
from pathlib import Path

from workbench.domain.errors import Unavailable
from workbench.logbook import Logbook
from workbench.recall.holdings import Held, Holdings
from workbench.recall.index_folder import IndexFolder, Opened
from workbench.services.index_segments import Difference

UNSAVED = -2
"""The number of a state that is in memory alone."""


class IndexShelf:
    """Has a folder for the index of each corpus."""

    def __init__(self, path: Path, analyzer: str, log: Logbook) -> None:
        self._path = path
        self._analyzer = analyzer
        self._log = log
        self._folders: dict[str, IndexFolder] = {}
        self._lock = threading.Lock()

    def folder(self, corpus_id: str) -> IndexFolder:
        """Return the folder that keeps the index of a corpus."""
        with self._lock:
            if corpus_id not in self._folders:
                path = self._path / corpus_id
                self._folders[corpus_id] = IndexFolder(path, self._analyzer)
            return self._folders[corpus_id]

    def opened(self, corpus_id: str, ours: Opened | None) -> Opened:
        """Return the state on disk, ``ours`` where nobody changed it; nothing where it is unusable.

        What cannot be used is made anew beside it, and the next commit takes its place.
        """
        folder = self.folder(corpus_id)
        if ours and folder.committed() == ours.commit:
            return ours
        try:
            return folder.open() or Opened(0, -1, Holdings())
        except Unavailable as error:
            reason = error.params.get("reason")
            self._log.write("index_not_usable", corpus=corpus_id, reason=reason)
            return Opened(folder.committed(), -1, Holdings())

    def saved(self, corpus_id: str, before: Opened, found: Difference) -> Opened:
        """Commit what changed; where the disk does not take it, it is there in memory alone."""
        folder, generation = self.folder(corpus_id), found.findable.generation
        try:
            new = folder.store(found.segment) if found.segment else None
            with folder.locked():
                present = self.opened(corpus_id, before)
                holdings = present.holdings.showing(found.wanted, new)
                if holdings.parts == present.holdings.parts and present.generation >= 0:
                    return replace(present, generation=generation)
                return folder.commit(generation, holdings)
        except OSError as error:
            self._log.write("index_not_saved", corpus=corpus_id, reason=error.strerror)
            alone = Held.of(found.segment) if found.segment else None
            return Opened(UNSAVED, generation, before.holdings.showing(found.wanted, alone))
