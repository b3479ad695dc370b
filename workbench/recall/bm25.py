"""BM25 Okapi over postings: bit for bit the scores of rank_bm25, at the cost of the hits alone."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from threading import Lock

import numpy as np

from workbench.recall.lexical import Floats, Found, Mask, TermWeight, best, factors_of, first
from workbench.recall.postings_builder import postings_of
from workbench.recall.statistics import K1, Part, Statistics
from workbench.recall.strings import Longs

CACHE_BYTES = 256 * 1024 * 1024
"""Most bytes of weights that a snapshot keeps from earlier questions."""
LONG = 256
"""Tokens from which on a repeated one is added once, times its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The chunks that hold a term, ascending, and what it gives each of them."""

    documents: Longs
    weights: Floats

    @property
    def nbytes(self) -> int:
        """Return what keeping it takes."""
        return self.documents.nbytes + self.weights.nbytes + 200


class PostingsBM25:
    """BM25 Okapi as rank_bm25 computes it, in the same order of operations.

    Documents are numbered through all parts, and those that are gone keep their number: they score
    0 and are never found. Statistics are of those that are there. Over one part with nothing gone
    scores are rank_bm25's to the last bit, else within 1e-9 of a fresh index's.

    Habits are kept: a term in more than half of the documents weighs ``EPSILON`` times the mean
    idf (which is negative in very small corpora), one in exactly half weighs nothing, and a token
    that the question repeats counts each time. Where rank_bm25 divides by zero (no documents, or
    none with a token) every score is 0 and nothing is found.

    What a term gives its documents is kept from question to question and changes nothing: a number
    is the same whether it was kept or not.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        statistics: Statistics | None = None,
        order: Longs | None = None,
        *,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        """Take the parts, their statistics, and the place of each document where ties stand."""
        self._parts = tuple(parts)
        self.statistics = statistics or Statistics.of(parts)
        self._order = order
        self._starts = list(accumulate((len(part.postings) for part in parts), initial=0))
        self._saturation = [self.statistics.saturation(part.postings.lengths) for part in parts]
        self._kept: OrderedDict[str, Row] = OrderedDict()
        self._free = cache_bytes
        self._lock = Lock()

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> "PostingsBM25":
        """Return BM25 over documents given as tokens."""
        return cls([Part(postings_of(documents))])

    def scores(self, tokens: Sequence[str], weights: Sequence[float] | None = None) -> Floats:
        """Return one score a document, bit-equal to ``BM25Okapi.get_scores``.

        ``weights`` are factors of the tokens, in their order; None stands for 1.0 each.
        """
        return self._sum(self._asked(tokens, weights))

    def matched(self, tokens: Sequence[str]) -> Mask:
        """Return whether each document holds at least one of the tokens."""
        matched = np.zeros(self._starts[-1], dtype=np.bool_)
        for token in set(tokens):
            matched[self._row(token).documents] = True
        return matched

    def search(
        self,
        tokens: Sequence[str],
        limit: int,
        mask: Mask | None = None,
        weights: Sequence[float] | None = None,
    ) -> Found:
        """Return at most ``limit`` matched documents with their scores, ties in document order.

        ``mask`` narrows what is returned and never changes a score.
        """
        return self.search_each(tokens, limit, [mask], weights)[0]

    def search_each(
        self,
        tokens: Sequence[str],
        limit: int,
        masks: Sequence[Mask | None],
        weights: Sequence[float] | None = None,
    ) -> list[Found]:
        """Return the answer of ``search`` for each mask, scored once."""
        asked = self._asked(tokens, weights)
        if limit < 1 or not asked:
            return [[] for _ in masks]
        scores = self._sum(asked)
        rows = sorted({id(row): row for row, _ in asked}.values(), key=lambda r: len(r.documents))
        positive = all(f > 0 and row.weights[0] > 0 for row, f in asked)
        matched = None if positive else self.matched(tokens)
        return [self._best(scores, rows, matched, mask, limit) for mask in masks]

    def explain(
        self, document: int, tokens: Sequence[str], weights: Sequence[float] | None = None
    ) -> tuple[TermWeight, ...]:
        """Return what each distinct token gives ``document``; the weights add up to its score."""
        factors = _by_token(tokens, weights)
        return tuple(
            self._explained(document, token, asked, factors[token])
            for token, asked in Counter(tokens).items()
        )

    def _explained(self, document: int, token: str, asked: int, factor: float) -> TermWeight:
        row = self._row(token)
        at = int(np.searchsorted(row.documents, document))
        here = at < len(row.documents) and int(row.documents[at]) == document
        number = int(np.searchsorted(self._starts, document, side="right")) - 1
        documents, counts = self._parts[number].postings.row(token)
        place = int(np.searchsorted(documents, document - self._starts[number]))
        return TermWeight(
            term=token,
            asked=asked,
            count=int(counts[place]) if here else 0,
            documents=len(row.documents),
            idf=self.statistics.idf(len(row.documents)) if len(row.documents) else 0.0,
            weight=float(row.weights[at]) * factor if here else 0.0,
        )

    def _asked(
        self, tokens: Sequence[str], weights: Sequence[float] | None
    ) -> list[tuple[Row, float]]:
        """Return the row and the factor of each token that is known, in the order of the question.

        Equal numbers are added in this order, as rank_bm25 does. A text of thousands of tokens is
        no question: there a repeated token is added once.
        """
        pairs = list(zip(tokens, factors_of(tokens, weights), strict=True))
        if len(pairs) > LONG:
            pairs = list(_by_token(tokens, weights).items())
        found = ((self._row(token), factor) for token, factor in pairs)
        return [(row, factor) for row, factor in found if len(row.documents)]

    def _sum(self, asked: Sequence[tuple[Row, float]]) -> Floats:
        scores = np.zeros(self._starts[-1])
        for row, factor in asked:
            # Exact because a document stands in a row once; the fastest way with places of int64.
            np.add.at(scores, row.documents, row.weights if factor == 1.0 else row.weights * factor)
        return scores

    def _best(
        self,
        scores: Floats,
        rows: Sequence[Row],
        matched: Mask | None,
        mask: Mask | None,
        limit: int,
    ) -> Found:
        """Return the best of the allowed documents; ``rows`` ascending by length.

        The documents of the rarest terms alone give a score that the last of the best reaches, so
        that one comparison a document leaves few of them. ``matched`` None says that a document
        matched where its score is above 0.
        """
        if matched is not None:
            return best(scores, matched if mask is None else matched & mask, limit, self._order)
        least = 0.0
        for row in rows:
            there = row.documents if mask is None else row.documents[mask[row.documents]]
            if len(there) >= limit:
                values = scores[there]
                least = float(np.partition(values, len(values) - limit)[len(values) - limit])
                break
        among = np.flatnonzero(scores >= least if least > 0 else scores > 0)
        if mask is not None:
            among = among[mask[among]]
        return first(scores, among, limit, self._order)

    def _row(self, token: str) -> Row:
        with self._lock:
            row = self._kept.get(token)
            if row is not None:
                self._kept.move_to_end(token)
                return row
        row = self._made(token)
        with self._lock:
            if token not in self._kept:
                self._kept[token] = row
                self._free -= row.nbytes
            while self._free < 0 and self._kept:
                self._free += self._kept.popitem(last=False)[1].nbytes
        return row

    def _made(self, token: str) -> Row:
        """Return the row of a term: its live documents in all parts, and what it gives them."""
        documents, counts, saturation = [], [], []
        for part, start, saturations in zip(
            self._parts, self._starts, self._saturation, strict=False
        ):
            here, held = part.postings.row(token)
            if part.gone is not None and len(here):
                there = ~part.gone[here]
                here, held = here[there], held[there]
            if len(here):
                documents.append(here + np.int64(start))
                counts.append(held)
                saturation.append(saturations[here])
        if not documents:
            return Row(np.empty(0, np.int64), np.empty(0))
        count, idf = _whole(counts), self.statistics.idf(sum(map(len, documents)))
        return Row(_whole(documents), idf * (count * (K1 + 1) / (count + _whole(saturation))))


def _whole(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _by_token(tokens: Sequence[str], weights: Sequence[float] | None) -> dict[str, float]:
    """Return each distinct token with the sum of its factors."""
    factors: dict[str, float] = {}
    for token, weight in zip(tokens, factors_of(tokens, weights), strict=True):
        factors[token] = factors.get(token, 0.0) + weight
    return factors
