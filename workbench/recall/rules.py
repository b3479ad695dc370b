"""What recall goes by beside the passages: everything that can change what it finds."""

from workbench.recall.fusion import EXPONENT, RRF_CONSTANT, WORDS
from workbench.recall.index import CorpusIndex
from workbench.recall.means import NO_MEANS, means_stamp, shipped_means
from workbench.recall.statistics import EPSILON, K1, B


def rules_of(index: CorpusIndex) -> dict[str, str]:
    """Return analyzer, word index, embedder, centring and fusion, each with its numbers."""
    engines = index.engines
    info = engines.embedder.info if engines.embedder else None
    shipped = info is not None and shipped_means(info) is not NO_MEANS
    rule = f"alternating words={WORDS} exponent={EXPONENT} rrf={RRF_CONSTANT}"
    return {
        "analyzer": index.analyzer_id,
        "bm25": f"{engines.bm25} k1={K1} b={B} epsilon={EPSILON}",
        "embedder": index.embedder_key or "none",
        "centring": f"shipped {means_stamp()}, blended with the library's" if shipped else "own",
        "fusion": type(engines.fusion).__name__ if engines.fusion else rule,
    }
