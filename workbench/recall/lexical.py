"""What a lexical retriever answers, whichever implementation of BM25 stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


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
    """BM25 over documents that are numbered from 0 in the order in which they were given."""

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document; 0.0 for one without any of the tokens.

        ``weights`` stand beside the tokens; None is 1.0 each.
        """
        ...

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        ...

    def search(
        self, tokens: Sequence[str], limit: int, mask: Mask | None = None
    ) -> list[tuple[int, float]]:
        """Return at most ``limit`` matched documents with their scores, best first."""
        ...

    def explain(self, document: int, tokens: Sequence[str]) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``, in the order of the question."""
        ...


def best(scores: Floats, allowed: Mask, limit: int) -> list[tuple[int, float]]:
    """Return at most ``limit`` allowed documents with their scores, ties in document order.

    A score says nothing about whether a document matched: in a small corpus a document that holds
    the term scores below one that does not, so ``allowed`` decides, never ``score > 0``.
    """
    among = np.flatnonzero(allowed)
    if limit < 1 or not len(among):
        return []
    values = scores[among]
    if limit < len(among):
        worst = np.partition(values, len(values) - limit)[len(values) - limit]
        kept = values >= worst
        among, values = among[kept], values[kept]
    order = np.lexsort((among, -values))[:limit]
    return [(int(among[i]), float(values[i])) for i in order]
