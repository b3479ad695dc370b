"""Brute force over unit vectors, centred by language where languages compete."""

from collections.abc import Sequence

import numpy as np

from workbench.domain.languages import LANGUAGES, Language
from workbench.recall.lexical import Floats, Mask
from workbench.recall.means import LanguageMeans, blended
from workbench.recall.sides import side_of
from workbench.recall.vectors import TINY, Matrix, Vector, centred


class DenseVectors:
    """The vectors of a corpus; a chunk without a usable one is absent, never zero.

    An embedder for many languages separates the languages first and the meanings second: a Chinese
    question is nearer to any Chinese passage than to the English one that answers it. Subtracting
    each language's mean takes that direction out. It also takes something from the order within one
    language, so passages on the question's own side are compared as they are and the others
    centred. Scores are comparable within a side alone.
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
        self._lengths = self._centred_lengths()

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def present(self) -> Mask:
        """Return whether each chunk has a vector."""
        present = np.zeros(self._size, dtype=np.bool_)
        present[self._chunks] = True
        return present

    def scores(self, query: Vector, language: Language) -> Floats:
        """Return one cosine a chunk, in [−1, 1]; 0.0 for an absent one.

        Chunks on the side of ``language`` are compared as they are, the others centred.
        """
        own = np.array([side_of(each) == side_of(language) for each in LANGUAGES])[self._codes]
        turned = centred(query, self._means.query(language))
        # One pass over the matrix for both: memory, not arithmetic, is what takes the time.
        plain, away = (self._matrix @ np.stack([query, turned], axis=1)).T
        # (x − m)·q / |x − m| for every row, without a second, centred matrix in memory.
        elsewhere = (away - (self._centres @ turned)[self._codes]) / self._lengths
        scores = np.zeros(self._size)
        scores[self._chunks] = np.clip(np.where(own, plain, elsewhere), -1.0, 1.0)
        return scores

    def _centred_lengths(self) -> Vector:
        """Return |x − m| of every row, from |x|², x·m and |m|²."""
        squares = np.einsum("ij,ij->i", self._matrix, self._matrix)
        across = np.empty_like(squares)
        for code in range(len(LANGUAGES)):
            rows = self._codes == code
            across[rows] = self._matrix[rows] @ self._centres[code]
        centres = np.einsum("ij,ij->i", self._centres, self._centres)[self._codes]
        lengths: Vector = np.sqrt(np.maximum(squares - 2 * across + centres, TINY)).astype(
            np.float32
        )
        return lengths


def _usable(matrix: Matrix) -> Mask:
    """Return which rows are finite and have a direction."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.einsum("ij,ij->i", matrix, matrix)
    usable: Mask = np.isfinite(squares) & (squares > TINY)
    return usable


def _centre(means: LanguageMeans, language: Language, dim: int) -> Vector:
    known = means.passages.get(language)
    return np.zeros(dim, dtype=np.float32) if known is None else known
