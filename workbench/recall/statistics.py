"""What BM25 counts over the chunks that are there, changed by the touched terms alone."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.recall.lexical import Floats, Mask
from workbench.recall.postings import Postings
from workbench.recall.strings import Digests, Longs

K1, B, EPSILON = 1.5, 0.75, 0.25
"""Source: the defaults of rank_bm25.BM25Okapi 0.2.2, which defines these scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Postings with the chunks that are gone from them, and how many of each term's rows those are.

    ``gone`` and ``dead`` are None where every chunk is there.
    """

    postings: Postings
    gone: Mask | None = None
    dead: Longs | None = None

    def with_gone(self, gone: Mask | None) -> "Part":
        """Return the same postings with exactly these chunks gone; only what differs is counted."""
        before = np.zeros(len(self.postings), np.bool_) if self.gone is None else self.gone
        if gone is None or not gone.any():
            return Part(self.postings)
        forward, size = self.postings.forward, len(self.postings.vocabulary)
        dead = np.zeros(size, np.int64) if self.dead is None else self.dead.copy()
        dead += np.bincount(forward.of_chunks(gone & ~before), minlength=size)
        dead -= np.bincount(forward.of_chunks(before & ~gone), minlength=size)
        return Part(self.postings, gone, dead)

    @property
    def chunks(self) -> int:
        """Return how many chunks are there."""
        return len(self.postings) - (0 if self.gone is None else int(self.gone.sum()))

    @property
    def tokens(self) -> int:
        """Return how many tokens these have."""
        lengths = self.postings.lengths
        there = lengths if self.gone is None else lengths[~self.gone]
        return int(there.sum(dtype=np.int64))

    def held(self) -> Longs:
        """Return in how many chunks each term of the vocabulary is."""
        every = np.diff(self.postings.starts)
        return every if self.dead is None else every - self.dead

    def held_by(self, digests: Digests) -> Longs:
        """Return in how many chunks each of these terms is, 0 for an unknown one."""
        names = self.postings.vocabulary
        found = np.zeros(len(digests), dtype=np.int64)
        if len(names):
            at = np.minimum(np.searchsorted(names.digests, digests), len(names) - 1)
            known = names.digests[at] == digests
            numbers = names.numbers[at[known]]
            rows = self.postings.starts[numbers + 1] - self.postings.starts[numbers]
            found[known] = rows if self.dead is None else rows - self.dead[numbers]
        return found

    def digests(self, chunks: Mask | None = None) -> Digests:
        """Return the terms of these chunks, None for all, each once."""
        names = self.postings.vocabulary
        if chunks is None:
            return names.digests
        if not chunks.any():
            return names.digests[:0]
        return names.by_number()[np.unique(self.postings.forward.of_chunks(chunks))]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Chunks, tokens, and how many terms are held by how many chunks (``terms`` by number).

    ``floor`` is what a term in over half of the chunks weighs: ``EPSILON`` times the mean idf.
    """

    chunks: int
    tokens: int
    terms: Mapping[int, int]
    floor: float

    @classmethod
    def of(cls, parts: Sequence[Part]) -> "Statistics":
        """Return the statistics of all parts; to the last bit those of rank_bm25 for a fresh one.

        A fresh one is a single part with nothing gone.
        """
        if len(parts) == 1:
            terms = _counted(parts[0].held())
        else:
            digests = np.unique(np.concatenate([np.empty(0, np.uint64), *map(Part.digests, parts)]))
            terms = _counted(_held_in(parts, digests))
        found = _with_floor(parts, terms)
        if len(parts) == 1 and parts[0].gone is None:
            return replace(found, floor=_first_floor(found.chunks, parts[0].held()))
        return found

    def changed(self, before: Sequence[Part], after: Sequence[Part]) -> "Statistics":
        """Return the statistics of ``after``, which differs from ``before`` in some chunks.

        Only terms of chunks that came or went are counted again.
        """
        if len(after) == 1 and after[0].gone is None:
            return Statistics.of(after)
        touched = _touched(before, after)
        terms = Counter(self.terms)
        terms.subtract(_counted(_held_in(before, touched)))
        terms.update(_counted(_held_in(after, touched)))
        return _with_floor(after, {held: count for held, count in terms.items() if count})

    @property
    def average(self) -> float:
        """Return the mean length of a chunk in tokens, 0.0 where there is none."""
        return self.tokens / self.chunks if self.chunks else 0.0

    def idf(self, held: int) -> float:
        """Return the weight of a term that ``held`` chunks hold, in rank_bm25's form."""
        idf = plain_idf(self.chunks, held)
        return idf if idf >= 0 else self.floor

    def saturation(self, lengths: NDArray[np.integer]) -> Floats:
        """Return what each chunk's counts are set against, from its length."""
        saturation = K1 * (1 - B + B * lengths / (self.average or 1.0))
        return saturation.astype(np.float64, copy=False)


def plain_idf(chunks: int, held: int) -> float:
    """Return the idf without a floor, which is negative in over half of the chunks."""
    return math.log(chunks - held + 0.5) - math.log(held + 0.5)


def _counted(held: Longs) -> dict[int, int]:
    """Return how many terms each number of chunks holds; terms in no chunk are left out."""
    values, counts = np.unique(held[held > 0], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _held_in(parts: Sequence[Part], digests: Digests) -> Longs:
    total = np.zeros(len(digests), dtype=np.int64)
    for part in parts:
        total += part.held_by(digests)
    return total


def _touched(before: Sequence[Part], after: Sequence[Part]) -> Digests:
    """Return every term of a chunk that is there in one of the two alone."""
    old = {id(part.postings): part for part in before}
    new = {id(part.postings): part for part in after}
    found = [np.empty(0, np.uint64)]
    for key in old.keys() | new.keys():
        one, other = old.get(key), new.get(key)
        if one is None or other is None:
            found.append((one or new[key]).digests())
        elif one.gone is not other.gone:
            none = np.zeros(len(one.postings), np.bool_)
            was = none if one.gone is None else one.gone
            found.append(one.digests(was ^ (none if other.gone is None else other.gone)))
    return np.unique(np.concatenate(found))


def _with_floor(parts: Sequence[Part], terms: Mapping[int, int]) -> Statistics:
    chunks = sum(part.chunks for part in parts)
    sums = (count * plain_idf(chunks, held) for held, count in terms.items())
    distinct = sum(terms.values())
    floor = EPSILON * (math.fsum(sums) / distinct) if distinct else 0.0
    return Statistics(chunks, sum(part.tokens for part in parts), terms, floor)


def _first_floor(chunks: int, held: Longs) -> float:
    """Return the floor summed term by term, as rank_bm25 sums, for its very rounding."""
    if not len(held):
        return 0.0
    values, places = np.unique(held, return_inverse=True)
    idf = np.array([plain_idf(chunks, one) for one in values.tolist()])
    # An accumulation goes from left to right, which sum() of numpy or of Python 3.12 does not.
    return EPSILON * (float(np.add.accumulate(idf[places])[-1]) / len(held))
