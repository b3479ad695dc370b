"""An index in memory over the rows of a test collection, each of them one chunk."""

from collections.abc import Sequence

from workbench.domain.errors import Unavailable
from workbench.domain.identity import text_hash
from workbench.domain.languages import language_of
from workbench.domain.ports import BATCH, Embedder, ProgressCall
from workbench.evaluation.collection import Row
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.recall.index import BM25Name, CorpusIndex, Engines
from workbench.services.embedding import slices
from workbench.store.vectors import VectorStore


class TrialIndexes:
    """Builds indexes of rows that lie in no corpus; only their vectors are kept, by text."""

    def __init__(
        self, vectors: VectorStore, analyzer: MixedAnalyzer, *, bm25: BM25Name = "postings"
    ) -> None:
        self._vectors = vectors
        self._analyzer = analyzer
        self._bm25 = bm25

    def of(
        self, rows: Sequence[Row], embedder: Embedder | None, watch: ProgressCall | None = None
    ) -> CorpusIndex:
        """Return the index of ``rows``; without an embedder it answers by words alone.

        Rows stand in the order of their ids, so that the order in a file changes nothing.

        Raises:
            Unavailable: The embedder failed.
        """
        entries = [
            Entry(row.row_id, row.row_id, row.title, language_of(row.text), "text", row.reads, key)
            for row, key in sorted(
                ((row, text_hash(row.reads)) for row in rows), key=lambda pair: pair[0].row_id
            )
        ]
        vectors = self._embedded(entries, embedder, watch) if embedder else {}
        return build_index(
            entries,
            vectors,
            self._analyzer,
            generation=0,
            engines=Engines(embedder=embedder, bm25=self._bm25),
        )

    def _embedded(
        self, entries: Sequence[Entry], embedder: Embedder, watch: ProgressCall | None
    ) -> dict[str, bytes]:
        key, texts = embedder.info.key, {entry.text_hash: entry.reads for entry in entries}
        lacking = self._vectors.missing(key, list(texts))
        done = 0
        for pairs in slices([(one, texts[one]) for one in lacking]):
            part = [one for one, _ in pairs]
            made = embedder.embed_passages([text for _, text in pairs], priority=BATCH)
            if len(made) != len(part):
                raise Unavailable("scores_missing", expected=len(part), received=len(made))
            width = 4 * made.dim
            rows = {one: made.data[i * width : (i + 1) * width] for i, one in enumerate(part)}
            self._vectors.put(key, made.dim, rows)
            done += len(part)
            if watch:
                watch(done, len(lacking))
        return self._vectors.get(key, list(texts))
