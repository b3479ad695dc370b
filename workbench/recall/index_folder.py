"""The folder of a corpus's index: opened as a whole, and changed by one switch of its manifest.

::

    manifest.json            what belongs to the index; replaced, never written into
    seg-<id>/<array>.npy     a segment, never changed
    gone-<id>.npy            which documents are gone from a segment
    lock                     held while a state is committed
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from workbench.domain.errors import Unavailable
from workbench.domain.identity import new_ulid
from workbench.recall.file_lock import file_lock
from workbench.recall.holdings import Held, Holdings
from workbench.recall.lexical import Mask
from workbench.recall.manifest import Manifest, Recorded, read_manifest, write_manifest
from workbench.recall.segment import Segment
from workbench.recall.segment_files import (
    Fingerprint,
    load_array,
    load_arrays,
    not_usable,
    save_array,
    save_arrays,
)

ABANDONED_SECONDS = 3600
"""Age from which on files that no manifest names were left by a process that died."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A state of the index as it was read or committed."""

    commit: int
    generation: int
    holdings: Holdings


class IndexFolder:
    """Keeps one index; any number of processes may have it open, one at a time changes it."""

    def __init__(self, path: Path, analyzer: str) -> None:
        self._path = path
        self._analyzer = analyzer
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._written: dict[str, dict[str, Fingerprint]] = {}
        self._gone: dict[str, tuple[Mask, str]] = {}
        self._dropped: set[str] = set()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold off whoever else would change this index."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_lock(self._path / "lock"):
            yield

    def committed(self) -> int:
        """Return the number of the present state: 0 for none, -1 where it cannot be used."""
        try:
            manifest = read_manifest(self._path, self._analyzer)
        except Unavailable:
            return -1
        return manifest.commit if manifest else 0

    def outdated(self) -> Opened | None:
        """Return the state of another analyzer, to be read until there is one of this; else None.

        Its words are those of that analyzer: a few of a question's may not be found in it.
        """
        try:
            return self._open(None)
        except Unavailable:
            return None

    def open(self) -> Opened | None:
        """Return the present state, None where there is none yet.

        Every byte of a segment is compared with its fingerprint when this process first opens it.

        Raises:
            Unavailable: ``index_not_usable`` with a reason: ``damaged``, ``format``, ``analyzer``.
        """
        return self._open(self._analyzer)

    def _open(self, analyzer: str | None) -> Opened | None:
        while True:
            manifest = read_manifest(self._path, analyzer)
            if manifest is None:
                return None
            try:
                holdings = Holdings([self._held(recorded) for recorded in manifest.segments])
            except Unavailable:
                # Another process may have deleted what it had replaced since.
                present = read_manifest(self._path, analyzer)
                if present is not None and present.commit == manifest.commit:
                    raise
            else:
                return Opened(manifest.commit, manifest.generation, holdings)

    def store(self, segment: Segment) -> Held:
        """Write a segment and return it mapped from its files; a commit makes it count.

        Raises:
            OSError: It could not be written.
        """
        name = f"seg-{new_ulid()}"
        files = save_arrays(self._path / name, segment.arrays())
        self._written[name] = files
        return Held.of(self._segment(name, files, check=False), name=name)

    def commit(self, generation: int, holdings: Holdings) -> Opened:
        """Make ``holdings`` the present state; to be called while locked.

        What the state before named alone is deleted once nothing in this process uses it.

        Raises:
            OSError: A file could not be written; the state before still counts.
        """
        before = self._present()
        known = {each.name: each for each in before.segments}
        commit = before.commit + 1
        recorded = tuple(self._recorded(held, known, commit) for held in holdings.parts)
        manifest = Manifest(commit, generation, self._analyzer, recorded)
        write_manifest(self._path, manifest)
        self._dropped |= before.names - manifest.names
        self._clean(manifest)
        return Opened(commit, generation, holdings)

    def clean(self) -> None:
        """Delete what the present state does not name and nothing uses; while locked."""
        self._clean(self._present())

    def _present(self) -> Manifest:
        """Return the present state, an empty one where there is none that could be read."""
        nothing = Manifest(0, 0, self._analyzer)
        try:
            return read_manifest(self._path, self._analyzer) or nothing
        except Unavailable:
            # Its number is not known; the next one only has to be another.
            return replace(nothing, commit=int(time.time()))

    def _held(self, recorded: Recorded) -> Held:
        segment = self._segment(recorded.name, dict(recorded.files), check=True)
        gone = None
        if recorded.gone is not None:
            gone = load_array(self._path / recorded.gone_file, recorded.gone).astype(np.bool_)
            self._gone[recorded.name] = gone, recorded.gone_file
        sizes = (len(segment), len(segment.documents) if gone is None else len(gone))
        if sizes != (recorded.chunks, len(segment.documents)):
            raise not_usable("damaged")
        self._written[recorded.name] = dict(recorded.files)
        return Held.of(segment, gone, recorded.name)

    def _segment(self, name: str, files: dict[str, Fingerprint], *, check: bool) -> Segment:
        known = self._segments.get(name)
        if known is not None:
            return known
        try:
            segment = Segment.from_arrays(load_arrays(self._path / name, files, check=check))
        except (KeyError, ValueError) as error:
            raise not_usable("damaged") from error
        self._segments[name] = segment
        return segment

    def _recorded(self, held: Held, known: dict[str, Recorded], commit: int) -> Recorded:
        old = known.get(held.name) or Recorded(
            held.name, len(held.segment), self._written[held.name]
        )
        if held.gone is None:
            return replace(old, gone_file="", gone=None)
        mask, file = self._gone.get(held.name, (None, ""))
        if mask is held.gone and file == old.gone_file:
            return old
        name = f"gone-{held.name.removeprefix('seg-')}-{commit}.npy"
        self._gone[held.name] = held.gone, name
        return replace(old, gone_file=name, gone=save_array(self._path / name, held.gone))

    def _clean(self, manifest: Manifest) -> None:
        kept = manifest.names | set(self._segments)
        oldest = time.time() - ABANDONED_SECONDS
        for path in [*self._path.glob("seg-*"), *self._path.glob("gone-*.npy")]:
            if path.name in kept:
                continue
            # A file that another process has mapped cannot be deleted on Windows: another time.
            with contextlib.suppress(OSError):
                if path.name in self._dropped or path.stat().st_mtime < oldest:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                    self._dropped.discard(path.name)
                    self._written.pop(path.name, None)
                    self._gone.pop(path.name, None)
