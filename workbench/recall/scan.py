"""Scalar products with every row of a large matrix, from a copy of it in eight bits."""

import numpy as np

from workbench.recall.vectors import Matrix, Vector

_STEPS = 127
_BLOCK = 16_384
"""Rows that are rounded at once, so that no second matrix of float32 is made on the way."""


class EightBitScan:
    """A quarter of the bytes to read, and the processor's own instructions to add them up.

    On 250,000 vectors of 384 numbers it took 4.7 ms where float32 took 82 ms in the same run, and
    its 100 best held .995 of the exact ones, its 150 best all of them. A graph (usearch, HNSW, the
    same kernels) needed an ``expansion_search`` of 1,024 and 6 to 20 ms for .981 on an eighth as
    many, after 20 to 45 seconds of building, and it cannot leave out what a filter leaves out.
    """

    def __init__(self, matrix: Matrix) -> None:
        """Take unit vectors, one a row and one at least; they may lie in a file."""
        self._rows = np.empty(matrix.shape, dtype=np.int8)
        most = max((float(np.abs(part).max()) for part in _blocks(matrix)), default=0.0)
        self._step = (most or 1.0) / _STEPS
        for at, part in zip(range(0, len(matrix), _BLOCK), _blocks(matrix), strict=True):
            self._rows[at : at + len(part)] = np.rint(part / self._step)

    def products(self, query: Vector) -> Vector:
        """Return one number a row: its scalar product with ``query`` to about 1e-3."""
        # Only here, since few libraries are so large, and not every system may have it.
        import numkong

        step = float(np.abs(query).max()) / _STEPS or 1.0
        rounded = np.rint(query / step).astype(np.int8)[None]
        found = np.asarray(numkong.cdist(self._rows, rounded, metric="dot"), dtype=np.float32)
        products: Vector = found.reshape(-1) * (step * self._step)
        return products


def _blocks(matrix: Matrix) -> list[Matrix]:
    return [matrix[at : at + _BLOCK] for at in range(0, len(matrix), _BLOCK)]
