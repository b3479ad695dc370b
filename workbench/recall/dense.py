"""Nearest unit vectors of a corpus, centred by language where languages compete."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import LANGUAGES, Language
from workbench.recall.lexical import Floats, Found, Mask, Places, best
from workbench.recall.means import LanguageMeans, blended
from workbench.recall.scan import EightBitScan
from workbench.recall.sides import side_of
from workbench.recall.vectors import TINY, Matrix, Vector, centred, joined

Rows: TypeAlias = NDArray[np.int64] | slice

BRUTE_FORCE = 200_000
"""Vectors up to which every product is computed in float32.

384 numbers each, one thread: 14 ms at 100,000, 82 ms at 250,000, where products in eight bits take
4.7 ms. Below, that saves less than anybody notices, and the copy takes memory.
"""
SPARE, FEWEST = 4, 400
"""Of a scan in eight bits, so many times the hits wanted and never fewer are computed exactly."""


class DenseVectors:
    """The vectors of a corpus; a chunk without a usable one is absent, never zero.

    An embedder for many languages separates the languages first and the meanings second: a Chinese
    question is nearer to any Chinese passage than to the English one that answers it. Subtracting
    each language's mean takes that direction out. It also takes something from the order within one
    language, so passages on the question's own side are compared as they are and the others
    centred. Scores are comparable within a side alone.

    Beyond ``BRUTE_FORCE`` vectors ``search`` finds candidates by products in eight bits and then
    computes these as it does for a small corpus, so scores are the same numbers. There is one copy
    in eight bits, of the vectors as they are: (x - m)·q / |x - m| follows from x·q, since m·q and
    |x - m| are known exactly, so no side needs an index of its own and nothing is built again where
    a mean moves. Their float32 rows then lie in a file without a name, of which little is read.
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
        large = len(whole) > BRUTE_FORCE
        matrix = joined((rows[at] or b"" for at in whole), len(whole), dim, in_file=large)
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
        # Without the library every product is exact here too, and takes longer.
        quick = large and find_spec("numkong") is not None
        self._scan = EightBitScan(self._matrix) if quick else None

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
        scores = np.zeros(self._size)
        scores[self._chunks] = self._exact(query, language, slice(None))
        return scores

    def search(
        self,
        query: Vector,
        language: Language,
        masks: Sequence[Mask],
        limit: int,
        order: Places | None = None,
    ) -> list[Found]:
        """Return for each mask over chunks the ``limit`` best of its chunks with their ``scores``.

        Best first, ties in the order of the chunks, or by their place in ``order``; an absent chunk
        is no hit.
        """
        if self._scan is None:
            scores, present = self.scores(query, language), self.present
            return [best(scores, mask & present, limit, order) for mask in masks]
        rough = self._rough(self._scan, query, language)
        wanted = max(SPARE * limit, FEWEST)
        found: list[Found] = []
        for mask in masks:
            rows = _highest(rough, np.flatnonzero(mask[self._chunks]), wanted)
            scores = self._exact(query, language, rows)
            chunks = self._chunks[rows]
            places = None if order is None else order[chunks]
            hits = best(scores, np.ones(len(rows), dtype=np.bool_), limit, places)
            found.append([(int(chunks[at]), score) for at, score in hits])
        return found

    def _exact(self, query: Vector, language: Language, rows: Rows) -> Floats:
        """Return the cosines of these rows."""
        turned = centred(query, self._means.query(language))
        # One pass over the matrix for both: memory, not arithmetic, is what takes the time.
        plain, away = (self._matrix[rows] @ np.stack([query, turned], axis=1)).T
        return self._chosen(plain, away, turned, language, rows)

    def _rough(self, scan: EightBitScan, query: Vector, language: Language) -> Floats:
        """Return the cosines of all rows, to about 1e-3."""
        turned = centred(query, self._means.query(language))
        plain, away = scan.products(query), scan.products(turned)
        return self._chosen(plain, away, turned, language, slice(None))

    def _chosen(
        self, plain: Vector, away: Vector, turned: Vector, language: Language, rows: Rows
    ) -> Floats:
        """Return each row's product as it is on the question's own side, else as if centred."""
        codes = self._codes[rows]
        own = np.array([side_of(each) == side_of(language) for each in LANGUAGES])[codes]
        # (x - m)·q / |x - m| for every row, without a second, centred matrix in memory.
        elsewhere = (away - (self._centres @ turned)[codes]) / self._lengths[rows]
        scores: Floats = np.clip(np.where(own, plain, elsewhere), -1.0, 1.0).astype(np.float64)
        return scores

    def _centred_lengths(self) -> Vector:
        """Return |x − m| of every row, from |x|², x·m and |m|²."""
        squares = np.einsum("ij,ij->i", self._matrix, self._matrix)
        # All centres in one product, and no copy of the rows of a language.
        products = self._matrix @ self._centres.T
        across = products[np.arange(len(products)), self._codes]
        centres = np.einsum("ij,ij->i", self._centres, self._centres)[self._codes]
        lengths: Vector = np.sqrt(np.maximum(squares - 2 * across + centres, TINY)).astype(
            np.float32
        )
        return lengths


def _highest(scores: Floats, among: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the ``count`` of these rows that score highest, in the order of the rows."""
    if count >= len(among):
        return among
    kept = np.argpartition(scores[among], len(among) - count)[len(among) - count :]
    return np.sort(among[kept])


def _usable(matrix: Matrix) -> Mask:
    """Return which rows are finite and have a direction."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.einsum("ij,ij->i", matrix, matrix)
    usable: Mask = np.isfinite(squares) & (squares > TINY)
    return usable


def _centre(means: LanguageMeans, language: Language, dim: int) -> Vector:
    known = means.passages.get(language)
    return np.zeros(dim, dtype=np.float32) if known is None else known
