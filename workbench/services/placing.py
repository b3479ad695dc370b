"""Labels of a corpus as they lie on its passages of today."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from workbench.domain.documents import Chunk, Document
from workbench.domain.judgements import Judgement
from workbench.evaluation.anchoring import chunk_of
from workbench.store.corpora import CorpusRepository
from workbench.store.judgements import JudgementRepository


@dataclass(frozen=True, slots=True)
class Placed:
    """Labels on documents that are there; ``place`` gives a label's chunk, None for in none."""

    events: tuple[Judgement, ...]
    place: Callable[[Judgement], str | None]


class Placing:
    """Looks up labels, and where their passages lie however documents were sliced since."""

    def __init__(self, passages: CorpusRepository, judgements: JudgementRepository) -> None:
        self._passages = passages
        self._judgements = judgements

    def documents(self, corpus_id: str) -> tuple[Document, ...]:
        """Return the documents of a corpus as they are today."""
        return self._passages.documents(corpus_id)

    def of(self, corpus_id: str, queries: Collection[str]) -> Placed:
        """Return the labels that count on these questions, those on deleted documents left out."""
        documents = {one.document_id: one for one in self._passages.documents(corpus_id)}
        chunks: dict[str, Sequence[Chunk]] = {}

        def place(event: Judgement) -> str | None:
            document = documents[event.anchor.document_id]
            one = document.document_id
            if one not in chunks:
                chunks[one] = self._passages.chunks_of_document(one)
            chunk = chunk_of(event.anchor, document.edition_id, chunks[one])
            return chunk.chunk_id if chunk else None

        events = tuple(
            event
            for event in self._judgements.current()
            if event.query_id in queries and event.anchor.document_id in documents
        )
        return Placed(events, place)
