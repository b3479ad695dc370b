"""An embedder that looks among kept vectors before it computes one."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from workbench.domain.identity import text_hash
from workbench.domain.ports import BATCH, INTERACTIVE, Embedder, EmbedderInfo, Vectors
from workbench.store.vectors import VectorStore

RECENT = 8192
"""Vectors of texts outside any corpus that are held in memory, about 12 MB."""


class RememberingEmbedder:
    """Gives the stored vector of a passage that a corpus holds, and embeds only the others.

    Texts that no corpus holds are remembered in memory alone: several instructions on the same
    candidates embed them once, and nothing that was merely tried is written to disk.
    """

    def __init__(self, embedder: Embedder, store: VectorStore) -> None:
        self._embedder = embedder
        self._store = store
        self._recent: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def info(self) -> EmbedderInfo:
        """Return which model makes the vectors."""
        return self._embedder.info

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        """Return one vector a query; queries are never kept."""
        return self._embedder.embed_queries(texts, priority=priority)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage, in the order given."""
        hashes = [text_hash(text) for text in texts]
        known = self._known(hashes)
        lacking = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        if lacking:
            known |= self._computed(lacking, priority)
        return Vectors(self.info.dim, b"".join(known[h] for h in hashes))

    def _known(self, hashes: Sequence[str]) -> dict[str, bytes]:
        with self._lock:
            recent = {h: self._recent[h] for h in hashes if h in self._recent}
        others = [h for h in dict.fromkeys(hashes) if h not in recent]
        return recent | (self._store.get(self.info.key, others) if others else {})

    def _computed(self, lacking: dict[str, str], priority: int) -> dict[str, bytes]:
        vectors = self._embedder.embed_passages(list(lacking.values()), priority=priority)
        made = dict(zip(lacking, vectors.rows(), strict=True))
        with self._lock:
            self._recent.update(made)
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return made
