"""Where a quoted passage lies in a document, and which chunk holds it however it was sliced."""

import unicodedata
from collections.abc import Iterable, Sequence

from workbench.domain.documents import Chunk, Edition, Section, Span
from workbench.domain.judgements import Anchor

SHARE = 0.5
"""At least this part of a passage has to lie in a chunk for its label to count there."""


def compact(text: str) -> str:
    """Return ``text`` without white space, in compatibility form: what two quotes have in common.

    >>> compact("第 9.2 条　ＡＢ")
    '第9.2条AB'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


class Quotes:
    """Finds quotes in one edition, whatever cleaning and line breaks did to them."""

    def __init__(self, edition: Edition, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._text, self._places = _readable(edition)

    def find(self, quote: str, section: str = "") -> tuple[Span, ...]:
        """Return every place of ``quote`` in the canonical text, in reading order.

        With ``section``, only those within a section that bears it as its number or whose title
        contains it, or below such a one.
        """
        wanted = compact(quote)
        if not wanted:
            return ()
        allowed = [s for s in self._sections if _named(s, compact(section))] if section else None
        return tuple(
            span
            for span in self._all(wanted)
            if allowed is None or any(s.start <= span.start and span.end <= s.end for s in allowed)
        )

    def place(self, quote: str, section: str, chunks: Sequence[Chunk]) -> tuple[Span, Chunk] | None:
        """Return where the quote lies and the one chunk that holds it; None for none or several."""
        held = [
            (span, chunk) for span in self.find(quote, section) if (chunk := chunk_at(span, chunks))
        ]
        return held[0] if len({chunk.chunk_id for _, chunk in held}) == 1 else None

    def section_of(self, span: Span) -> Section:
        """Return the deepest section in which ``span`` begins."""
        holding = [s for s in self._sections if s.start <= span.start < max(s.end, s.start + 1)]
        return max(holding or self._sections[:1], key=lambda s: s.level)

    def _all(self, wanted: str) -> Iterable[Span]:
        at = self._text.find(wanted)
        while at >= 0:
            last = at + len(wanted) - 1
            yield Span(self._places[at], self._places[last] + 1)
            at = self._text.find(wanted, at + 1)


def _readable(edition: Edition) -> tuple[str, list[int]]:
    """Return the text that chunks can hold, compacted, and where each character stands."""
    gone = [(removed.start, removed.end) for removed in edition.removed]
    joins = {join.at: join.text for join in edition.joins}
    letters: list[str] = []
    places: list[int] = []
    start = 0
    for begin, end in (*gone, (len(edition.text), len(edition.text))):
        for at in range(start, begin):
            for letter in compact(joins.get(at, edition.text[at])):
                letters.append(letter)
                places.append(at)
        start = max(start, end)
    return "".join(letters), places


def _named(section: Section, wanted: str) -> bool:
    number = compact(section.number or "")
    return bool(wanted) and (number == wanted or wanted in compact(section.title))


def overlap(span: Span, chunk: Chunk) -> int:
    """Return how many code points of ``span`` lie in the chunk."""
    return sum(max(0, min(span.end, own.end) - max(span.start, own.start)) for own in chunk.spans)


def chunk_at(span: Span, chunks: Iterable[Chunk]) -> Chunk | None:
    """Return the chunk with most of ``span``, the first of equal ones; None under ``SHARE``."""
    best = max(chunks, key=lambda chunk: overlap(span, chunk), default=None)
    if best is None or overlap(span, best) < SHARE * (span.end - span.start):
        return None
    return best


def chunk_of(anchor: Anchor, edition_id: str, chunks: Sequence[Chunk]) -> Chunk | None:
    """Return the chunk in which the anchor's passage lies today, or None where it is gone.

    In the edition that was judged, offsets say it; in another one the quote does, first within the
    section that bore it. A quote that stands in several other sections says nothing.
    """
    if anchor.edition_id == edition_id and anchor.spans:
        widest = max(anchor.spans, key=lambda span: span.end - span.start)
        return chunk_at(widest, chunks)
    wanted = compact(anchor.quote)
    holding = [chunk for chunk in chunks if wanted and wanted in compact(chunk.text)]
    same = [chunk for chunk in holding if chunk.section_key == anchor.section_key]
    if same:
        return same[0]
    return holding[0] if len(holding) == 1 else None
