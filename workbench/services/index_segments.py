"""What an index lacks of a corpus: the documents that no segment has, analysed into a new one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.recall.analyzer import Analyzer
from workbench.recall.entries import Entry
from workbench.recall.holdings import Holdings
from workbench.recall.segment import Listed, Segment, SegmentBuilder
from workbench.store.passages import PassageRepository
from workbench.store.rows import DocumentRows, Findable, IndexRow

DOCUMENTS_AT_ONCE = 32
"""Documents whose texts are in memory together."""
WATCHED_EVERY = 200
"""Chunks between two reports of progress: some hundredths of a second."""

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Difference:
    """What can be found now, and a segment of what an index lacked of it; None for nothing."""

    findable: Findable
    segment: Segment | None

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """Return the document versions that can be found, in the order of the corpus."""
        return [(each.document_id, each.version) for each in self.findable.documents]


def difference(
    corpora: PassageRepository,
    corpus_id: str,
    holdings: Holdings,
    analyzer: Analyzer,
    watch: Callable[[int], None] | None = None,
) -> Difference:
    """Return what came to the corpus since ``holdings``; only texts that are new are analysed.

    Documents may arrive meanwhile: it is looked again until none is lacking. ``watch`` is told how
    many chunks were analysed so far; what it raises ends the work.

    Raises:
        NotFound: ``corpus_unknown``.
    """
    builder, added, analysed = SegmentBuilder(), set[tuple[str, str]](), 0
    while True:
        found = Difference(corpora.findable(corpus_id), None)
        lacking = [key for key in holdings.lacking(found.wanted) if key not in added]
        if not lacking:
            return Difference(found.findable, builder.finish()) if added else found
        for some in _slices([document_id for document_id, _ in lacking], DOCUMENTS_AT_ONCE):
            # Of an earlier edition most passages are the same.
            known = holdings.counted(set(some))
            for document in corpora.rows_of_documents(corpus_id, some):
                listed = _listed(document)
                if listed.key in added or listed.key in holdings.documents:
                    continue
                builder.begin(listed)
                added.add(listed.key)
                for row in document.rows:
                    counted = known.get(row.text_hash)
                    builder.add(_entry(row), counted or analyzer.tokens(row.reads))
                    analysed += 1
                    if watch and analysed % WATCHED_EVERY == 0:
                        watch(analysed)


def _listed(read: DocumentRows) -> Listed:
    document = read.document
    return Listed(document.document_id, read.name, document.version, document.created_at)


def _entry(row: IndexRow) -> Entry:
    return Entry(
        row.chunk_id,
        row.document_id,
        row.document,
        row.language,
        row.kind,
        row.reads,
        row.text_hash,
    )


def _slices(every: Sequence[_One], size: int) -> Iterator[Sequence[_One]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]
