"""Files by the hash of their content, which appear whole or not at all."""

import errno
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from workbench.domain.errors import NotFound, Unavailable

_HASH = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_INCOMING = "incoming"


class Files:
    """A folder with one file a content: ``<first two digits>/<SHA-256>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes | BinaryIO) -> str:
        """Keep the content and return its SHA-256; the same content is kept once.

        Raises:
            Unavailable: ``disk_full`` or ``home_not_writable``; nothing is kept.
        """
        with self._told():
            incoming = _made(self._folder / _INCOMING)
            handle, name = mkstemp(dir=incoming)
            try:
                with os.fdopen(handle, "wb") as target:
                    sha256, size = _copied(data, target)
                self._place(Path(name), sha256, size)
            finally:
                Path(name).unlink(missing_ok=True)
        return sha256

    def path(self, sha256: str) -> Path:
        """Return where the content lies.

        Raises:
            NotFound: ``file_unknown``, also where this is no SHA-256 at all.
        """
        path = self._place_of(sha256)
        if path is None or not path.is_file():
            raise NotFound("file_unknown", sha256=sha256)
        return path

    def remove(self, sha256: str) -> bool:
        """Erase the content and return whether it was there.

        Raises:
            Unavailable: ``home_not_writable``.
        """
        path = self._place_of(sha256)
        if path is None or not path.is_file():
            return False
        with self._told():
            path.unlink(missing_ok=True)
        return True

    def sweep(self, older_than_seconds: float) -> int:
        """Erase what a crash left half written, and return how many files that were.

        Younger ones stay: another process may be writing them.

        Raises:
            Unavailable: ``home_not_writable``.
        """
        incoming = self._folder / _INCOMING
        with self._told():
            found = list(incoming.iterdir()) if incoming.is_dir() else []
            limit = time.time() - older_than_seconds
            stale = [path for path in found if path.stat().st_mtime < limit]
            for path in stale:
                path.unlink(missing_ok=True)
        return len(stale)

    def _place_of(self, sha256: str) -> Path | None:
        if not _HASH.fullmatch(sha256):
            return None
        return self._folder / sha256[:2] / sha256

    def _place(self, written: Path, sha256: str, size: int) -> None:
        target = _made(self._folder / sha256[:2]) / sha256
        # Windows cannot replace a file that somebody reads, and here there is nothing to replace.
        if target.is_file() and target.stat().st_size == size:
            return
        written.replace(target)
        _sync_folder(target.parent)

    @contextmanager
    def _told(self) -> Iterator[None]:
        place = str(self._folder)
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise Unavailable("disk_full", path=place) from error
            reason = error.strerror or type(error).__name__
            raise Unavailable("home_not_writable", path=place, reason=reason) from error


def _made(folder: Path) -> Path:
    # One after the other: ``parents`` would give the outer one the mode of any folder.
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _copied(data: bytes | BinaryIO, target: BinaryIO) -> tuple[str, int]:
    seen, size = hashlib.sha256(), 0
    for block in _blocks(data):
        seen.update(block)
        size += target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return seen.hexdigest(), size


def _blocks(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    while block := data.read(_BLOCK):
        yield block


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there, and its entries are journalled
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
