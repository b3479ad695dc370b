"""An immutable index of one corpus: recall by words, by vectors, or by both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from workbench.domain.documents import Notice
from workbench.domain.errors import Busy, DeadlineExceeded, NotFound, Unavailable
from workbench.domain.languages import LANGUAGES, Language
from workbench.domain.ports import Embedder, Fusion
from workbench.domain.queries import Narrowing, Query
from workbench.domain.rankings import Candidate, Hit, Recalled, RecallMethod
from workbench.recall.analyzer import Analyzer
from workbench.recall.bm25 import PostingsBM25
from workbench.recall.columns import Columns
from workbench.recall.cover import chunks_with
from workbench.recall.dense import DenseVectors
from workbench.recall.fusion import AlternatingFusion
from workbench.recall.holdings import Holdings
from workbench.recall.lexical import Found, Lexical, Mask, Places, TermWeight
from workbench.recall.reference import ReferenceBM25
from workbench.recall.sides import SIDES, Side, side_of
from workbench.recall.vectors import Vector, rows_of
from workbench.recall.wording import explained, stands, words

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
        holdings: Holdings,
        dense: DenseVectors,
        analyzer: Analyzer,
        engines: Engines,
        *,
        generation: int,
        corpus_id: str,
    ) -> None:
        self.holdings = holdings
        self._columns = Columns(holdings)
        self._order = holdings.order()
        self._lexical: Lexical = _lexical(holdings, engines.bm25, self._order)
        self.dense = dense
        self._analyzer = analyzer
        self._engines = engines
        self._generation = generation
        self._corpus_id = corpus_id
        codes, there = self._columns.languages, self._columns.allowed(Narrowing())
        sides = {
            side: np.array([side_of(each) == side for each in LANGUAGES])[codes] for side in SIDES
        }
        self._sides: dict[Side, Mask] = {
            side: mask if there is None else mask & there for side, mask in sides.items()
        }
        sizes = {side: int(mask.sum()) for side, mask in self._sides.items()}
        self._fusion = engines.fusion or AlternatingFusion(sizes)

    def __len__(self) -> int:
        return len(self.holdings)

    @property
    def generation(self) -> int:
        """Return the corpus's generation that this snapshot shows."""
        return self._generation

    @property
    def corpus_id(self) -> str:
        """Return which corpus it shows; empty for rows of no corpus."""
        return self._corpus_id

    @property
    def embedder_key(self) -> str | None:
        """Return whose vectors it has; None where nothing embeds."""
        return self._engines.embedder.info.key if self._engines.embedder else None

    @property
    def analyzer_id(self) -> str:
        """Return the version of the rules that its terms were made by."""
        return self._analyzer.id

    @property
    def engines(self) -> Engines:
        """Return what it is asked with."""
        return self._engines

    def recall(
        self,
        query: Query,
        limit: int,
        method: RecallMethod,
        narrowing: Narrowing,
        *,
        within: Iterable[str] | None = None,
    ) -> Recalled:
        """Return at most ``limit`` candidates with what each retriever made of them.

        ``within`` leaves these chunks alone; like a narrowing it changes no score.

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
        if within is not None:
            allowed = self._columns.only(within, allowed)
        asked, notices = (None, ()) if method == "bm25" else self._asked(query)
        if asked is None:
            hits = self._by_words(query, [allowed], limit)
            return Recalled(self._candidates([h.chunk_id for h in hits[0]], hits), "bm25", notices)
        every = self._sides.values()
        sides = [side if allowed is None else allowed & side for side in every]
        depth = max(limit, DEPTH)
        moved = self._moved(query, method, asked)
        near = self.dense.search(asked, query.language, sides, depth, moved, order=self._order)
        lists = [self._hits("dense", found) for found in near]
        if method == "hybrid":
            lists = self._by_words(query, sides, depth) + lists
        fused = self._fusion.fuse(lists, self._language, query.language, limit)
        return Recalled(self._candidates(fused, lists), method, notices)

    def with_all(self, terms: Sequence[str], parts: Sequence[str] = ()) -> list[str]:
        """Return the chunks that ``cover.chunks_with`` finds, in reading order."""
        return chunks_with(self.holdings, self._order, terms, parts)

    def left(self, chunk_ids: Iterable[str], narrowing: Narrowing) -> list[str]:
        """Return which of these chunks are there and left by ``narrowing``, in their order."""
        allowed = self._columns.allowed(narrowing)
        numbered = ((one, self._columns.number(one)) for one in chunk_ids)
        return [one for one, at in numbered if at is not None and (allowed is None or allowed[at])]

    def explain(self, chunk_id: str, query: Query) -> tuple[TermWeight, ...]:
        """Return what each term of the question gave the chunk; the weights add up to its score.

        Raises:
            NotFound: ``chunk_not_found`` where the snapshot has no such chunk.
        """
        at = self._columns.number(chunk_id)
        if at is None:
            raise NotFound("chunk_not_found", chunk=chunk_id)
        return explained(self._lexical, at, query, self._analyzer)

    def holds(self, text: str) -> bool:
        """Return whether one chunk holds every term of ``text``; False for text without terms."""
        return stands(self._lexical, text, self._analyzer)

    def _asked(self, query: Query) -> tuple[Vector | None, tuple[Notice, ...]]:
        """Return the question's vector, or None with a notice where there is nothing to compare."""
        embedder = self._engines.embedder
        if embedder is None:
            return None, (Notice("dense_unavailable", {"reason": "embedder_missing"}),)
        waiting = len(self) - len(self.dense)
        counts = {"done": len(self.dense), "total": len(self)}
        notices = (Notice("dense_incomplete", {**counts}),) if waiting else ()
        if not len(self.dense):
            return None, notices
        try:
            asked = rows_of(embedder.embed_queries([query.text]), embedder.info, 1)[0]
        except (Unavailable, Busy, DeadlineExceeded) as error:
            return None, (Notice("dense_unavailable", {"reason": error.code}),)
        return asked, notices

    def _moved(self, query: Query, method: RecallMethod, asked: Vector) -> Vector | None:
        """Return what to ask the other sides: the question with what answers it on its own side.

        That is looked for in the whole corpus, whatever a search is narrowed to: narrowing must not
        change a score.
        """
        own = self._sides[side_of(query.language)]
        here, elsewhere = self.dense.search(
            asked, query.language, [own, ~own], DEPTH, order=self._order
        )
        if not elsewhere:
            return None
        lists = [self._hits("dense", here)]
        if method == "hybrid":
            lists = self._by_words(query, [own], DEPTH) + lists
        first = self._fusion.fuse(lists, self._language, query.language, 1)
        at = self._columns.number(first[0]) if first else None
        return (
            None if at is None else self.dense.towards(at, asked, query.language, elsewhere[0][1])
        )

    def _by_words(
        self, query: Query, masks: Sequence[Mask | None], depth: int
    ) -> list[tuple[Hit, ...]]:
        """Return BM25's hits within each mask."""
        tokens, weights = words(query, self._analyzer)
        found = self._lexical.search_each(tokens, depth, masks, weights)
        return [self._hits("bm25", each) for each in found]

    def _hits(self, retriever: str, found: Found) -> tuple[Hit, ...]:
        return tuple(
            Hit(self._columns.chunk_id(at), retriever, rank, score)
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
        at = self._columns.number(chunk_id)
        return "other" if at is None else self._columns.language(at)


def _lexical(holdings: Holdings, name: BM25Name, order: Places | None) -> Lexical:
    parts = [held.part for held in holdings.parts]
    if name == "rank_bm25":
        return ReferenceBM25.of(parts, order)
    return PostingsBM25(parts, holdings.statistics, order)
