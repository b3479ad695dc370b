"""Rows of float32 as the embedder hands them over, and what centring does to them."""

import tempfile
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable
from workbench.domain.ports import EmbedderInfo, Vectors

Matrix: TypeAlias = NDArray[np.float32]
Vector: TypeAlias = NDArray[np.float32]

TINY = 1e-6
"""Length under which a vector has no direction."""


def rows_of(vectors: Vectors, info: EmbedderInfo, count: int) -> Matrix:
    """Return the ``count`` vectors that were asked for, one a row, without copying them.

    Raises:
        Unavailable: ``vectors_unusable`` where there are more or fewer, or one is not finite.
    """
    given = len(vectors)
    if given == count and len(vectors.data) == 4 * vectors.dim * count:
        matrix = np.frombuffer(vectors.data, dtype="<f4").reshape(count, vectors.dim)
        if np.isfinite(matrix).all():
            return matrix
    raise Unavailable("vectors_unusable", model=info.name, expected=count, given=given)


def joined(
    rows: Iterable[bytes | memoryview], count: int, dim: int, *, in_file: bool = False
) -> Matrix:
    """Return ``count`` little-endian rows as one matrix that is not to be written to.

    Rows that lie together may be given together.

    With ``in_file`` it lies in a temporary file that has no name and ends with the matrix; where
    the disk has no room for it, it lies in memory all the same.
    """
    if in_file and count:
        given = list(rows)
        try:
            return _in_file(given, count, dim)
        except OSError:
            rows = given
    return np.frombuffer(b"".join(rows), dtype="<f4").reshape(count, dim)


def _in_file(rows: Iterable[bytes | memoryview], count: int, dim: int) -> Matrix:
    with tempfile.TemporaryFile() as file:
        # Written and not only mapped, so that a full disk is an error and not the process's end.
        file.writelines(rows)
        file.flush()
        return np.memmap(file, dtype="<f4", mode="r", shape=(count, dim))


def centred(vector: Vector, mean: Vector | None) -> Vector:
    """Return ``vector`` less ``mean``, of unit length again; zeros where nothing is left."""
    moved = vector if mean is None else vector - mean
    length = float(np.linalg.norm(moved))
    result: Vector = moved / length if length > TINY else np.zeros_like(moved)
    return result
