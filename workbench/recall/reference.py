"""The same interface on rank_bm25 itself: the definition that the postings are checked against."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rank_bm25 import BM25Okapi

from workbench.recall.lexical import Floats, Found, Mask, Places, TermWeight, best, factors_of
from workbench.recall.statistics import EPSILON, K1, B, Part


class ReferenceBM25:
    """BM25 by rank_bm25; every question looks at every document, so it is for small corpora."""

    def __init__(
        self, documents: Iterable[Sequence[str] | None], order: Places | None = None
    ) -> None:
        """Take each document's tokens, None for one that is gone, and its place among ties."""
        given = list(documents)
        held = [list(tokens) for tokens in given if tokens is not None]
        self._counts = [Counter(tokens or ()) for tokens in given]
        self._there = np.array([tokens is not None for tokens in given], dtype=np.bool_)
        self._order = order
        # rank_bm25 divides by zero where there is nothing to count.
        self._okapi = BM25Okapi(held, k1=K1, b=B, epsilon=EPSILON) if any(held) else None

    @classmethod
    def of(cls, parts: Iterable[Part], order: Places | None = None) -> "ReferenceBM25":
        """Return BM25 over the chunks of postings; only the order of terms is lost in counting."""
        return cls((tokens for part in parts for tokens in _tokens(part)), order)

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document; zeros where rank_bm25 cannot be built."""
        scores = np.zeros(len(self._counts))
        if self._okapi is None:
            return scores
        if weights is None:
            scores[self._there] = self._okapi.get_scores(list(tokens))
            return scores
        for token, weight in zip(tokens, weights, strict=True):
            scores[self._there] += weight * self._okapi.get_scores([token])
        return scores

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        asked = set(tokens)
        return np.array([not asked.isdisjoint(held) for held in self._counts], dtype=np.bool_)

    def search(
        self,
        tokens: Sequence[str],
        limit: int,
        mask: Mask | None = None,
        weights: Sequence[float] | None = None,
    ) -> Found:
        """Return at most ``limit`` matched documents with their scores, ties in document order."""
        return self.search_each(tokens, limit, [mask], weights)[0]

    def search_each(
        self,
        tokens: Sequence[str],
        limit: int,
        masks: Sequence[Mask | None],
        weights: Sequence[float] | None = None,
    ) -> list[Found]:
        """Return the answer of ``search`` for each mask, scored once."""
        scores, matched = self.scores(tokens, weights), self.matched(tokens)
        allowed = (matched if mask is None else matched & mask for mask in masks)
        return [best(scores, each, limit, self._order) for each in allowed]

    def explain(
        self, document: int, tokens: Sequence[str], weights: Sequence[float] | None = None
    ) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``: its score when asked for alone."""
        factors: dict[str, float] = {}
        for token, weight in zip(tokens, factors_of(tokens, weights), strict=True):
            factors[token] = factors.get(token, 0.0) + weight
        return tuple(
            TermWeight(
                term=token,
                asked=asked,
                count=self._counts[document][token],
                documents=sum(token in held for held in self._counts),
                idf=float(self._okapi.idf.get(token, 0.0)) if self._okapi else 0.0,
                weight=float(self.scores([token])[document]) * factors[token],
            )
            for token, asked in Counter(tokens).items()
        )


def _tokens(part: Part) -> Iterator[list[str] | None]:
    for at in range(len(part.postings)):
        if part.gone is not None and part.gone[at]:
            yield None
        else:
            chunk = part.postings.counted(at)
            pairs = zip(chunk.terms, chunk.counts, strict=True)
            yield [term for term, count in pairs for _ in range(count)]
