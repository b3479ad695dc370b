"""What stands on pages without being their text: running lines, page numbers, watermarks."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.domain.documents import Removed
from workbench.domain.numerals import roman_number
from workbench.ingest.families import FAMILIES
from workbench.ingest.lines import Line, Mark
from workbench.ingest.numbering import folded, numbered

REPEATS = 3
"""On how many pages a line must stand before it counts as a running line."""

_EDGE = 3
_TOLERANCE = 3.0
_WATERMARK_SHARE = 0.5
_BAND_SHARE = 0.5
_LONGEST = 160
_DIGITS = re.compile(r"\d+")
_ROMAN_TAIL = re.compile(r"(?<![a-z])[ivxlc]+$")
_PAGE_NUMBER = re.compile(
    r"^(?:page|p\.|第|共|页|of|[-–—/·|.\[\]()#])*#(?:page|of|共|页|[-–—/·|.\[\]()#])*$"
)
_SIGNS = re.compile(r"\s{0,3}#{1,6}\s+")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")


@dataclass(frozen=True, slots=True)
class Running:
    """A line that is left out of every chunk, and why."""

    index: int
    reason: str


def running_lines(lines: Sequence[Line]) -> list[Running]:
    """Return the lines that recur on pages' edges or are stamped on most pages, in order.

    A line that is numbered as a heading is dropped only where it recurs with its own number:
    without this exception "Article #" at the top of pages counts as a header and articles vanish.
    """
    pages: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.page is not None:
            pages[line.page].append(index)
    if len(pages) < REPEATS:
        return []
    edges = {index for page in pages.values() for index in _edges(lines, page)}
    found = _recurring(lines, sorted(edges))
    found |= _in_band(lines, pages, found)
    for index in _watermarks(lines, len(pages)):
        found.setdefault(index, "watermark")
    return [Running(index, found[index]) for index in sorted(found)]


def private_use(lines: Iterable[Line]) -> list[Removed]:
    """Return where characters stand that no font but the file's own can show."""
    return [
        Removed(line.start + match.start(), line.start + match.end(), "private_use")
        for line in lines
        for match in _PRIVATE.finditer(line.text)
    ]


def heading_signs(lines: Sequence[Line], marks: Iterable[Mark]) -> list[Removed]:
    """Return where the # signs of Markdown headings stand."""
    found: list[Removed] = []
    for mark in marks:
        line = lines[mark.line] if mark.line is not None else None
        match = _SIGNS.match(line.text) if line else None
        if line and match:
            found.append(Removed(line.start, line.start + match.end(), "markup"))
    return found


def removal(line: Line, length: int, reason: str) -> Removed:
    """Return the range of a whole line with its line break, in a text of ``length``."""
    return Removed(line.start, min(line.end + 1, length), reason)


def _edges(lines: Sequence[Line], page: list[int]) -> set[int]:
    """Return lines that are first or last on a page, by reading order or by height."""
    by_height = sorted(page, key=lambda index: -lines[index].y)
    return {*page[:_EDGE], *page[-_EDGE:], *by_height[:_EDGE], *by_height[-_EDGE:]}


def _recurring(lines: Sequence[Line], edges: list[int]) -> dict[int, str]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index in edges:
        if len(lines[index].text) <= _LONGEST:
            groups[_shape(lines[index].text)].append(index)
    found: dict[int, str] = {}
    for shape, members in groups.items():
        if not _says_something(shape):
            continue
        members = _same_height(lines, members)
        if "#" in shape:
            members = _counting(lines, members, alike=not _PAGE_NUMBER.match(shape))
        if len({lines[index].page for index in members}) >= REPEATS:
            reason = "page_number" if _PAGE_NUMBER.match(shape) else "running_line"
            found |= dict.fromkeys(_without_headings(lines, members), reason)
    return found


def _shape(text: str) -> str:
    """Return the text with page numbers as #, spaces dropped; a heading keeps its own number."""
    plain = folded(text).lower()
    heading = numbered(text)
    kept = ""
    if heading and FAMILIES[heading.family].strong:
        kept, plain = heading.label.lower(), heading.rest.lower()
    plain = _ROMAN_TAIL.sub("#", _DIGITS.sub("#", "".join(plain.split())))
    return kept + plain


def _says_something(shape: str) -> bool:
    """Return whether a shape is more than brackets: a lone } recurs in code at any height."""
    return "#" in shape or len(shape) >= 3 or (len(shape) == 2 and shape > "\u2e80")


def _same_height(lines: Sequence[Line], members: list[int]) -> list[int]:
    """Return the members at heights that recur: running lines stand at one, or at two."""
    heights = Counter(round(lines[index].y / _TOLERANCE) for index in members)
    return [
        index
        for index in members
        if sum(heights[round(lines[index].y / _TOLERANCE) + d] for d in (-1, 0, 1)) >= REPEATS
    ]


def _counting(lines: Sequence[Line], members: list[int], *, alike: bool) -> list[int]:
    """Return the members that hold a number counting with the pages; others may be cells.

    ``alike`` also takes those that recur with the same numbers, such as a version.
    """
    offsets = {index: _offsets(lines[index]) for index in members}
    counts = Counter(offset for found in offsets.values() for offset in found)
    usual = {offset for offset, count in counts.items() if count >= REPEATS}
    texts = Counter(lines[index].text for index in members)
    return [
        index
        for index in members
        if offsets[index] & usual or (alike and texts[lines[index].text] >= REPEATS)
    ]


def _offsets(line: Line) -> set[int]:
    """Return how far each number of a line is from the number of its page."""
    text = folded(line.text).lower()
    roman = _ROMAN_TAIL.search(text.strip())
    values = [int(digits) for digits in _DIGITS.findall(text) if len(digits) < 6]
    if roman:
        values += [value for value in (roman_number(roman[0]),) if value is not None]
    return {value - (line.page or 0) for value in values}


def _without_headings(lines: Sequence[Line], members: list[int]) -> list[int]:
    """Leave out a member set in another type than the rest: the heading that the others repeat."""
    usual = Counter(lines[index].style for index in members).most_common(1)[0][0]
    return [index for index in members if lines[index].style == usual]


def _in_band(
    lines: Sequence[Line], pages: dict[int, list[int]], found: dict[int, str]
) -> dict[int, str]:
    """Return outermost lines at the height where most pages have a running line.

    A footer with the chapter's name recurs too seldom in a chapter of one page.
    """
    places = {(round(lines[index].y), lines[index].style, lines[index].page) for index in found}
    bands = Counter((height, style) for height, style, _ in places)
    usual = {band for band, count in bands.items() if count >= _BAND_SHARE * len(pages)}
    more: dict[int, str] = {}
    for page in pages.values():
        for index in (
            max(page, key=lambda i: lines[i].y),
            min(page, key=lambda i: lines[i].y),
        ):
            line = lines[index]
            band = round(line.y), line.style
            if index not in found and band in usual and len(line.text) <= 60:
                more[index] = "running_line"
    return more


def _watermarks(lines: Sequence[Line], page_count: int) -> list[int]:
    groups: dict[tuple[str, tuple[int, bool], int, int], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if 3 <= len(line.text) <= _LONGEST and line.page is not None:
            groups[line.text, line.style, round(line.x / 2), round(line.y / 2)].append(index)
    enough = max(REPEATS, _WATERMARK_SHARE * page_count)
    return [
        index
        for members in groups.values()
        if len({lines[index].page for index in members}) >= enough
        for index in members
    ]
