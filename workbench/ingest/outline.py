"""Headings that the file itself names: when they are trusted, where they stand, what they miss."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from workbench.domain.documents import SectionSource
from workbench.ingest.contents import compact
from workbench.ingest.families import FAMILIES
from workbench.ingest.headings import Heading
from workbench.ingest.lines import HAN, Line, Mark
from workbench.ingest.numbering import Numbered, numbered
from workbench.ingest.titles import tidy

_FEWEST = 3
_LONGEST_HAN, _LONGEST_LATIN = 30, 60
_FOUND_SHARE = 0.7
_PER_PAGE = 3.0
_SHORT_FILE = 20
_WINDOW = 3
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading with its level from 1, in lines ``first`` to ``last``."""

    first: int
    last: int
    title: str
    level: int
    source: SectionSource
    found: Numbered | None = None


def entries_of(
    marks: Sequence[Mark], lines: Sequence[Line], pages: int, source: SectionSource
) -> list[Entry] | None:
    """Return where each mark stands, ascending; None where the marks are not to be trusted.

    Headings of every other source name their line and are always trusted. Bookmarks are trusted
    where there are at least 3, about titles' length, not more than 3 a page, and 7 in 10 of their
    titles stand on their page or next to it: automatic tagging makes a bookmark of every paragraph.
    """
    if source != "bookmark":
        return [_at_line(mark, source) for mark in marks if mark.line is not None] or None
    if not _plausible(marks, pages):
        return None
    starts = [line.page or 0 for line in lines]
    placed: list[Entry] = []
    hits = 0
    at = -1
    for mark in marks:
        where = _find(mark, lines, starts, at)
        first, last = where or _page_top(mark, lines, starts, at)
        if first < 0:
            continue
        if where:
            hits, at = hits + 1, first
        title, found = _named(mark, lines[first])
        placed.append(Entry(first, last, title, mark.level, source, found))
    if hits < _FOUND_SHARE * len(marks):
        return None
    return sorted(placed, key=lambda entry: entry.first)


def refined(entries: Sequence[Entry], numbers: Sequence[Heading]) -> list[Entry]:
    """Return the entries with the numbered headings that they miss, in order.

    An outline often stops at chapters. A number whose family has a level in the outline gets that
    level; any other stands below the entry that it lies in, deeper families deeper.
    """
    taken = {line for entry in entries for line in range(entry.first, entry.last + 1)}
    fresh = [h for h in numbers if h.first not in taken and _refines(h)]
    if not fresh:
        return list(entries)
    known = _known_levels(entries)
    depths = _relative_depths(fresh, known)
    firsts = [entry.first for entry in entries]
    extra: list[Entry] = []
    for heading in fresh:
        inside = bisect_right(firsts, heading.first) - 1
        signature = _signature(heading.found)
        above = entries[inside].level if inside >= 0 else 0
        level = known.get(signature) or above + depths[signature]
        extra.append(
            Entry(heading.first, heading.last, heading.title, level, "number", heading.found)
        )
    return sorted([*entries, *extra], key=lambda entry: entry.first)


def _plausible(marks: Sequence[Mark], pages: int) -> bool:
    if len(marks) < _FEWEST or len(marks) > max(_SHORT_FILE, _PER_PAGE * pages):
        return False
    han = sum(bool(_HAN.search(mark.title)) for mark in marks) * 2 > len(marks)
    longest = _LONGEST_HAN if han else _LONGEST_LATIN
    return median(len(mark.title) for mark in marks) <= longest


def _at_line(mark: Mark, source: SectionSource) -> Entry:
    at = mark.line or 0
    if source == "sheet":
        # The name of a sheet stands in no line; its section begins with its first row.
        return Entry(at, at - 1, mark.title, mark.level, source)
    return Entry(at, at, tidy(mark.title), mark.level, source, numbered(mark.title))


def _find(
    mark: Mark, lines: Sequence[Line], starts: list[int], after: int
) -> tuple[int, int] | None:
    """Return the lines of the mark's title on its page, else on the next or the one before."""
    title = compact(mark.title)
    if not title or mark.page is None:
        return None
    for page in (mark.page, mark.page + 1, mark.page - 1):
        first = max(after + 1, bisect_right(starts, page - 1))
        end = bisect_right(starts, page)
        candidates = [
            match for at in range(first, end) if (match := _match(title, lines, at)) is not None
        ]
        if candidates:
            _, at, last = min(candidates)
            return at, last
    return None


def _match(title: str, lines: Sequence[Line], at: int) -> tuple[int, int, int] | None:
    """Return (how loosely, first line, last line) where ``title`` stands at line ``at``."""
    here = compact(lines[at].text)
    if not here:
        return None
    number = numbered(lines[at].text)
    if title == here or (number and title in (compact(number.rest), compact(number.label))):
        return 0, at, at
    whole = here
    for last in range(at + 1, min(at + _WINDOW, len(lines))):
        rest = compact(lines[last].text)
        whole += rest
        if lines[last].page != lines[at].page:
            break
        # The label may stand alone above the title: CHAPTER ONE, then INTRODUCTION.
        if whole == title or (number and not number.rest and rest == title):
            return int(whole == title), at, last
    begins = here.startswith(title) and 4 <= len(title) <= len(here) <= 2 * len(title)
    return (2, at, at) if begins else None


def _page_top(mark: Mark, lines: Sequence[Line], starts: list[int], after: int) -> tuple[int, int]:
    """Return where a mark without its title in the text begins: a place by height, no line."""
    page = mark.page or 0
    first, end = bisect_right(starts, page - 1), bisect_right(starts, page)
    if first >= len(lines):
        return -1, -1
    for at in range(max(first, after + 1), end):
        if mark.y is None or lines[at].y <= mark.y + lines[at].size:
            return at, at - 1
    return (end, end - 1) if end < len(lines) else (-1, -1)


def _named(mark: Mark, line: Line) -> tuple[str, Numbered | None]:
    """Return the title, with the number that stands in the text and not in the bookmark."""
    own = numbered(mark.title)
    if own is not None:
        return tidy(mark.title), own
    number = numbered(line.text)
    if number is None or (number.rest and compact(number.rest) != compact(mark.title)):
        return tidy(mark.title), None
    return f"{number.label} {tidy(mark.title)}", number


def _refines(heading: Heading) -> bool:
    found = heading.found
    return found is not None and (FAMILIES[found.family].strong or len(found.number) > 1)


def _signature(found: Numbered | None) -> tuple[str, int]:
    return (found.family, len(found.number)) if found else ("", 0)


def _known_levels(entries: Sequence[Entry]) -> dict[tuple[str, int], int]:
    """Return the usual level of each family that the outline itself numbers."""
    levels: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
    for entry in entries:
        if entry.found is not None:
            levels[_signature(entry.found)][entry.level] += 1
    return {signature: counts.most_common(1)[0][0] for signature, counts in levels.items()}


def _relative_depths(
    fresh: Sequence[Heading], known: dict[tuple[str, int], int]
) -> dict[tuple[str, int], int]:
    """Return how far below its entry each family stands that the outline does not number."""
    ranks = {_signature(heading.found): heading.rank for heading in fresh}
    unknown = sorted({rank for signature, rank in ranks.items() if signature not in known})
    return {
        signature: unknown.index(rank) + 1 for signature, rank in ranks.items() if rank in unknown
    }
