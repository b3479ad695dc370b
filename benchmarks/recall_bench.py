"""Asks the product's index the questions of a collection; ``recall_quality`` makes tables of it."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.identity import text_hash
from workbench.domain.languages import Language, language_of
from workbench.domain.ports import BATCH, INTERACTIVE, Embedder, EmbedderInfo, Fusion, Vectors
from workbench.domain.queries import Narrowing, Query
from workbench.domain.rankings import Candidate, Ranking, RecallMethod
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.recall.index import CorpusIndex, Engines
from workbench.recall.vectors import rows_of
from workbench.store.vectors import VectorStore

LIMIT = 50
"""Candidates that a reranker gets."""
DEEP = 100
"""Candidates that recall is measured on; the first 50 are those of a list of 50."""
_BATCH = 64

Orders = Sequence[Sequence[str]]
"""Chunk ids, best first, for every question of a collection."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the passages that answer it in its own language and in the other one."""

    text: str
    language: Language
    own: frozenset[str]
    other: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages by id, in the order of the index, and what is asked of them."""

    texts: Mapping[str, str]
    questions: Sequence[Question]


class KeptEmbedder:
    """An embedder whose vectors, of questions too, are kept on disk by the hash of the text."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder, self._store = embedder, VectorStore(folder)
        self._known: dict[tuple[str, str], bytes] = {}
        self.info: EmbedderInfo = embedder.info
        self.computed, self.seconds = 0, 0.0

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        """Return one vector a question."""
        return self._vectors("queries", texts, self._embedder.embed_queries)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage."""
        return self._vectors("passages", texts, self._embedder.embed_passages)

    def _vectors(self, kind: str, texts: Sequence[str], embed: Callable[..., Vectors]) -> Vectors:
        lacking = {text_hash(text): text for text in texts if (kind, text) not in self._known}
        rows = self._store.get(f"{self.info.key}/{kind}", list(lacking)) if lacking else {}
        waiting = [key for key in lacking if key not in rows]
        for start in range(0, len(waiting), _BATCH):
            batch = {key: lacking[key] for key in waiting[start : start + _BATCH]}
            rows |= self._computed(kind, batch, embed)
            print(f"{kind}: {start + len(batch)} of {len(waiting)}", file=sys.stderr)
        self._known |= {(kind, lacking[key]): row for key, row in rows.items()}
        return Vectors(self.info.dim, b"".join(self._known[kind, text] for text in texts))

    def _computed(
        self, kind: str, texts: Mapping[str, str], embed: Callable[..., Vectors]
    ) -> dict[str, bytes]:
        started = time.perf_counter()
        matrix = rows_of(embed(list(texts.values())), self.info, len(texts))
        self.seconds += time.perf_counter() - started
        self.computed += len(texts)
        rows = {key: row.tobytes() for key, row in zip(texts, matrix, strict=True)}
        self._store.put(f"{self.info.key}/{kind}", self.info.dim, rows)
        return rows


class Bench:
    """One collection with its vectors, indexed as the product indexes it."""

    def __init__(self, collection: Collection, embedder: KeptEmbedder) -> None:
        self.texts, self.questions = collection.texts, collection.questions
        self.embedder, self.analyzer = embedder, MixedAnalyzer()
        passages = list(self.texts.values())
        rows = rows_of(embedder.embed_passages(passages), embedder.info, len(passages))
        self.rows = dict(zip(self.texts, (row.tobytes() for row in rows), strict=True))
        # All at once: the model host reads many short texts faster than one after the other.
        embedder.embed_queries([Query.of(question.text).text for question in self.questions])
        self.default = self.index()

    def index(self, fusion: Fusion | None = None, keys: Sequence[str] | None = None) -> CorpusIndex:
        """Return the index of all passages or of ``keys``, by default with the product's fusion."""
        entries = [
            Entry(key, key, key, language_of(text), "text", text, text_hash(text))
            for key, text in ((key, self.texts[key]) for key in keys or self.texts)
        ]
        return build_index(
            entries,
            {entry.text_hash: self.rows[entry.chunk_id] for entry in entries},
            self.analyzer,
            generation=1,
            engines=Engines(self.embedder, fusion),
            previous=getattr(self, "default", None),
        )

    def orders(self, method: RecallMethod, index: CorpusIndex | None = None) -> Orders:
        """Return the first 100 of every question, by default from the product's own index."""
        asked = index or self.default
        return [
            [one.chunk_id for one in recalled(asked, question.text, method, DEEP)]
            for question in self.questions
        ]

    def reranked(self, alike: Callable[[str, Sequence[str]], Sequence[float]]) -> Orders:
        """Return the first 50 of the hybrid recall, sorted as the product sorts what it scored."""
        orders = []
        for question in self.questions:
            asked = Query.of(question.text).text
            found = recalled(self.default, asked, "hybrid")
            margins = alike(asked, [self.texts[one.chunk_id] for one in found])
            scored = (replace(one, margin=m) for one, m in zip(found, margins, strict=True))
            ranking = Ranking.of(asked, scored)
            orders.append([row.candidate.chunk_id for row in ranking.rows])
        return orders


def recalled(
    index: CorpusIndex, text: str, method: RecallMethod, limit: int = LIMIT
) -> tuple[Candidate, ...]:
    """Return the candidates of a question.

    Raises:
        RuntimeError: The method could not be used, so that another one answered.
    """
    found = index.recall(Query.of(text), limit, method, Narrowing())
    if found.method != method or found.notices:
        raise RuntimeError(f"{method} was asked, {found.method} answered: {found.notices}")
    return found.candidates
