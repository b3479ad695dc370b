"""Nearest unit vectors of a corpus, centred by language where languages compete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

WITHIN = 0.5
"""Share of the means that is subtracted on the question's own side; elsewhere it is all."""
PULL = 0.3
"""Weight of the own side's best passage in what is asked of the others."""
BRUTE_FORCE = 200_000
"""Vectors up to which every product is computed in float32.

384 numbers each, one thread: 14 ms at 100,000, 82 ms at 250,000, where products in eight bits take
4.7 ms. Below, that saves less than anybody notices, and the copy takes memory.
"""
SPARE, FEWEST = 4, 400
"""Of a scan in eight bits, so many times the hits wanted and never fewer are computed exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class TakenOver:
    """Rows of a matrix that stand for chunks again: one number a chunk, -1 for none."""

    matrix: Matrix
    rows: NDArray[np.int64]


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
        taken: TakenOver | None = None,
    ) -> None:
        """Take each chunk's little-endian float32 row, or None, and its language.

        A chunk that ``taken`` has a row for needs none here. What comes out is the same to the last
        bit, whether rows are given or taken over.
        """
        given = np.array([row is not None and len(row) == 4 * dim > 0 for row in rows], np.bool_)
        places = np.full(len(rows), -1, dtype=np.int64) if taken is None else taken.rows
        whole = np.flatnonzero(given | (places >= 0))
        large = len(whole) > BRUTE_FORCE
        pieces = _pieces(rows, whole, places, taken)
        matrix = joined(pieces, len(whole), dim, in_file=large)
        usable = _usable(matrix)
        # Without the condition a copy of every vector would be made to drop none of them.
        self._matrix = matrix if usable.all() else matrix[usable]
        self._size = len(rows)
        self.chunks = whole[usable]
        numbers = {each: number for number, each in enumerate(LANGUAGES)}
        spoken = [languages[at] for at in self.chunks.tolist()]
        self._means = blended(shipped, self._matrix, spoken)
        self._codes = np.array([numbers[each] for each in spoken], dtype=np.int64)
        self._centres = np.stack([_centre(self._means, each, dim) for each in LANGUAGES])
        self._within, self._lengths = self._centred_lengths()
        # Without the library every product is exact here too, and takes longer.
        quick = large and find_spec("numkong") is not None
        self._scan = EightBitScan(self._matrix) if quick else None

    def __len__(self) -> int:
        return len(self.chunks)

    def taken_over(self, rows: NDArray[np.int64]) -> TakenOver:
        """Return these rows for the chunks of another snapshot; row n is of ``chunks[n]``."""
        return TakenOver(self._matrix, rows)

    @property
    def present(self) -> Mask:
        """Return whether each chunk has a vector."""
        present = np.zeros(self._size, dtype=np.bool_)
        present[self.chunks] = True
        return present

    def scores(self, query: Vector, language: Language, moved: Vector | None = None) -> Floats:
        """Return one number a chunk, in [−1, 1]: a cosine after centring; 0.0 for an absent one.

        ``moved`` is what ``towards`` gave, to be asked of the other sides.
        """
        scores = np.zeros(self._size)
        scores[self.chunks] = self._exact(self._both(query, language, moved), language)
        return scores

    def search(
        self,
        query: Vector,
        language: Language,
        masks: Sequence[Mask],
        limit: int,
        moved: Vector | None = None,
        *,
        order: Places | None = None,
    ) -> list[Found]:
        """Return for each mask over chunks the ``limit`` best of its chunks with their ``scores``.

        Best first, ties in the order of the chunks, or by their place in ``order``; an absent chunk
        is no hit.
        """
        if self._scan is None:
            scores, present = self.scores(query, language, moved), self.present
            return [best(scores, mask & present, limit, order) for mask in masks]
        both = self._both(query, language, moved)
        products = np.stack([self._scan.products(one) for one in both])
        rough = self._chosen(products, both, language, slice(None))
        wanted = max(SPARE * limit, FEWEST)
        found: list[Found] = []
        for mask in masks:
            rows = _highest(rough, np.flatnonzero(mask[self.chunks]), wanted)
            scores = self._exact(both, language, rows)
            chunks = self.chunks[rows]
            places = None if order is None else order[chunks]
            hits = best(scores, np.ones(len(rows), dtype=np.bool_), limit, places)
            found.append([(int(chunks[at]), score) for at, score in hits])
        return found

    def towards(
        self, chunk: int, query: Vector, language: Language, nearest: float
    ) -> Vector | None:
        """Return what to ask the other sides for ``query`` and ``chunk`` together; None for query.

        ``chunk`` is what answers the question best on its own side. It takes part only where it is
        at least as near as ``nearest``, the best score of the other sides: the question of somebody
        whose library holds next to nothing in his own language is not moved towards what happens to
        be there.
        """
        at = int(np.searchsorted(self.chunks, chunk))
        if at == len(self.chunks) or self.chunks[at] != chunk:
            return None
        asked = centred(query, self._means.query(language))
        first = centred(self._matrix[at], self._centres[self._codes[at]])
        near = float(first @ asked) >= nearest
        return centred((1 - PULL) * asked + PULL * first, None) if near else None

    def _both(self, query: Vector, language: Language, moved: Vector | None) -> Matrix:
        """Return what is asked of the question's own side and of the others, one a row."""
        mean = self._means.query(language)
        half = centred(query, None if mean is None else WITHIN * mean)
        both: Matrix = np.stack([half, centred(query, mean) if moved is None else moved])
        return both

    def _exact(self, both: Matrix, language: Language, rows: Rows = slice(None)) -> Floats:
        """Return the cosines of these rows."""
        # One pass over the matrix for both: memory, not arithmetic, is what takes the time.
        return self._chosen((self._matrix[rows] @ both.T).T, both, language, rows)

    def _chosen(self, products: Matrix, both: Matrix, language: Language, rows: Rows) -> Floats:
        """Return each row's cosine, by half centred on the question's own side, else wholly."""
        codes = self._codes[rows]
        own = np.array([side_of(each) == side_of(language) for each in LANGUAGES])[codes]
        # (x - m)·q / |x - m| for every row, without a second, centred matrix in memory.
        half, whole = (self._centres @ both.T)[codes].T
        within = (products[0] - WITHIN * half) / self._within[rows]
        beyond = (products[1] - whole) / self._lengths[rows]
        scores: Floats = np.clip(np.where(own, within, beyond), -1.0, 1.0).astype(np.float64)
        return scores

    def _centred_lengths(self) -> tuple[Vector, Vector]:
        """Return |x − m/2| and |x − m| of every row, from |x|², x·m and |m|²."""
        squares = np.einsum("ij,ij->i", self._matrix, self._matrix)
        # All centres in one product, and no copy of the rows of a language.
        products = self._matrix @ self._centres.T
        across = products[np.arange(len(products)), self._codes]
        centres = np.einsum("ij,ij->i", self._centres, self._centres)[self._codes]
        within, whole = (
            np.sqrt(np.maximum(squares - 2 * part * across + part**2 * centres, TINY))
            for part in (WITHIN, 1.0)
        )
        return within.astype(np.float32), whole.astype(np.float32)


def _pieces(
    rows: Sequence[bytes | None],
    chunks: NDArray[np.int64],
    places: NDArray[np.int64],
    taken: TakenOver | None,
) -> Iterator[bytes | memoryview]:
    """Yield the rows of the chunks one after the other, those that lie together in one piece."""
    if taken is None:
        yield from (rows[at] or b"" for at in chunks.tolist())
        return
    found = places[chunks]
    follows = (found[1:] == found[:-1] + 1) & (found[:-1] >= 0)
    starts = np.flatnonzero(np.concatenate([[True], ~follows])) if len(found) else found
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(found)], strict=False):
        first = int(found[start])
        if first < 0:
            yield rows[int(chunks[start])] or b""
        else:
            yield np.ascontiguousarray(taken.matrix[first : first + end - start]).data


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
