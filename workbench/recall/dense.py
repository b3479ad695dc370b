"""Brute force over unit vectors, centred by language where languages compete."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import LANGUAGES, Language
from workbench.recall.lexical import Floats, Mask
from workbench.recall.means import LanguageMeans, blended
from workbench.recall.sides import side_of
from workbench.recall.vectors import TINY, Matrix, Vector, centred

WITHIN = 0.5
"""Share of the means that is subtracted on the question's own side; elsewhere it is all."""
PULL = 0.3
"""Weight of the own side's best passage in what is asked of the others."""


class DenseVectors:
    """The vectors of a corpus; a chunk without a usable one is absent, never zero.

    An embedder for many languages separates the languages first and the meanings second: a Chinese
    question is nearer to any Chinese passage than to the English one that answers it. Subtracting
    each language's mean takes that direction out. It also takes something from the order within one
    language, so passages on the question's own side are centred by half, the others wholly. Scores
    are comparable within a side alone.

    What answers a question in its own language says more than the question, and passages that say
    the same in two languages are nearer than a question and a passage: ``towards`` asks the other
    sides for both.

    ``python -m benchmarks.recall_quality --tuning --pages 0`` shows what the constants were chosen
    on: titles of a product manual in both languages, questions to statutes, sample libraries.
    """

    def __init__(
        self,
        rows: Sequence[bytes | None],
        languages: Sequence[Language],
        dim: int,
        shipped: LanguageMeans,
    ) -> None:
        """Take each chunk's little-endian float32 row, or None, and its language."""
        whole = [at for at, row in enumerate(rows) if row is not None and len(row) == 4 * dim > 0]
        joined = b"".join(rows[at] or b"" for at in whole)
        matrix = np.frombuffer(joined, dtype="<f4").reshape(len(whole), dim)
        usable = _usable(matrix)
        # Without the condition a copy of every vector would be made to drop none of them.
        self._matrix = matrix if usable.all() else matrix[usable]
        self._size = len(rows)
        self._chunks = np.array(whole, dtype=np.int64)[usable]
        spoken = [languages[at] for at in self._chunks]
        self._means = blended(shipped, self._matrix, spoken)
        self._codes = np.array([LANGUAGES.index(each) for each in spoken], dtype=np.int64)
        self._centres = np.stack([_centre(self._means, each, dim) for each in LANGUAGES])
        self._within, self._lengths = self._centred_lengths()

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def present(self) -> Mask:
        """Return whether each chunk has a vector."""
        present = np.zeros(self._size, dtype=np.bool_)
        present[self._chunks] = True
        return present

    def scores(self, query: Vector, language: Language) -> Floats:
        """Return one number a chunk, in [−1, 1]: a cosine after centring; 0.0 for an absent one."""
        mean = self._means.query(language)
        half = centred(query, None if mean is None else WITHIN * mean)
        turned = centred(query, mean)
        # One pass over the matrix for both: memory, not arithmetic, is what takes the time.
        near, far = (self._matrix @ np.stack([half, turned], axis=1)).T
        # (x − m)·q / |x − m| for every row, without a second, centred matrix in memory.
        within = (near - WITHIN * (self._centres @ half)[self._codes]) / self._within
        beyond = (far - (self._centres @ turned)[self._codes]) / self._lengths
        return self._spread(np.where(self._on_side(language), within, beyond))

    def towards(self, chunk: int, query: Vector, language: Language, scores: Floats) -> Floats:
        """Return ``scores`` with the other sides asked for ``query`` and ``chunk`` together.

        ``chunk`` is what answers the question best on its own side. It takes part only where it is
        at least as near as any passage of the other sides: the question of somebody whose library
        holds next to nothing in his own language is not moved towards what happens to be there.
        """
        at = int(np.searchsorted(self._chunks, chunk))
        own = self._on_side(language)
        if own.all() or at == len(self._chunks) or self._chunks[at] != chunk:
            return scores
        asked = centred(query, self._means.query(language))
        best = centred(self._matrix[at], self._centres[self._codes[at]])
        if float(best @ asked) < scores[self._chunks[~own]].max():
            return scores
        both = centred((1 - PULL) * asked + PULL * best, None)
        moved = (self._matrix @ both - (self._centres @ both)[self._codes]) / self._lengths
        return self._spread(np.where(own, scores[self._chunks], moved))

    def _on_side(self, language: Language) -> Mask:
        """Return which rows are on the side of ``language``."""
        own: Mask = np.array([side_of(each) == side_of(language) for each in LANGUAGES])[
            self._codes
        ]
        return own

    def _spread(self, values: NDArray[np.floating[Any]]) -> Floats:
        """Return one number a chunk from one a row."""
        scores = np.zeros(self._size)
        scores[self._chunks] = np.clip(values, -1.0, 1.0)
        return scores

    def _centred_lengths(self) -> tuple[Vector, Vector]:
        """Return |x − m/2| and |x − m| of every row, from |x|², x·m and |m|²."""
        squares = np.einsum("ij,ij->i", self._matrix, self._matrix)
        across = np.empty_like(squares)
        for code in range(len(LANGUAGES)):
            rows = self._codes == code
            across[rows] = self._matrix[rows] @ self._centres[code]
        centres = np.einsum("ij,ij->i", self._centres, self._centres)[self._codes]
        within, whole = (
            np.sqrt(np.maximum(squares - 2 * part * across + part**2 * centres, TINY))
            for part in (WITHIN, 1.0)
        )
        return within.astype(np.float32), whole.astype(np.float32)


def _usable(matrix: Matrix) -> Mask:
    """Return which rows are finite and have a direction."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.einsum("ij,ij->i", matrix, matrix)
    usable: Mask = np.isfinite(squares) & (squares > TINY)
    return usable


def _centre(means: LanguageMeans, language: Language, dim: int) -> Vector:
    known = means.passages.get(language)
    return np.zeros(dim, dtype=np.float32) if known is None else known
