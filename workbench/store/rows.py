"""Small frozen values that repositories return beside the domain's own."""

from dataclasses import dataclass

from workbench.domain.documents import Chunk, ChunkKind
from workbench.domain.languages import Language


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What an index needs of a chunk; ``text_hash`` is the hash of what it ``reads``."""

    chunk_id: str
    document_id: str
    document: str
    section_key: str
    language: Language
    kind: ChunkKind
    reads: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All chunks that can be found in a corpus, and the generation that they make up."""

    generation: int
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """A document that can be found; ``version`` is another one whenever its chunks are."""

    document_id: str
    version: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Findable:
    """The documents of a corpus in its order, and the generation that they make up."""

    generation: int
    documents: tuple[DocumentVersion, ...]


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """One document's name and chunks in reading order, as they are in this version of it."""

    document: DocumentVersion
    name: str
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True)
class ChunkView:
    """A chunk with the document (its name, its edition) that it stands in."""

    chunk: Chunk
    corpus_id: str
    document_id: str
    document: str
    edition_id: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The chunks before and after a chunk in its document; None at the ends."""

    before: ChunkView | None
    after: ChunkView | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much can be found: documents, their chunks, and the tokens of those."""

    documents: int
    chunks: int
    tokens: int


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A question with an identity, so that judgements can refer to it."""

    query_id: str
    owner: str
    text: str
    language: Language
    created_at: str
