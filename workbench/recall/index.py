"""An immutable index of one corpus: recall by words, by vectors, or by both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from workbench.domain.documents import Notice
from workbench.domain.errors import Busy, DeadlineExceeded, NotFound, Unavailable
from workbench.domain.languages import Language
from workbench.domain.ports import Embedder, Fusion
from workbench.domain.queries import Narrowing, Query
from workbench.domain.rankings import Candidate, Hit, Recalled, RecallMethod
from workbench.recall.analyzer import Analyzer
from workbench.recall.bm25 import AnalysedChunk, Postings, PostingsBM25
from workbench.recall.dense import DenseVectors
from workbench.recall.entries import Columns
from workbench.recall.entries import Entry as Entry
from workbench.recall.fusion import AlternatingFusion
from workbench.recall.lexical import Floats, Lexical, Mask, TermWeight, best
from workbench.recall.means import NO_MEANS, shipped_means
from workbench.recall.reference import ReferenceBM25
from workbench.recall.sides import SIDES, Side, side_of
from workbench.recall.vectors import rows_of

BM25Name: TypeAlias = Literal["postings", "rank_bm25"]

DEPTH = 100
"""Fewest hits taken of a retriever on a side, so that a short list begins a long one."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What an index is asked with; without an embedder it answers by words alone and says so.

    ``fusion`` None is the alternating one, told how large each side of the corpus is. ``bm25`` is
    "postings", or "rank_bm25" for the reference implementation.
    """

    embedder: Embedder | None = None
    fusion: Fusion | None = None
    bm25: BM25Name = "postings"


class CorpusIndex:
    """A snapshot of one corpus; nothing in it changes, so any number of threads may ask it.

    Statistics are those of the whole corpus: narrowing decides what is returned, never a score.
    """

    def __init__(
        self,
        columns: Columns,
        analysed: Mapping[str, AnalysedChunk],
        retrievers: tuple[Lexical, DenseVectors],
        analyzer: Analyzer,
        engines: Engines,
        *,
        generation: int,
        corpus_id: str,
    ) -> None:
        self._columns = columns
        self._lexical, self._dense = retrievers
        self._analyzer = analyzer
        self._engines = engines
        self._generation = generation
        self._corpus_id = corpus_id
        self.analysed = analysed
        sides = np.array([side_of(language) for language in columns.languages], dtype=object)
        self._sides: dict[Side, Mask] = {side: sides == side for side in SIDES}
        sizes = {side: int(mask.sum()) for side, mask in self._sides.items()}
        self._fusion = engines.fusion or AlternatingFusion(sizes)

    def __len__(self) -> int:
        return len(self._columns.chunk_ids)

    @property
    def generation(self) -> int:
        """Return the corpus's generation that this snapshot shows."""
        return self._generation

    @property
    def analyzer_id(self) -> str:
        """Return the version of the rules that its terms were made by."""
        return self._analyzer.id

    def recall(
        self, query: Query, limit: int, method: RecallMethod, narrowing: Narrowing
    ) -> Recalled:
        """Return at most ``limit`` candidates with what each retriever made of them.

        *bm25* is the plain order of BM25 over all languages, whose scores compare. *dense* and
        *hybrid* recall on each language's side and leave the order to the fusion; a hit's rank is
        its place on its side. Where no vector can be asked, words answer alone: the method of the
        answer is then bm25, and a notice says why.

        Notices: ``dense_incomplete`` (done, total) while chunks wait for their vectors,
        ``dense_unavailable`` (reason, an error code) where the embedder gave none.
        """
        if limit < 1 or not len(self):
            return Recalled((), method)
        allowed = self._columns.allowed(narrowing)
        similar, notices = (None, ()) if method == "bm25" else self._similarities(query, method)
        if similar is None:
            hits = self._by_words(query, [allowed], limit)
            return Recalled(self._candidates([h.chunk_id for h in hits[0]], hits), "bm25", notices)
        sides = [allowed & side for side in self._sides.values()]
        depth = max(limit, DEPTH)
        lists = [self._hits("dense", similar, side & self._dense.present, depth) for side in sides]
        if method == "hybrid":
            lists = self._by_words(query, sides, depth) + lists
        fused = self._fusion.fuse(lists, self._language, query.language, limit)
        return Recalled(self._candidates(fused, lists), method, notices)

    def explain(self, chunk_id: str, query: Query) -> tuple[TermWeight, ...]:
        """Return what each term of the question gave the chunk; the weights add up to its score.

        Raises:
            NotFound: ``chunk_not_found`` where the snapshot has no such chunk.
        """
        at = self._columns.numbers.get(chunk_id)
        if at is None:
            raise NotFound("chunk_not_found", chunk=chunk_id)
        return self._lexical.explain(at, self._analyzer.tokens(query.text, query=True))

    def _similarities(
        self, query: Query, method: RecallMethod
    ) -> tuple[Floats | None, tuple[Notice, ...]]:
        """Return a score a chunk, or None with a notice where there is no vector to compare."""
        embedder = self._engines.embedder
        if embedder is None:
            return None, (Notice("dense_unavailable", {"reason": "embedder_missing"}),)
        waiting = len(self) - len(self._dense)
        counts = {"done": len(self._dense), "total": len(self)}
        notices = (Notice("dense_incomplete", {**counts}),) if waiting else ()
        if not len(self._dense):
            return None, notices
        try:
            asked = rows_of(embedder.embed_queries([query.text]), embedder.info, 1)[0]
        except (Unavailable, Busy, DeadlineExceeded) as error:
            return None, (Notice("dense_unavailable", {"reason": error.code}),)
        scores = self._dense.scores(asked, query.language)
        first = self._best_of_own_side(query, method, scores)
        if first is not None:
            scores = self._dense.towards(first, asked, query.language, scores)
        return scores, notices

    def _best_of_own_side(self, query: Query, method: RecallMethod, scores: Floats) -> int | None:
        """Return the chunk that answers best in the question's language; None for none.

        Of the whole corpus, whatever a search is narrowed to: that must not change a score.
        """
        own = self._sides[side_of(query.language)]
        lists = [self._hits("dense", scores, own & self._dense.present, DEPTH)]
        if method == "hybrid":
            lists = self._by_words(query, [own], DEPTH) + lists
        first = self._fusion.fuse(lists, self._language, query.language, 1)
        return self._columns.numbers[first[0]] if first else None

    def _by_words(self, query: Query, masks: Sequence[Mask], depth: int) -> list[tuple[Hit, ...]]:
        """Return BM25's hits within each mask."""
        tokens = self._analyzer.tokens(query.text, query=True)
        scores, matched = self._lexical.scores(tokens), self._lexical.matched(tokens)
        return [self._hits("bm25", scores, matched & mask, depth) for mask in masks]

    def _hits(self, retriever: str, scores: Floats, allowed: Mask, depth: int) -> tuple[Hit, ...]:
        found = best(scores, allowed, depth)
        return tuple(
            Hit(self._columns.chunk_ids[at], retriever, rank, score)
            for rank, (at, score) in enumerate(found, start=1)
        )

    def _candidates(
        self, chunk_ids: Sequence[str], lists: Sequence[Sequence[Hit]]
    ) -> tuple[Candidate, ...]:
        """Return the chunks in this order, each with the hits that brought it."""
        hits: dict[str, tuple[Hit, ...]] = {}
        for hit in (hit for found in lists for hit in found):
            hits[hit.chunk_id] = (*hits.get(hit.chunk_id, ()), hit)
        return tuple(
            Candidate(chunk_id, rank, self._corpus_id, hits.get(chunk_id, ()))
            for rank, chunk_id in enumerate(chunk_ids, start=1)
        )

    def _language(self, chunk_id: str) -> Language:
        return self._columns.languages[self._columns.numbers[chunk_id]]


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
    """Return the index of ``entries``, in whose order equal scores stand.

    ``vectors`` are little-endian float32 rows by text hash; a chunk without one is found by words
    alone. Only texts that ``previous`` does not know, or knows by other rules, are analysed.
    """
    engines = engines or Engines()
    known = previous.analysed if previous and previous.analyzer_id == analyzer.id else {}
    analysed = {
        entry.text_hash: known.get(entry.text_hash) or _analysed(entry, analyzer)
        for entry in {entry.text_hash: entry for entry in entries}.values()
    }
    counted = [analysed[entry.text_hash] for entry in entries]
    columns = Columns.of(entries)
    lexical: Lexical = (
        ReferenceBM25.of(counted)
        if engines.bm25 == "rank_bm25"
        else PostingsBM25(Postings.of(counted))
    )
    info = engines.embedder.info if engines.embedder else None
    rows = [vectors.get(entry.text_hash) if info else None for entry in entries]
    means = shipped_means(info) if info else NO_MEANS
    dense = DenseVectors(rows, columns.languages, info.dim if info else 0, means)
    return CorpusIndex(
        columns,
        analysed,
        (lexical, dense),
        analyzer,
        engines,
        generation=generation,
        corpus_id=corpus_id,
    )


def _analysed(entry: Entry, analyzer: Analyzer) -> AnalysedChunk:
    return AnalysedChunk.of(analyzer.tokens(entry.reads))
