"""Scripted models at the boundary: deterministic, fast, and wrong in no accidental way."""

import hashlib
import struct
from collections.abc import Sequence
from math import sqrt

from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, ProgressCall, Vectors
from workbench.domain.rankings import Cost, PairScore, RerankerInfo, Scores

DIM = 64


class CountingReranker:
    """Scores a document by the share of the query's characters in it, plus 1 a word of the
    instruction that it holds; remembers what it was asked.
    """

    def __init__(self, *, supports_instruction: bool = True) -> None:
        self.info = RerankerInfo(
            name="scripted",
            model="counting",
            score_kind="probability" if supports_instruction else "similarity",
            supports_instruction=supports_instruction,
        )
        self.asked: list[tuple[str, tuple[str, ...], str]] = []

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> Scores:
        self.asked.append((query, tuple(documents), instruction))
        pairs = tuple(self._pair(query, document, instruction) for document in documents)
        if progress:
            progress(len(documents), len(documents))
        tokens = sum(pair.tokens for pair in pairs)
        return Scores(pairs, self.info, Cost(pairs=len(pairs), tokens=tokens, compute_seconds=0.01))

    def _pair(self, query: str, document: str, instruction: str) -> PairScore:
        wanted = set(query)
        share = sum(c in document for c in wanted) / max(len(wanted), 1)
        margin = share + sum(word in document for word in instruction.split())
        score = margin / (1 + margin) if self.info.supports_instruction else None
        return PairScore(margin, score, None, len(document), len(document))


class HashEmbedder:
    """Embeds a text as the counts of its characters, hashed into 64 places, at unit length."""

    info = EmbedderInfo(name="hash", revision="1", dim=DIM)

    def __init__(self) -> None:
        self.passages: list[str] = []

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        return Vectors(DIM, b"".join(map(_row, texts)))

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        self.passages += texts
        return Vectors(DIM, b"".join(map(_row, texts)))


def _row(text: str) -> bytes:
    counts = [0.0] * DIM
    for character in text:
        counts[hashlib.sha256(character.encode("utf-8", "replace")).digest()[0] % DIM] += 1.0
    length = sqrt(sum(c * c for c in counts)) or 1.0
    return struct.pack(f"<{DIM}f", *(c / length for c in counts))
