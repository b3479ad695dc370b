"""Makes postings of chunks that are given one after the other."""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from workbench.recall.postings import BLOCK, Counted, Forward, Postings, joined
from workbench.recall.strings import Names


class _Numbers(dict[str, int]):
    """Gives each term that was not asked for before the next number."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class PostingsBuilder:
    """Takes chunks one after the other; a chunk costs one look-up a token and no object."""

    def __init__(self) -> None:
        self._vocabulary = _Numbers()
        self._tokens, self._lengths = array("i"), array("i")
        self._counted: list[Forward] = []
        self._waiting = 0

    def add(self, tokens: Iterable[str]) -> None:
        """Add a chunk by its tokens."""
        before = len(self._tokens)
        self._tokens.extend(map(self._vocabulary.__getitem__, tokens))
        self._lengths.append(len(self._tokens) - before)
        self._waiting += 1
        if self._waiting == BLOCK:
            self._count()

    def add_counted(self, chunk: Counted) -> None:
        """Add a chunk whose terms were counted before."""
        pairs = zip(chunk.terms, chunk.counts, strict=True)
        self.add(term for term, count in pairs for _ in range(count))

    def finish(self) -> Postings:
        """Return the postings of all chunks; the builder is not used again."""
        self._count()
        lengths = np.frombuffer(self._lengths, dtype=np.int32)
        vocabulary, blocks = Names.of(self._vocabulary), self._counted
        self._counted, self._vocabulary = [], _Numbers()
        return Postings.of(vocabulary, joined(blocks), lengths)

    def _count(self) -> None:
        """Turn the tokens of the chunks that wait into distinct terms with counts."""
        tokens = np.frombuffer(self._tokens, dtype=np.int32)
        lengths = np.frombuffer(self._lengths, dtype=np.int32)[len(self._lengths) - self._waiting :]
        self._counted.append(Forward.counted(tokens, lengths))
        self._tokens, self._waiting = array("i"), 0


def postings_of(chunks: Iterable[Sequence[str]]) -> Postings:
    """Return the postings of chunks given as tokens."""
    builder = PostingsBuilder()
    for tokens in chunks:
        builder.add(tokens)
    return builder.finish()
