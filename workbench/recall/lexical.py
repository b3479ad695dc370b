"""What a lexical retriever answers, whichever implementation of BM25 stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]
Found: TypeAlias = list[tuple[int, float]]
"""Documents with their scores, best first."""


@dataclass(frozen=True, slots=True)
class TermWeight:
    """What one term of a question gave one document.

    ``count`` is how often the document holds the term, ``documents`` how many documents hold it,
    ``asked`` how often the question does. ``weight`` is what all of these added to the score; it is
    0 for a term in exactly half of the documents, and negative where ``idf`` is. A term that a
    glossary added counts ``factor`` times; ``source`` is the question's term that it translates.
    """

    term: str
    asked: int
    count: int
    documents: int
    idf: float
    weight: float
    factor: float = 1.0
    source: str = ""


class Lexical(Protocol):
    """BM25 over documents that are numbered from 0 in the order in which they were given.

    ``weights`` are factors of the tokens, in their order; None stands for 1.0 each.
    """

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document; 0.0 for one without any of the tokens."""
        ...

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        ...

    def search(
        self,
        tokens: Sequence[str],
        limit: int,
        mask: Mask | None = None,
        weights: Sequence[float] | None = None,
    ) -> Found:
        """Return at most ``limit`` matched documents with their scores, best first."""
        ...

    def search_each(
        self,
        tokens: Sequence[str],
        limit: int,
        masks: Sequence[Mask | None],
        weights: Sequence[float] | None = None,
    ) -> list[Found]:
        """Return the answer of ``search`` for each mask."""
        ...

    def explain(
        self, document: int, tokens: Sequence[str], weights: Sequence[float] | None = None
    ) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``, in the order of the question."""
        ...


def factors_of(tokens: Sequence[str], weights: Sequence[float] | None) -> Sequence[float]:
    """Return the factor of each token, 1.0 where no ``weights`` are given."""
    return (1.0,) * len(tokens) if weights is None else weights


def best(scores: Floats, allowed: Mask, limit: int, order: Places | None = None) -> Found:
    """Return at most ``limit`` allowed documents with their scores, ties in document order.

    ``order`` gives each document's place where that is not its number. A score says nothing about
    whether a document matched: in a small corpus a document that holds the term scores below one
    that does not, so ``allowed`` decides, never ``score > 0``.
    """
    return first(scores, np.flatnonzero(allowed), limit, order)


def first(scores: Floats, among: Places, limit: int, order: Places | None = None) -> Found:
    """Return what ``best`` does, for documents that are allowed given by number, ascending."""
    if limit < 1 or not len(among):
        return []
    values = scores[among]
    if limit < len(among):
        worst = np.partition(values, len(values) - limit)[len(values) - limit]
        kept = values >= worst
        among, values = among[kept], values[kept]
    places = np.lexsort((among if order is None else order[among], -values))[:limit]
    return list(zip(among[places].tolist(), values[places].tolist(), strict=True))
