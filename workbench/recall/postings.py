"""Which chunks hold a term and how often, term by term, and the terms of each chunk beside it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.recall.strings import Arrays, Ints, Longs, Names

BLOCK = 1 << 16
"""Chunks sorted at a time: what is sorted takes eight bytes a posting."""
PLACE = np.int64((1 << 32) - 1)
"""The lower half of a number that is sorted by its upper half first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A chunk's distinct terms, and how often it holds each."""

    terms: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "Counted":
        """Return the counts of these tokens."""
        counted = Counter(tokens)
        return cls(tuple(counted), tuple(counted.values()))


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """The terms of each chunk: chunk n has ``terms[starts[n]:starts[n + 1]]`` and their counts.

    By these a chunk can be taken away, or moved to other postings, without its text.
    """

    terms: Ints
    counts: NDArray[np.integer]
    starts: Longs

    @classmethod
    def counted(cls, tokens: Ints, lengths: Ints) -> "Forward":
        """Return chunks of these lengths, whose tokens lie one after the other."""
        chunks = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        keys = (chunks << np.int64(32)) | tokens
        keys.sort()
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        distinct = np.bincount(keys[first] >> np.int64(32), minlength=len(lengths))
        return cls(
            (keys[first] & PLACE).astype(np.int32),
            smallest(np.diff(first, append=len(keys)).astype(np.int32)),
            np.concatenate(([0], distinct.cumsum())).astype(np.int64),
        )

    def of_chunks(self, chosen: NDArray[np.bool_]) -> Ints:
        """Return the terms of the chosen chunks, one after the other."""
        if chosen.all():
            return self.terms
        parts = [self.terms[start:end] for start, end in self._ranges(chosen)]
        return np.concatenate(parts) if parts else self.terms[:0]

    def kept(self, chosen: NDArray[np.bool_]) -> "Forward":
        """Return the chosen chunks alone, in the same order."""
        ranges = self._ranges(chosen)
        distinct = np.diff(self.starts)[chosen]
        return Forward(
            np.concatenate([self.terms[:0], *(self.terms[a:b] for a, b in ranges)]),
            np.concatenate([self.counts[:0], *(self.counts[a:b] for a, b in ranges)]),
            np.concatenate(([0], distinct.cumsum())).astype(np.int64),
        )

    def _ranges(self, chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """Return where runs of chosen chunks begin and end among the terms."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
        at = self.starts[edges].tolist()
        return list(zip(at[::2], at[1::2], strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Rows of ``documents`` and ``counts`` by term, and the same chunk by chunk.

    Row t lies from ``starts[t]`` to ``starts[t + 1]``, its documents (chunks, numbered from 0)
    ascending. ``vocabulary`` is in order of first appearance, in which rank_bm25 sums. Statistics
    are derived, not held.
    """

    vocabulary: Names
    starts: Longs
    documents: Ints
    counts: NDArray[np.integer]
    lengths: Ints
    forward: Forward

    @classmethod
    def of(cls, vocabulary: Names, forward: Forward, lengths: Ints) -> "Postings":
        """Return the postings of chunks whose terms are numbers in ``vocabulary``."""
        size = len(forward.starts) - 1
        held = np.zeros(len(vocabulary), dtype=np.int64)
        for start in range(0, size, BLOCK):
            held += _held(forward, start, vocabulary)
        starts = np.concatenate(([0], held.cumsum())).astype(np.int64)
        documents = np.empty(len(forward.terms), dtype=np.int32)
        counts = np.empty_like(forward.counts)
        free = starts[:-1].copy()
        for start in range(0, size, BLOCK):
            free += _spread(forward, start, free, (documents, counts))
        return cls(vocabulary, starts, documents, counts, lengths, forward)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Postings":
        """Return the postings that ``arrays`` gave."""
        ints = {key: arrays[key].view(np.int32) for key in ("documents", "lengths", "terms")}
        longs = {key: arrays[key].view(np.int64) for key in ("starts", "term_starts")}
        counts, term_counts = (_integers(arrays[key]) for key in ("counts", "term_counts"))
        return cls(
            Names.from_arrays("vocabulary", arrays),
            longs["starts"],
            ints["documents"],
            counts,
            ints["lengths"],
            Forward(ints["terms"], term_counts, longs["term_starts"]),
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return what has to be kept, by name."""
        return {
            **self.vocabulary.arrays("vocabulary"),
            "starts": self.starts,
            "documents": self.documents,
            "counts": self.counts,
            "lengths": self.lengths,
            "terms": self.forward.terms,
            "term_counts": self.forward.counts,
            "term_starts": self.forward.starts,
        }

    def __len__(self) -> int:
        return len(self.lengths)

    def row(self, term: str) -> tuple[Ints, NDArray[np.integer]]:
        """Return the chunks that hold ``term``, ascending, and its count in each."""
        at = self.vocabulary.find(term)
        places = slice(0, 0) if at is None else slice(self.starts[at], self.starts[at + 1])
        return self.documents[places], self.counts[places]

    def counted(self, chunk: int) -> Counted:
        """Return the terms of a chunk, in the order of the vocabulary."""
        here = slice(self.forward.starts[chunk], self.forward.starts[chunk + 1])
        terms = tuple(self.vocabulary.texts[at] for at in self.forward.terms[here].tolist())
        return Counted(terms, tuple(self.forward.counts[here].tolist()))


def joined(blocks: Sequence[Forward]) -> Forward:
    """Return the chunks of all blocks, one after the other."""
    ends = [block.starts[1:] - block.starts[0] for block in blocks]
    before = np.cumsum([0, *(len(block.terms) for block in blocks)])
    moved = [end + offset for end, offset in zip(ends, before, strict=False)]
    return Forward(
        np.concatenate([np.empty(0, np.int32), *(block.terms for block in blocks)]),
        np.concatenate([np.empty(0, np.uint8), *(block.counts for block in blocks)]),
        np.concatenate([np.zeros(1, np.int64), *moved]),
    )


def smallest(counts: Ints) -> NDArray[np.integer]:
    """Return the counts in the smallest unsigned type that holds them, else as they are."""
    most = int(counts.max(initial=0))
    if most < 1 << 8:
        return counts.astype(np.uint8)
    return counts.astype(np.uint16) if most < 1 << 16 else counts


def _held(forward: Forward, start: int, vocabulary: Names) -> Longs:
    ends = forward.starts[start : start + BLOCK + 1]
    return np.bincount(forward.terms[ends[0] : ends[-1]], minlength=len(vocabulary))


def _spread(
    forward: Forward, start: int, free: Longs, into: tuple[Ints, NDArray[np.integer]]
) -> Longs:
    """Put a block's postings where each row is still free; return how many went to each row."""
    ends = forward.starts[start : start + BLOCK + 1]
    terms = forward.terms[ends[0] : ends[-1]].astype(np.int64)
    chunks = np.repeat(np.arange(start, start + len(ends) - 1, dtype=np.int32), np.diff(ends))
    held = np.bincount(terms, minlength=len(free))
    # One number of term and place: to sort these is several times as fast as a stable argsort.
    keys = (terms << np.int64(32)) | np.arange(len(terms), dtype=np.int64)
    keys.sort()
    places = keys & PLACE
    keys >>= np.int64(32)
    to = np.arange(len(terms), dtype=np.int64) + (free - (held.cumsum() - held))[keys]
    documents, counts = into
    documents[to] = chunks[places]
    counts[to] = forward.counts[ends[0] : ends[-1]][places]
    return held


def _integers(values: NDArray[np.generic]) -> NDArray[np.integer]:
    return values.view(values.dtype.type)
