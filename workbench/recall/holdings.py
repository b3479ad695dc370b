"""The segments of a corpus, and which of their documents are there; a change makes new holdings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from workbench.recall.lexical import Mask, Places
from workbench.recall.postings import Counted
from workbench.recall.segment import Segment
from workbench.recall.statistics import Part, Statistics

MOST_SEGMENTS = 8
"""More than these are merged."""
MOST_GONE = 0.2
"""A segment of which a larger share of chunks is gone is written anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A segment with the documents that are gone from it (None: none), under its name on disk."""

    segment: Segment
    part: Part
    gone: Mask | None = None
    name: str = ""

    @classmethod
    def of(cls, segment: Segment, gone: Mask | None = None, name: str = "") -> "Held":
        """Return the segment without the documents that are ``gone``, given by number."""
        return cls(segment, Part(segment.postings), None, name).with_gone(gone)

    def with_gone(self, gone: Mask | None) -> "Held":
        """Return the segment without exactly these documents; itself where nothing differs."""
        wanted = None if gone is None or not gone.any() else gone
        if wanted is None and self.gone is None:
            return self
        if wanted is not None and self.gone is not None and np.array_equal(wanted, self.gone):
            return self
        chunks = None if wanted is None else self.segment.by_chunk(wanted)
        return Held(self.segment, self.part.with_gone(chunks), wanted, self.name)

    def there(self, document: int) -> bool:
        """Return whether a document is there."""
        return self.gone is None or not self.gone[document]


class Holdings:
    """Segments in the order in which they came; chunks are numbered through all of them.

    A chunk of a document that is gone keeps its number until its segment is merged. Ties stand in
    the order of the corpus, whatever segment a document lies in: by time of the document, then its
    identifier, then reading order.
    """

    def __init__(self, parts: Sequence[Held] = (), statistics: Statistics | None = None) -> None:
        self.parts = tuple(parts)
        self.statistics = statistics or Statistics.of(self._counted)
        self.starts = tuple(accumulate((len(held.segment) for held in parts), initial=0))

    def __len__(self) -> int:
        return self.statistics.chunks

    @property
    def _counted(self) -> tuple[Part, ...]:
        return tuple(held.part for held in self.parts)

    @cached_property
    def documents(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return where each document's version lies, gone or not: number of segment, and in it."""
        return {
            listed.key: (number, at)
            for number, held in enumerate(self.parts)
            for at, listed in enumerate(held.segment.documents)
        }

    def lacking(self, wanted: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the document versions that no segment has, in the order given."""
        return [key for key in wanted if key not in self.documents]

    def showing(self, wanted: Collection[tuple[str, str]], new: Held | None = None) -> "Holdings":
        """Return these segments and a ``new`` one, with exactly the ``wanted`` documents there.

        Statistics change by the terms of what came or went. Segments without a document that is
        there are left out.
        """
        every = Holdings((*self.parts, new), self.statistics) if new else self
        gone = [np.ones(len(held.segment.documents), np.bool_) for held in every.parts]
        for key in wanted:
            if key in every.documents:
                number, at = every.documents[key]
                gone[number][at] = False
        after = [held.with_gone(g) for held, g in zip(every.parts, gone, strict=True)]
        kept = [held for held, g in zip(after, gone, strict=True) if not g.all()]
        parts = [held.part for held in kept]
        return Holdings(kept, self.statistics.changed(self._counted, parts))

    def to_merge(self) -> tuple[Held, ...]:
        """Return the segments that ought to become one; none where all is well.

        Too many of them: the smallest, and each next one that is no larger than those together, so
        that a chunk is moved a logarithmic number of times.
        """
        worn = tuple(h for h in self.parts if h.part.chunks < (1 - MOST_GONE) * len(h.segment))
        if worn or len(self.parts) <= MOST_SEGMENTS:
            return worn
        ascending = sorted(self.parts, key=lambda held: held.part.chunks)
        count, total = 2, sum(held.part.chunks for held in ascending[:2])
        while count < len(ascending) and ascending[count].part.chunks <= total:
            total += ascending[count].part.chunks
            count += 1
        chosen = set(map(id, ascending[:count]))
        return tuple(held for held in self.parts if id(held) in chosen)

    def replaced(self, old: Sequence[Held], new: Held) -> "Holdings | None":
        """Return holdings with ``new`` in place of the segments it was merged from.

        Documents that went meanwhile are gone from it too. None where it cannot stand for them: a
        segment is no more, or a document is back that was gone when they were merged.
        """
        names = {held.name for held in old}
        before = [held for held in self.parts if held.name in names]
        wanted = {
            listed.key
            for held in before
            for at, listed in enumerate(held.segment.documents)
            if held.there(at)
        }
        listed = new.segment.documents
        if len(before) != len(old) or not wanted <= {each.key for each in listed}:
            return None
        gone = np.array([each.key not in wanted for each in listed], dtype=np.bool_)
        kept = [held for held in self.parts if held.name not in names]
        return Holdings([*kept, *([] if gone.all() else [new.with_gone(gone)])])

    def order(self) -> Places | None:
        """Return each chunk's place among ties, None where that is its number."""
        there = [
            ((listed.created, listed.document_id), number, at)
            for number, held in enumerate(self.parts)
            for at, listed in enumerate(held.segment.documents)
            if held.there(at)
        ]
        ranked = sorted(there)
        if ranked == there:
            return None
        sizes = [np.diff(held.segment.starts) for held in self.parts]
        firsts = [np.zeros(len(size), dtype=np.int64) for size in sizes]
        place = 0
        for _, number, at in ranked:
            firsts[number][at] = place
            place += int(sizes[number][at])
        moved = [
            np.repeat(first - held.segment.starts[:-1], size)
            + np.arange(len(held.segment), dtype=np.int64)
            for held, first, size in zip(self.parts, firsts, sizes, strict=True)
        ]
        return np.concatenate(moved)

    def counted(self, document_ids: Collection[str] | None = None) -> dict[str, Counted]:
        """Return the terms of chunks by text hash: of these documents alone, None for all."""
        found: dict[str, Counted] = {}
        for held in self.parts:
            segment = held.segment
            for at, listed in enumerate(segment.documents):
                if document_ids is None or listed.document_id in document_ids:
                    for chunk in range(*segment.starts[at : at + 2].tolist()):
                        found[segment.hashes[chunk]] = segment.postings.counted(chunk)
        return found
