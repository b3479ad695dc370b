"""What an index is built from, and what it keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import Language
from workbench.domain.queries import Narrowing
from workbench.recall.lexical import Mask


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


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is kept of the entries, by chunk number; texts are not."""

    chunk_ids: tuple[str, ...]
    languages: tuple[Language, ...]
    fields: dict[str, NDArray[np.object_]]
    numbers: dict[str, int]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Columns":
        """Return the columns of ``entries``, numbered from 0 in this order."""
        names = ("document_id", "document", "kind", "language")
        return cls(
            chunk_ids=tuple(entry.chunk_id for entry in entries),
            languages=tuple(entry.language for entry in entries),
            fields={
                name: np.array([getattr(entry, name) for entry in entries], dtype=object)
                for name in names
            },
            numbers={entry.chunk_id: at for at, entry in enumerate(entries)},
        )

    def allowed(self, narrowing: Narrowing) -> Mask:
        """Return which chunks ``narrowing`` leaves; a document is given by its id or its name."""
        allowed = np.ones(len(self.chunk_ids), dtype=np.bool_)
        if narrowing.document is not None:
            named = self.fields["document"] == narrowing.document
            allowed &= (self.fields["document_id"] == narrowing.document) | named
        for name, wanted in (("kind", narrowing.kind), ("language", narrowing.language)):
            if wanted is not None:
                allowed &= self.fields[name] == wanted
        return allowed
