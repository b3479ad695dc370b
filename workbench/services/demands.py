"""Looks up what a question demands by the letter: passages with a phrase, sections by number."""

from collections.abc import Iterable, Iterator, Sequence

from workbench.domain.queries import Narrowing
from workbench.recall.analyzer import Analyzer
from workbench.recall.asked import Citation
from workbench.recall.citation import Place, named, owners, searched
from workbench.recall.index import CorpusIndex
from workbench.recall.phrases import Phrase, traces
from workbench.store.corpora import CorpusRepository
from workbench.store.rows import ChunkView

BATCH = 500
"""Passages that are read at a time."""
PLAIN_LIMIT = 3_000
"""Most passages of a corpus that are read to find a heading without a unit."""


class Demands:
    """Reads the passages that an index names as possible, and keeps those that are meant."""

    def __init__(self, corpora: CorpusRepository, analyzer: Analyzer) -> None:
        self._corpora = corpora
        self._analyzer = analyzer

    def holding(self, index: CorpusIndex, phrase: str, narrowing: Narrowing) -> list[str]:
        """Return the ids of the passages that hold ``phrase`` word for word, in reading order.

        A heading above a passage does not count, nor a phrase that runs over into the next one.
        """
        wanted, trace = Phrase.of(phrase), traces(phrase, self._analyzer)
        possible = index.left(index.with_all(trace.terms, trace.parts), narrowing)
        views = self._read(index.corpus_id, possible)
        return [view.chunk.chunk_id for view in views if wanted.stands_in(view.chunk.text)]

    def section(
        self, indexes: Sequence[CorpusIndex], citation: Citation, narrowing: Narrowing
    ) -> list[Place]:
        """Return the passages of the section that is named, document after document.

        Where several documents have a section of this number, all of them are returned.
        """
        *spoken, plain = searched(citation, self._analyzer)
        found = owners(citation, self._places(indexes, spoken, narrowing))
        if found and (not citation.title or named(citation.title, found[0].document)):
            return found
        more = owners(citation, self._places(indexes, [plain], narrowing, PLAIN_LIMIT))
        return more or found

    def _places(
        self,
        indexes: Sequence[CorpusIndex],
        alternatives: Iterable[tuple[str, ...]],
        narrowing: Narrowing,
        limit: int | None = None,
    ) -> Iterator[Place]:
        """Yield where the passages stand that have all terms of one of the alternatives."""
        wanted = [terms for terms in alternatives if terms]
        for index in indexes:
            found = (one for terms in wanted for one in index.with_all(terms))
            possible = index.left(dict.fromkeys(found), narrowing)[:limit]
            for view in self._read(index.corpus_id, possible):
                chunk = view.chunk
                yield Place(view.corpus_id, chunk.chunk_id, view.document, chunk.path, chunk.text)

    def _read(self, corpus_id: str, chunk_ids: Sequence[str]) -> Iterator[ChunkView]:
        """Yield the passages in this order; one that is gone meanwhile is left out."""
        for start in range(0, len(chunk_ids), BATCH):
            batch = chunk_ids[start : start + BATCH]
            views = self._corpora.texts(corpus_id, batch)
            yield from (views[one] for one in batch if one in views)
