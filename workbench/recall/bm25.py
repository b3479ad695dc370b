"""BM25 Okapi over postings: bit for bit the scores of rank_bm25, at the cost of the hits alone."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.recall.lexical import Floats, Mask, TermWeight, best

Ints: TypeAlias = NDArray[np.int32]

K1, B, EPSILON = 1.5, 0.75, 0.25
"""Source: the defaults of rank_bm25.BM25Okapi 0.2.2, which defines these scores."""


@dataclass(frozen=True, slots=True)
class AnalysedChunk:
    """A text's distinct terms in order of first appearance, how often each occurs, and its length.

    Kept under the text's hash, so that adding documents analyses the new ones alone.
    """

    terms: tuple[str, ...]
    counts: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "AnalysedChunk":
        """Return the counts of these tokens."""
        # Interned, because the same word stands in thousands of chunks.
        counted = Counter(sys.intern(token) for token in tokens)
        return cls(tuple(counted), tuple(counted.values()), counted.total())


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Which documents hold a term, and how often: rows of ``documents`` and ``counts`` by term.

    Row t lies from ``starts[t]`` to ``starts[t + 1]``, its documents ascending. ``vocabulary`` is
    in order of first appearance, in which rank_bm25 sums. Statistics are derived, not held.
    """

    vocabulary: dict[str, int]
    starts: NDArray[np.int64]
    documents: Ints
    counts: Ints
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, chunks: Sequence[AnalysedChunk]) -> "Postings":
        """Return the postings of ``chunks``, numbered from 0 in this order."""
        vocabulary: dict[str, int] = {}
        known = vocabulary.setdefault
        flat = chain.from_iterable(chunk.terms for chunk in chunks)
        terms = np.fromiter((known(term, len(vocabulary)) for term in flat), np.int64)
        distinct = np.fromiter((len(chunk.terms) for chunk in chunks), np.int64, len(chunks))
        counts = np.fromiter(chain.from_iterable(chunk.counts for chunk in chunks), np.int32)
        rows = np.repeat(np.arange(len(chunks), dtype=np.int32), distinct)
        by_term = np.argsort(terms, kind="stable")
        held = np.bincount(terms, minlength=len(vocabulary))
        return cls(
            vocabulary=vocabulary,
            starts=np.concatenate(([0], np.cumsum(held))).astype(np.int64),
            documents=rows[by_term],
            counts=counts[by_term],
            lengths=np.fromiter((chunk.length for chunk in chunks), np.int64, len(chunks)),
        )

    def row(self, term: str) -> tuple[Ints, Ints]:
        """Return the documents that hold ``term``, ascending, and its count in each."""
        at = self.vocabulary.get(term)
        if at is None:
            return self.documents[:0], self.counts[:0]
        places = slice(self.starts[at], self.starts[at + 1])
        return self.documents[places], self.counts[places]


class PostingsBM25:
    """BM25 Okapi as rank_bm25 computes it, in the same order of operations; immutable.

    Its habits are kept: a term in more than half of the documents weighs ``EPSILON`` times the mean
    idf (which is negative in very small corpora), one in exactly half weighs nothing, and a token
    that the question repeats counts each time. Where rank_bm25 divides by zero (no documents, or
    none with a token) every score is 0 and nothing is found. Adding to a row by index is exact
    because a document stands in a row once.
    """

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        size = len(postings.lengths)
        average = int(postings.lengths.sum()) / size if size else 0.0
        self._idf = _idf(size, np.diff(postings.starts).tolist())
        self._saturation = K1 * (1 - B + B * postings.lengths / (average or 1.0))

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> "PostingsBM25":
        """Return BM25 over documents given as tokens."""
        return cls(Postings.of([AnalysedChunk.of(tokens) for tokens in documents]))

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document, bit-equal to ``BM25Okapi.get_scores`` without ``weights``.

        With them, what each token gives is multiplied by the weight at its place.
        """
        scores = np.zeros(len(self._postings.lengths))
        factors = repeat(1.0, len(tokens)) if weights is None else weights
        for token, weight in zip(tokens, factors, strict=True):
            documents, counts = self._postings.row(token)
            if len(documents):
                # Times 1.0 changes no bit.
                scores[documents] += weight * self._weights(token, documents, counts)
        return scores

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        matched = np.zeros(len(self._postings.lengths), dtype=np.bool_)
        for token in set(tokens):
            matched[self._postings.row(token)[0]] = True
        return matched

    def search(
        self, tokens: Sequence[str], limit: int, mask: Mask | None = None
    ) -> list[tuple[int, float]]:
        """Return at most ``limit`` matched documents with their scores, ties in document order.

        ``mask`` narrows what is returned and never changes a score.
        """
        matched = self.matched(tokens)
        return best(self.scores(tokens), matched if mask is None else matched & mask, limit)

    def explain(self, document: int, tokens: Sequence[str]) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``; the weights add up to its score."""
        return tuple(
            self._explained(document, token, asked) for token, asked in Counter(tokens).items()
        )

    def _explained(self, document: int, token: str, asked: int) -> TermWeight:
        documents, counts = self._postings.row(token)
        here = np.flatnonzero(documents == document)
        weight = float(self._weights(token, documents[here], counts[here]).sum()) * asked
        return TermWeight(
            term=token,
            asked=asked,
            count=int(counts[here].sum()),
            documents=len(documents),
            idf=self._idf[self._postings.vocabulary[token]] if len(documents) else 0.0,
            weight=weight,
        )

    def _weights(self, token: str, documents: Ints, counts: Ints) -> Floats:
        if not len(documents):
            return np.zeros(0)
        idf = self._idf[self._postings.vocabulary[token]]
        weights: Floats = idf * (counts * (K1 + 1) / (counts + self._saturation[documents]))
        return weights


def _idf(size: int, held: Sequence[int]) -> list[float]:
    """Return each term's idf, with rank_bm25's floor for those in over half of the documents."""
    plain = [math.log(size - n + 0.5) - math.log(n + 0.5) for n in held]
    total = 0.0
    for idf in plain:  # in this order and not by sum(), whose rounding differs since Python 3.12
        total += idf
    floor = EPSILON * (total / len(plain)) if plain else 0.0
    return [idf if idf >= 0 else floor for idf in plain]
