"""Makes a snapshot of a corpus: of segments as they lie, or of entries in memory."""

from collections.abc import Mapping, Sequence

from workbench.domain.languages import LANGUAGES
from workbench.recall.analyzer import Analyzer
from workbench.recall.columns import Columns
from workbench.recall.dense import DenseVectors
from workbench.recall.entries import Entry
from workbench.recall.holdings import Held, Holdings
from workbench.recall.index import CorpusIndex, Engines
from workbench.recall.kept_vectors import KeptVectors, kept_vectors
from workbench.recall.means import NO_MEANS, shipped_means
from workbench.recall.segment import segment_of


def index_of(
    holdings: Holdings,
    vectors: Mapping[str, bytes],
    analyzer: Analyzer,
    *,
    generation: int,
    corpus_id: str = "",
    engines: Engines | None = None,
    kept: KeptVectors | None = None,
) -> CorpusIndex:
    """Return the index of what is there in ``holdings``, whose terms ``analyzer`` made.

    ``vectors`` are little-endian float32 rows by text hash; a chunk without one is found by words
    alone. With ``kept`` only those that it wants are looked for.
    """
    engines = engines or Engines()
    info = engines.embedder.info if engines.embedder else None
    if info is None:
        dense = DenseVectors([], [], 0, NO_MEANS)
    else:
        kept = kept or kept_vectors(holdings, info)
        languages = [LANGUAGES[code] for code in Columns(holdings).languages.tolist()]
        rows: list[bytes | None] = [None] * len(languages)
        for at, one in kept.wanted.items():
            rows[at] = vectors.get(one)
        dense = DenseVectors(rows, languages, info.dim, shipped_means(info), kept.taken)
    return CorpusIndex(
        holdings, dense, analyzer, engines, generation=generation, corpus_id=corpus_id
    )


def build_index(
    entries: Sequence[Entry],
    vectors: Mapping[str, bytes],
    analyzer: Analyzer,
    *,
    generation: int,
    corpus_id: str = "",
    engines: Engines | None = None,
    previous: CorpusIndex | None = None,
) -> CorpusIndex:
    """Return the index of ``entries`` in memory, in whose order equal scores stand.

    ``vectors`` are as in ``index_of``. Only texts that ``previous`` does not know, or knows by
    other rules, are analysed.
    """
    same = previous is not None and previous.analyzer_id == analyzer.id
    known = previous.holdings.counted() if previous and same else {}
    return index_of(
        Holdings([Held.of(segment_of(entries, analyzer.tokens, known))]),
        vectors,
        analyzer,
        generation=generation,
        corpus_id=corpus_id,
        engines=engines,
    )
