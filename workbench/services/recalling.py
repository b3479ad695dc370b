"""Finds the candidates for a question: by likeness, and by what it demands to the letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.glossaries import Expansion, UsedEntry
from workbench.domain.queries import Query
from workbench.domain.rankings import Candidate, Hit, Recalled
from workbench.recall.analyzer import Analyzer
from workbench.recall.asked import Asked, asked
from workbench.recall.citation import Place, led
from workbench.recall.index import CorpusIndex
from workbench.recall.merge import merge
from workbench.recall.phrases import Phrase
from workbench.services.answers import CANDIDATE_LIMIT, Request
from workbench.services.demands import Demands
from workbench.services.widening import Widening, told_of
from workbench.store.corpora import CorpusRepository
from workbench.store.rows import ChunkView

PHRASE = "phrase"
"""The retriever of a passage that is there because it holds a phrase."""

Within = dict[str, list[str]]
"""The passages of each corpus that may be returned."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates with their texts; ``query`` is what a reranker reads of the question."""

    query: Query
    recalled: Recalled
    views: dict[str, ChunkView]
    settled: bool
    glossary: tuple[UsedEntry, ...]
    notices: tuple[Notice, ...]


class Recalling:
    """Asks indexes, and the store where letters count."""

    def __init__(self, corpora: CorpusRepository, widening: Widening, analyzer: Analyzer) -> None:
        self._corpora = corpora
        self._widening = widening
        self._analyzer = analyzer
        self._demands = Demands(corpora, analyzer)

    def found(self, indexes: Sequence[CorpusIndex], query: Query, request: Request) -> Found:
        """Return at most ``request.candidates`` candidates.

        Raises:
            InvalidInput: ``query_only_without`` where a question says nothing but what to leave
                out.
        """
        question = asked(query.text, self._analyzer, exact=request.exact)
        if not question.plain.strip():
            raise InvalidInput("query_only_without", words=", ".join(question.without))
        plain = query if question.plain == query.text else Query.of(question.plain)
        within, of_phrases = self._phrases(indexes, question, request)
        places, of_sections = self._sections(indexes, question, request, within)
        more = [self._wider(index.corpus_id, plain, request) for index in indexes]
        asks = [replace(plain, extra=each.terms) for each in more]
        settled = question.settled and bool(places or within is not None)

        def drawn(limit: int) -> Recalled:
            if within is not None and settled and not places:
                return _in_reading_order(within, limit, request)
            found = self._recalled(indexes, asks, request, limit, within)
            return led(found, _by_likeness(places, found, self.views(found.candidates)), limit)

        kept, views, left_out = self._left(drawn, request.candidates, question.without)
        used = tuple(dict.fromkeys(one for each in more for one in each.used))
        told = [*kept.notices, *told_of(used), *of_phrases, *of_sections]
        if left_out:
            words = ", ".join(question.without)
            told.append(Notice("left_out", {"words": words, "count": left_out}))
        if settled and kept.candidates:
            told.append(Notice("not_scored" if places else "reading_order"))
        return Found(plain, kept, views, settled, used, tuple(told))

    def _left(
        self, drawn: Callable[[int], Recalled], wanted: int, without: Sequence[str]
    ) -> tuple[Recalled, dict[str, ChunkView], int]:
        """Return what is left of the candidates, their texts, and how many were left out.

        More are drawn where too few are left.
        """
        limit = wanted
        while True:
            recalled = drawn(limit)
            views = self.views(recalled.candidates)
            kept, left_out = _without(recalled, views, without)
            short = len(kept.candidates) < wanted and len(recalled.candidates) == limit
            if not (left_out and short and limit < CANDIDATE_LIMIT):
                break
            limit = min(4 * limit, CANDIDATE_LIMIT)
        return replace(kept, candidates=kept.candidates[:wanted]), views, left_out

    def views(self, candidates: Sequence[Candidate]) -> dict[str, ChunkView]:
        """Return the passages of the candidates that are still there."""
        views: dict[str, ChunkView] = {}
        for corpus_id in dict.fromkeys(c.corpus_id for c in candidates):
            wanted = [c.chunk_id for c in candidates if c.corpus_id == corpus_id]
            views |= self._corpora.texts(corpus_id, wanted)
        return views

    def _recalled(
        self,
        indexes: Sequence[CorpusIndex],
        asks: Sequence[Query],
        request: Request,
        limit: int,
        within: Within | None,
    ) -> Recalled:
        found = [
            index.recall(
                query,
                limit,
                request.method,
                request.narrowing,
                within=None if within is None else within[index.corpus_id],
            )
            for index, query in zip(indexes, asks, strict=True)
        ]
        return merge(found, limit, request.method)

    def _wider(self, corpus_id: str, query: Query, request: Request) -> Expansion:
        """Return what the corpus's glossary adds; nothing where no words are looked for."""
        if not request.glossary or request.method == "dense":
            return Expansion()
        return self._widening.of(corpus_id, query.text)

    def _phrases(
        self, indexes: Sequence[CorpusIndex], question: Asked, request: Request
    ) -> tuple[Within | None, tuple[Notice, ...]]:
        """Return the passages with every phrase, None where there is none, and what to say of it.

        A phrase between typographic marks that occurs nowhere was no phrase.
        """
        found = {
            phrase: {
                index.corpus_id: self._demands.holding(index, phrase, request.narrowing)
                for index in indexes
            }
            for phrase in dict.fromkeys((*question.phrases, *question.quoted))
        }
        counted = [p for p, held in found.items() if p in question.phrases or any(held.values())]
        if not counted:
            return None, ()
        first, *others = (found[phrase] for phrase in counted)
        sets = {corpus: [set(other[corpus]) for other in others] for corpus in first}
        within = {
            corpus: [one for one in ids if all(one in held for held in sets[corpus])]
            for corpus, ids in first.items()
        }
        count = sum(map(len, within.values()))
        code = "phrase_held" if count else "phrase_missing"
        return within, (Notice(code, {"phrases": "”, “".join(counted), "count": count}),)

    def _sections(
        self,
        indexes: Sequence[CorpusIndex],
        question: Asked,
        request: Request,
        within: Within | None,
    ) -> tuple[list[Place], list[Notice]]:
        """Return the passages of the sections that the question names, and what to say of them."""
        found: dict[str, list[Place]] = {
            citation.shown: self._demands.section(indexes, citation, request.narrowing)
            for citation in question.citations
        }
        places = list(dict.fromkeys(place for each in found.values() for place in each))
        if within is not None:
            places = [place for place in places if place.chunk_id in within[place.corpus_id]]
        first = ", ".join(shown for shown, there in found.items() if there)
        missing = ", ".join(shown for shown, there in found.items() if not there)
        told = []
        if first:
            told.append(Notice("section_first", {"sections": first, "count": len(places)}))
        if missing:
            told.append(Notice("section_missing", {"sections": missing}))
        return places, told


def _in_reading_order(within: Within, limit: int, request: Request) -> Recalled:
    """Return the passages of all corpora as they stand there."""
    every = [(corpus, one) for corpus, ids in within.items() for one in ids]
    candidates = (
        Candidate(one, rank, corpus, (Hit(one, PHRASE, rank, 1.0),))
        for rank, (corpus, one) in enumerate(every[:limit], start=1)
    )
    return Recalled(tuple(candidates), request.method)


def _by_likeness(
    places: Sequence[Place], recalled: Recalled, views: dict[str, ChunkView]
) -> list[Candidate]:
    """Return the places, those of the document first that recall put first; else as they are."""
    order: dict[tuple[str, str], int] = {}
    for candidate in recalled.candidates:
        if view := views.get(candidate.chunk_id):
            order.setdefault((view.corpus_id, view.document), candidate.recall_rank)
    last = len(recalled.candidates) + 1
    ahead = sorted(places, key=lambda place: order.get((place.corpus_id, place.document), last))
    return [Candidate(place.chunk_id, 0, place.corpus_id) for place in ahead]


def _without(
    recalled: Recalled, views: dict[str, ChunkView], words: Sequence[str]
) -> tuple[Recalled, int]:
    """Return the candidates that hold none of the words, and how many did."""
    unwanted = [Phrase.of(word) for word in words if any(c.isalnum() for c in word)]
    if not unwanted:
        return recalled, 0
    kept = [
        candidate
        for candidate in recalled.candidates
        if (view := views.get(candidate.chunk_id)) is None
        or not any(phrase.stands_in(view.chunk.text) for phrase in unwanted)
    ]
    numbered = tuple(replace(c, recall_rank=rank) for rank, c in enumerate(kept, start=1))
    return replace(recalled, candidates=numbered), len(recalled.candidates) - len(kept)
