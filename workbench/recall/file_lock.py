"""A lock that the system takes back when the process that holds it dies."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from workbench.domain.errors import Busy

WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.02


@contextlib.contextmanager
def file_lock(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock of this file, among threads and processes, until the context is left.

    Raises:
        Busy: ``index_busy`` where somebody else held it longer than ``wait_seconds``.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + wait_seconds
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise Busy("index_busy", seconds=wait_seconds)
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            _release(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _release(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)
