"""Arrays as files: written through to the disk with their fingerprints, and mapped again."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable
from workbench.recall.strings import Arrays

_MAPPED_BYTES = 1 << 20
"""Smaller files are read: mapping many of them costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a file is known to be whole."""

    size: int
    sha256: str


def not_usable(reason: str) -> Unavailable:
    """Return the error of an index on disk that has to be made anew, for ``reason``, a code."""
    return Unavailable("index_not_usable", reason=reason)


def save_arrays(folder: Path, arrays: Arrays) -> dict[str, Fingerprint]:
    """Write one file an array into a new folder; return the fingerprints by file name."""
    folder.mkdir(mode=0o700, parents=True)
    found = {f"{name}.npy": save_array(folder / f"{name}.npy", a) for name, a in arrays.items()}
    sync_folder(folder)
    return found


def save_array(path: Path, array: NDArray[np.generic]) -> Fingerprint:
    """Write one array through to the disk."""
    with path.open("wb") as file:
        hashed = _Hashed(file)
        np.lib.format.write_array(hashed, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
        return Fingerprint(file.tell(), hashed.digest.hexdigest())


def load_arrays(
    folder: Path, files: Mapping[str, Fingerprint], *, check: bool = True
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays by name, large ones mapped; with ``check`` every byte is compared.

    Raises:
        Unavailable: ``index_not_usable`` where a file is missing, cut short or another one.
    """
    return {
        name.removesuffix(".npy"): load_array(folder / name, known, check=check)
        for name, known in files.items()
    }


def load_array(path: Path, known: Fingerprint, *, check: bool = True) -> NDArray[np.generic]:
    """Return the array of a file, mapped where it is large.

    Raises:
        Unavailable: ``index_not_usable``.
    """
    try:
        size = path.stat().st_size
        if size != known.size or (check and _sha256(path) != known.sha256):
            raise not_usable("damaged")
        mode: Literal["r"] | None = "r" if size >= _MAPPED_BYTES else None
        array = np.load(path, mmap_mode=mode, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise not_usable("damaged") from error
    # A plain array over the same memory: rows of a memmap are several times as slow to take.
    plain: NDArray[np.generic] = array.view(np.ndarray)
    return plain


def sync_folder(folder: Path) -> None:
    """Write a folder's entries through to the disk, where the system has a way to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Hashed:
    """Passes what is written on to a file and hashes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)
