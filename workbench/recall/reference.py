"""The same interface on rank_bm25 itself: the definition that the postings are checked against."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rank_bm25 import BM25Okapi

from workbench.recall.bm25 import EPSILON, K1, AnalysedChunk, B
from workbench.recall.lexical import Floats, Mask, TermWeight, best


class ReferenceBM25:
    """BM25 by rank_bm25; every question looks at every document, so it is for small corpora."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        held = [list(tokens) for tokens in documents]
        self._counts = [Counter(tokens) for tokens in held]
        # rank_bm25 divides by zero where there is nothing to count.
        self._okapi = BM25Okapi(held, k1=K1, b=B, epsilon=EPSILON) if any(held) else None

    @classmethod
    def of(cls, chunks: Iterable[AnalysedChunk]) -> "ReferenceBM25":
        """Return BM25 over counted chunks; only the order of repeated terms is lost in counting."""
        return cls(
            [
                term
                for term, count in zip(chunk.terms, chunk.counts, strict=True)
                for _ in range(count)
            ]
            for chunk in chunks
        )

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document; zeros where rank_bm25 cannot be built.

        rank_bm25 knows no weights: each token is asked for alone, and its scores are multiplied.
        """
        scores: Floats = np.zeros(len(self._counts))
        if self._okapi is None:
            return scores
        if weights is None:
            scores = self._okapi.get_scores(list(tokens))
            return scores
        for token, weight in zip(tokens, weights, strict=True):
            scores += weight * self._okapi.get_scores([token])
        return scores

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        asked = set(tokens)
        return np.array([not asked.isdisjoint(held) for held in self._counts], dtype=np.bool_)

    def search(
        self, tokens: Sequence[str], limit: int, mask: Mask | None = None
    ) -> list[tuple[int, float]]:
        """Return at most ``limit`` matched documents with their scores, ties in document order."""
        matched = self.matched(tokens)
        return best(self.scores(tokens), matched if mask is None else matched & mask, limit)

    def explain(self, document: int, tokens: Sequence[str]) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``: its score when asked for alone."""
        return tuple(
            TermWeight(
                term=token,
                asked=asked,
                count=self._counts[document][token],
                documents=sum(token in held for held in self._counts),
                idf=float(self._okapi.idf.get(token, 0.0)) if self._okapi else 0.0,
                weight=float(self.scores([token])[document]) * asked,
            )
            for token, asked in Counter(tokens).items()
        )
