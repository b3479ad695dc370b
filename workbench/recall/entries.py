"""A chunk as an index is built from it."""

from dataclasses import dataclass

from workbench.domain.languages import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk as the index needs it; ``reads`` is what is indexed, ``text_hash`` is its key."""

    chunk_id: str
    document_id: str
    document: str
    language: Language
    kind: str
    reads: str
    text_hash: str
