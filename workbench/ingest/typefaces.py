"""Headings that only their type, or a usual name, gives away."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from workbench.ingest.contents import compact
from workbench.ingest.headings import Heading
from workbench.ingest.lines import Line, collapsed, width
from workbench.ingest.styles import Styles

_LONGEST = 110
_WIDEST = 90
_SMALLER = 0.6
_OFTEN = 3
_NAMED = re.compile(
    r"^(?:前\s*言|序\s*言|序|绪\s*论|引\s*言|总\s*则|附\s*则|附\s*录|参考文献|致\s*谢|声\s*明|后\s*记|"
    r"preface|foreword|preamble|introduction|abstract|references|bibliography|glossary|"
    r"acknowledge?ments?|executive summary|appendices)$",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^(?:图|表|fig(?:ure)?\.?|table)\s*[A-Z]?[-\d]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_SENTENCE = re.compile(r"[。；！？]|[，,].*[，,]|[。，；,;：:]$")
_START = re.compile(r"^[\w《“\"'【「]")


def font_headings(lines: Sequence[Line], styles: Styles, taken: set[int]) -> list[Heading]:
    """Return the headings that only their type, or a usual name such as 前言, gives away."""
    found: list[Heading] = []
    for at, line in enumerate(lines):
        text = collapsed(line.text)
        if at in taken or line.quoted or len(text) > _LONGEST:
            continue
        named = _NAMED.match(text) is not None and (not styles.known or _stands_alone(lines, at))
        large = line.size >= styles.body_size - _SMALLER and styles.emphasis(line) >= 1.0
        set_off = not (_in_a_row(lines, at) or _in_a_paragraph(lines, at))
        if named or (large and set_off and _is_title(text)):
            found.append(Heading(at, at, text, 0.0, "font"))
    return _off_the_cover(_seldom(_merged(found, lines)), lines)


def _is_title(text: str) -> bool:
    if len(text) < 2 or width(text) > _WIDEST or not _START.match(text) or text[0].islower():
        return False
    return bool(_LETTERS.search(text)) and not (_SENTENCE.search(text) or _CAPTION.match(text))


def _in_a_row(lines: Sequence[Line], at: int) -> bool:
    """Return whether another line stands at the same height: the cells of a table do."""
    line = lines[at]
    near = (*lines[max(0, at - 3) : at], *lines[at + 1 : at + 4])
    return line.size > 0 and any(
        other.page == line.page and abs(other.y - line.y) < 1.5 for other in near
    )


def _in_a_paragraph(lines: Sequence[Line], at: int) -> bool:
    """Return whether a sentence of the same type stands right above or below."""
    line = lines[at]
    return any(
        other.page == line.page and other.style == line.style and _SENTENCE.search(other.text)
        for other in (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2])
    )


def _seldom(found: list[Heading]) -> list[Heading]:
    """Leave out what recurs like the head row of a table that goes on over pages."""
    counts = Counter(compact(heading.title) for heading in found)
    return [heading for heading in found if counts[compact(heading.title)] < _OFTEN]


def _off_the_cover(found: list[Heading], lines: Sequence[Line]) -> list[Heading]:
    """Leave out the first page's lines in types that no later heading has: the document's title."""
    cover = lines[0].page if lines else None
    if cover is None:
        return found
    later = {lines[h.first].style for h in found if lines[h.first].page != cover}
    return [
        heading
        for heading in found
        if lines[heading.first].page != cover
        or lines[heading.first].style in later
        or _NAMED.match(heading.title)
    ]


def _stands_alone(lines: Sequence[Line], at: int) -> bool:
    """Return whether a line is set apart to the right, as centred headings are."""
    following = lines[at + 1] if at + 1 < len(lines) else None
    return following is None or lines[at].x > following.x + 20 or lines[at].after_blank


def _merged(found: list[Heading], lines: Sequence[Line]) -> list[Heading]:
    """Join a heading of several lines that only its type gives away."""
    merged: list[Heading] = []
    for heading in found:
        before = merged[-1] if merged else None
        if before and before.last == heading.first - 1 and _continues(lines, heading.first):
            title = f"{before.title} {heading.title}"
            merged[-1] = replace(before, last=heading.last, title=title)
        else:
            merged.append(heading)
    return merged


def _continues(lines: Sequence[Line], at: int) -> bool:
    before, line = lines[at - 1], lines[at]
    near = 0 < before.y - line.y <= 2.2 * max(line.size, 1)
    return before.page == line.page and before.style == line.style and line.size > 0 and near
