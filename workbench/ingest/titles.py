"""What a heading is called: its label, its caption, and the lines that its title runs over."""

import re
from collections.abc import Sequence
from dataclasses import replace

from workbench.ingest.headings import Heading
from workbench.ingest.lines import HAN, Line, collapsed, joined, width
from workbench.ingest.numbering import RUN_IN, Numbered, numbered
from workbench.ingest.styles import Styles

_CAPTION = re.compile(r"^([【〔\[（(《][^】〕\]）)》]{1,40}[】〕\]）)》])")
_LONGEST_LINE = 110
_LONGEST_TITLE = 200
_LONGEST_RUN_IN = 80
_RUNS = re.compile(r"[.。]\s|[。；;]")
_MORE_LINES = 3
_CENTRED = 60
_HAN_UNITS = ("bian", "fenbian", "zhang", "jie")
_BODY_END = re.compile(r"[。；;，,.!?！？：:]$")
_SPACED = re.compile(rf"^[{HAN}](?: [{HAN}])+$")
_BODY_START = re.compile(r"^(?:[(（]?\d|[(（][a-z一二三四五六七八九十]|[•●▪◆■\-–—*])")


def with_titles(
    headings: Sequence[Heading], lines: Sequence[Line], styles: Styles
) -> list[Heading]:
    """Return the headings with their whole titles, a label alone joined with the lines below.

    A heading that became part of the title before it is left out.
    """
    titled: list[Heading] = []
    starts = {heading.first for heading in headings if heading.found is not None}
    for heading in headings:
        if titled and heading.first <= titled[-1].last:
            continue
        titled.append(_titled(heading, lines, styles, starts))
    return titled


def _titled(heading: Heading, lines: Sequence[Line], styles: Styles, starts: set[int]) -> Heading:
    found = heading.found
    if found is None:
        return replace(heading, title=tidy(heading.title)[:_LONGEST_TITLE])
    label = _label(found)
    if found.family == "tiao":
        caption = _CAPTION.match(found.rest)
        return replace(heading, title=label + (collapsed(caption[1]) if caption else ""))
    if found.rest:
        return _with_rest(heading, label, lines, styles, starts)
    last = _title_end(heading.first, lines, styles, starts)
    title = label
    for line in lines[heading.first + 1 : last + 1]:
        text = tidy(line.text)
        title = f"{title} {text}" if title == label else joined(title, text)
    return replace(heading, last=last, title=title[:_LONGEST_TITLE])


def _with_rest(
    heading: Heading, label: str, lines: Sequence[Line], styles: Styles, starts: set[int]
) -> Heading:
    found = heading.found
    if found is None:
        return heading
    if found.family in RUN_IN and (len(found.rest) > _LONGEST_RUN_IN or _RUNS.search(found.rest)):
        # The text begins in the heading's line: "Section 1.1 Terms. Words have meanings."
        first = _RUNS.split(found.rest)[0]
        title = f"{label} {first}" if len(first) <= _LONGEST_RUN_IN else label
        return replace(heading, title=title)
    own = found.family in _HAN_UNITS
    title = f"{label} {tidy(found.rest)}" if own else collapsed(lines[heading.first].text)
    last = heading.first
    while last - heading.first < _MORE_LINES and _title_goes_on(last, lines, styles, starts):
        last += 1
        title = joined(title, tidy(lines[last].text))
    return replace(heading, last=last, title=title[:_LONGEST_TITLE])


def _title_goes_on(at: int, lines: Sequence[Line], styles: Styles, starts: set[int]) -> bool:
    """Return whether the next line is the rest of a long title, set in the same rare type."""
    if at + 1 >= len(lines) or at + 1 in starts:
        return False
    line, following = lines[at], lines[at + 1]
    near = 0 < line.y - following.y <= 2.2 * max(line.size, 1)
    alike = line.style == following.style and line.font == following.font
    long = width(line.text) >= 30
    centred = min(line.x, following.x) > styles.left + _CENTRED
    return (
        (styles.emphasis(line) >= 1 or centred)
        and near
        and alike
        and long
        and line.page == following.page
        and numbered(following.text) is None
    )


def _title_end(at: int, lines: Sequence[Line], styles: Styles, starts: set[int]) -> int:
    """Return the last line of the title that follows a label standing alone in its line."""
    last = at
    while last < min(at + _MORE_LINES, len(lines) - 1):
        following = lines[last + 1]
        first = last == at
        if last + 1 in starts or not _may_be_title(lines[at], following):
            break
        if not first and not _same_setting(lines[last], following, styles):
            break
        last += 1
    return last


def _may_be_title(label: Line, line: Line) -> bool:
    text = line.text.strip()
    if line.page != label.page or line.quoted or line.after_blank and not text:
        return False
    if not text or len(text) > _LONGEST_LINE or _BODY_END.search(text) or _BODY_START.match(text):
        return False
    return numbered(text) is None


def _same_setting(before: Line, line: Line, styles: Styles) -> bool:
    """Return whether a title goes on: same type, and not the body's unless it is centred."""
    if before.style != line.style or before.font != line.font or not styles.known:
        return False
    if before.y - line.y > 2.2 * max(line.size, 1):
        return False
    return styles.emphasis(line) >= 1 or line.x > styles.left + 20 or before.x > styles.left + 20


def _label(found: Numbered) -> str:
    """Return the label without the spaces that justified type puts between Han characters."""
    if re.match(rf"[{HAN}]", found.label):
        return "".join(found.label.split())
    return found.label


def tidy(text: str) -> str:
    """Return a title with single spaces, and none where every word is one Han character.

    >>> tidy("总  纲"), tidy("1 用户指南")
    ('总纲', '1 用户指南')
    """
    plain = collapsed(text)
    return plain.replace(" ", "") if _SPACED.match(plain) else plain
