"""A deterministic embedder in which a language is a direction and words are the rest."""

import hashlib
from collections.abc import Sequence

import numpy as np

from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import text_hash
from workbench.domain.languages import LANGUAGES, Language, language_of
from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, Vectors
from workbench.recall.entries import Entry

DIM = 32
MEANING = {"违约": 0, "breach": 0, "密码": 1, "password": 1, "质保": 2, "warranty": 2}
"""Words of both languages that mean the same, and the place of their meaning."""


class TinyEmbedder:
    """Places 0 to 3 are the language, 4 to 9 known meanings, the rest hashed characters."""

    def __init__(self, pull: float = 1.0, failure: WorkbenchError | None = None) -> None:
        self.info = EmbedderInfo(name="tiny", revision="1", dim=DIM)
        self.asked: list[str] = []
        self._pull = pull
        self._failure = failure

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        if self._failure:
            raise self._failure
        self.asked += texts
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        return Vectors(DIM, b"".join(self.row(text) for text in texts))

    def row(self, text: str) -> bytes:
        vector = np.zeros(DIM, dtype="<f4")
        vector[LANGUAGES.index(language_of(text))] = self._pull
        for word, place in MEANING.items():
            vector[4 + place] += word in text.lower()
        for character in text:
            vector[10 + hashlib.sha256(character.encode()).digest()[0] % 22] += 0.02
        return (vector / np.linalg.norm(vector)).astype("<f4").tobytes()


def entry(
    chunk_id: str,
    reads: str,
    *,
    document: str = "a.md",
    kind: str = "text",
    language: Language | None = None,
) -> Entry:
    return Entry(
        chunk_id=chunk_id,
        document_id=f"id-{document}",
        document=document,
        language=language or language_of(reads),
        kind=kind,
        reads=reads,
        text_hash=text_hash(reads),
    )


def rows(entries: Sequence[Entry], embedder: TinyEmbedder) -> dict[str, bytes]:
    return {each.text_hash: embedder.row(each.reads) for each in entries}
