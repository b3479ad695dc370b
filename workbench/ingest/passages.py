"""Ranges of the canonical text: what of them is kept, what they weigh, where they may be cut."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from workbench.domain.documents import Join, Removed, Span, derived_text
from workbench.ingest.tokens import has_cjk, weight

_SENTENCE = re.compile(r"[。！？；…]+[”’」』）)】\"']*|[.!?;][\"')\]]*(?=\s)")
_CLAUSE = re.compile(r"[，、：]+|[,:](?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|no|nos|art|arts|sec|fig|figs|vol|cf|vs|mr|mrs|ms|dr|st|al|para|pp?)|\b[a-z])$",
    re.IGNORECASE,
)
_LOOK_BACK = 8

Range = tuple[int, int]


class Canon:
    """The canonical text with what was removed from it and joined in it."""

    def __init__(self, text: str, removed: Sequence[Removed], joins: Sequence[Join]) -> None:
        self.text = text
        self._removed = sorted((entry.start, entry.end) for entry in removed)
        self._removed_starts = [start for start, _ in self._removed]
        self._joins = joins
        self._join_places = [join.at for join in joins]
        self._joined = frozenset(self._join_places)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return what is kept of a range, without white space around it; empty for none."""
        kept = [(a, b) for a, b in self._kept(start, end) if not self.text[a:b].isspace()]
        if not kept:
            return ()
        first, last = kept[0], kept[-1]
        head = self.text[first[0] : first[1]]
        kept[0] = (first[0] + len(head) - len(head.lstrip()), first[1])
        tail = self.text[kept[-1][0] : last[1]]
        kept[-1] = (kept[-1][0], last[1] - len(tail) + len(tail.rstrip()))
        return tuple(Span(a, b) for a, b in kept)

    def derived(self, spans: Sequence[Span]) -> str:
        """Return the text that ``spans`` read as."""
        if not spans:
            return ""
        low = bisect_left(self._join_places, spans[0].start)
        high = bisect_left(self._join_places, spans[-1].end)
        return derived_text(self.text, spans, self._joins[low:high])

    def weight(self, start: int, end: int) -> int:
        """Return hundredths of tokens of what is kept of a range, joins not yet taken off."""
        return sum(weight(self.text[a:b]) for a, b in self._kept(start, end))

    def pieces(self, start: int, end: int, maximum: int) -> list[Range]:
        """Return adjoining ranges of at most ``maximum`` hundredths of tokens that make up a range.

        Cut at paragraphs, then at sentences, clauses and white space, each only where the piece
        is still too long; a terminator stays with what it ends.
        """
        found = [(start, end)]
        for cut in (self._paragraphs, self._sentences, self._clauses):
            found = [
                piece
                for a, b in found
                for piece in ([(a, b)] if self.weight(a, b) <= maximum else cut(a, b))
            ]
        return [
            piece
            for a, b in found
            for piece in ([(a, b)] if self.weight(a, b) <= maximum else self._hard(a, b, maximum))
        ]

    def _kept(self, start: int, end: int) -> Iterator[Range]:
        at = max(0, bisect_right(self._removed_starts, start) - 1)
        for index in range(at, len(self._removed)):
            a, b = self._removed[index]
            if a >= end:
                break
            if b <= start:
                continue
            if a > start:
                yield start, a
            start = max(start, b)
        if start < end:
            yield start, end

    def _paragraphs(self, start: int, end: int) -> list[Range]:
        return _cut(start, end, self._line_ends(start, end))

    def _line_ends(self, start: int, end: int) -> Iterator[int]:
        at = self.text.find("\n", start, end)
        while at >= 0:
            if at not in self._joined:
                yield at + 1
            at = self.text.find("\n", at + 1, end)

    def _sentences(self, start: int, end: int) -> list[Range]:
        return _cut(start, end, self._ends(_SENTENCE, start, end))

    def _clauses(self, start: int, end: int) -> list[Range]:
        return _cut(start, end, self._ends(_CLAUSE, start, end))

    def _ends(self, terminator: re.Pattern[str], start: int, end: int) -> Iterator[int]:
        for match in terminator.finditer(self.text, start, end):
            before = self.text[max(start, match.start() - _LOOK_BACK) : match.start()]
            if self.text[match.start()] != "." or not _ABBREVIATION.search(before):
                yield match.end()

    def _hard(self, start: int, end: int, maximum: int) -> list[Range]:
        """Cut after as many characters as would fit in Han, at a space where one is near."""
        longest = maximum // 65 if has_cjk(self.text[start:end]) else maximum // 25
        longest = max(1, longest)
        cuts: list[int] = []
        at = start
        while end - at > longest:
            space = self.text.rfind(" ", at + longest * 4 // 5, at + longest)
            at = space + 1 if space > 0 else at + longest
            cuts.append(at)
        return _cut(start, end, iter(cuts))


def _cut(start: int, end: int, cuts: Iterator[int]) -> list[Range]:
    pieces: list[Range] = []
    for cut in cuts:
        if start < cut < end:
            pieces.append((start, cut))
            start = cut
    return [*pieces, (start, end)]
