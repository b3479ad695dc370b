"""Orders what several retrievers found: by scores within a side, in turn between sides."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set

from workbench.domain.languages import Language
from workbench.domain.rankings import Hit
from workbench.recall.sides import SIDES, Side, side_of

RRF_CONSTANT = 60
"""Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, SIGIR 2009."""

EXPONENT = 0.5
"""Power of a side's size that its share of the places follows; 0 would be equal shares."""

WORDS = 0.3
"""Weight of BM25 within a side; vectors have the rest."""

COMPARABLE = frozenset({"bm25"})
"""Retrievers whose scores compare across languages, because one set of statistics made them."""


class AlternatingFusion:
    """Fuses inside a side, then takes from the question's side and from the others in turn.

    Inside a side each retriever's scores are put on 0 to 1 and added by weight. BM25 is scaled over
    all that it found, so that a stray number shared with the other language stays as small as it
    is; dense scores compare within a side alone and are scaled there.

    Between sides no score decides. The best of the question's own side comes first; each other side
    has places in proportion to the square root of its size, all of them together at most every
    second one, and what a side cannot fill goes to the rest. This is meant for candidates that a
    reranker will read. Somebody whose library is Chinese but for one English file (5 % of it) finds
    an English page on about every fifth place of a Chinese question: plain alternation would fill
    half of the list from that file and read the Chinese side half as deep, and one ranking by plain
    cosines lets hardly an English page in. Without a reranker it looks shuffled, and narrowing
    it to a language is the remedy.

    Chosen on a product manual in both languages, all 1,776 pages in one pool, titles as questions
    (810, none of a page that made the shipped means), by
    ``python -m benchmarks.recall_quality --tuning --pages 0``. Chinese | English titles:

        other language's page, own page:  R@50  R@10  MRR@10  |  R@50  R@10  MRR@10
        reciprocal ranks inside a side    .909  .743  .626    |  .891  .630  .651
        all scores scaled within a side   .928  .793  .673    |  .928  .830  .674
        this rule                         .928  .802  .670    |  .926  .830  .673
        one pool, scores centred          .812  .538  .684    |  .867  .610  .668

    The square root: with the English half cut to 5 % (six samples), R@10 of a Chinese title's
    pages, Chinese and English ones weighted by their number, is .897 for equal shares, .917 for the
    root and .908 for shares in proportion; R@50 is .960, .966 and .965.
    """

    def __init__(self, sizes: Mapping[Side, int] | None = None) -> None:
        """Take how many chunks each side has; without, all sides count as equally large."""
        self._sizes = dict.fromkeys(SIDES, 1) if sizes is None else dict(sizes)

    def fuse(
        self,
        lists: Sequence[Sequence[Hit]],
        language_of_chunk: Callable[[str], Language],
        query_language: Language,
        limit: int,
    ) -> list[str]:
        """Return at most ``limit`` chunk ids, the best of the question's own side first."""
        found = _by_side(lists, language_of_chunk)
        own = side_of(query_language)
        order = (own, *(side for side in SIDES if side != own))
        ranked = {side: _added(found, side) for side in order}
        return _in_turn(ranked, self._shares(own, {side for _, side in found}), limit)

    def _shares(self, own: Side, present: Set[Side]) -> dict[Side, float]:
        """Return each present side's share of the places; the question's own has at least half."""
        weights = {side: self._sizes.get(side, 0) ** EXPONENT for side in present}
        others = sum(weight for side, weight in weights.items() if side != own)
        if own in present:
            weights[own] = max(weights[own], others)
        total = sum(weights.values()) or 1.0
        return {side: weight / total for side, weight in weights.items()}


class ReciprocalRankFusion:
    """Adds 1 / (k + rank) over the lists in which a chunk was matched, whatever its language."""

    def __init__(self, k: int = RRF_CONSTANT) -> None:
        self._k = k

    def fuse(
        self,
        lists: Sequence[Sequence[Hit]],
        language_of_chunk: Callable[[str], Language],
        query_language: Language,
        limit: int,
    ) -> list[str]:
        """Return at most ``limit`` chunk ids, best first; ties in the order of the lists."""
        totals: defaultdict[str, float] = defaultdict(float)
        for hits in lists:
            for rank, hit in enumerate(hits, start=1):
                totals[hit.chunk_id] += 1 / (self._k + rank)
        return _best_first(totals)[: max(limit, 0)]


def _by_side(
    lists: Sequence[Sequence[Hit]], language_of_chunk: Callable[[str], Language]
) -> dict[tuple[str, Side], list[Hit]]:
    """Return the hits of each retriever on each side."""
    found: defaultdict[tuple[str, Side], list[Hit]] = defaultdict(list)
    for hit in (hit for hits in lists for hit in hits):
        found[hit.retriever, side_of(language_of_chunk(hit.chunk_id))].append(hit)
    return dict(found)


def _added(found: dict[tuple[str, Side], list[Hit]], side: Side) -> list[str]:
    """Return the chunks of ``side``, best first, by the sum of their scaled scores."""
    totals: defaultdict[str, float] = defaultdict(float)
    for (retriever, there), hits in found.items():
        if there != side:
            continue
        weight = WORDS if retriever == "bm25" else 1 - WORDS
        shared = retriever in COMPARABLE
        scale = [
            hit.score
            for (name, where), others in found.items()
            if name == retriever and (shared or where == side)
            for hit in others
        ]
        low, high = min(scale), max(scale)
        for hit in hits:
            # One score, or all of them equal, is the best there is.
            scaled = (hit.score - low) / (high - low) if high > low else 1.0
            totals[hit.chunk_id] += weight * scaled
    return _best_first(totals)


def _best_first(totals: dict[str, float]) -> list[str]:
    """Return the keys by falling value; Python's sort keeps equal ones as they were found."""
    return sorted(totals, key=lambda chunk_id: -totals[chunk_id])


def _in_turn(lists: dict[Side, list[str]], shares: dict[Side, float], limit: int) -> list[str]:
    """Return at most ``limit`` items, each from the list that is most behind its share.

    Equal lists are taken in their order, each in its own order; one that ends is passed over.
    """
    taken = dict.fromkeys(lists, 0)
    merged: list[str] = []
    for place in range(1, limit + 1):
        waiting = [side for side, items in lists.items() if taken[side] < len(items)]
        if not waiting:
            break
        turn = max(waiting, key=lambda side: shares[side] * place - taken[side])
        merged.append(lists[turn][taken[turn]])
        taken[turn] += 1
    return merged
