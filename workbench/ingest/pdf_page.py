"""Lines of one PDF page through pypdf, with their type and place."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject
from pypdf.errors import LimitReachedError

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.cells import cells_of
from workbench.ingest.lines import Row, without_controls

_BOLD = re.compile(r"bold|black|heavy|simhei|hei$|黑体|medi|cmbx|[-,]b\b", re.IGNORECASE)
_SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
_EDGES = " \t\u3000\xa0"
_BLANK = re.compile(r"\s")
_BOLD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Fragment:
    text: str
    size: float
    font: str
    x: float
    y: float


def page_texts(page: PageObject) -> list[list[_Fragment]]:
    """Return the fragments of each line of ``page`` in reading order, empty lines included.

    Raises:
        UnreadableDocument: ``damaged_page``, or ``too_complex`` where the limits of pypdf held.
    """
    fragments: list[_Fragment] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        if text:
            fragments.append(_fragment(text, cm, tm, font, size))

    try:
        page.extract_text(visitor_text=visit)
    except MemoryError:
        raise
    except LimitReachedError as error:
        raise UnreadableDocument("too_complex") from error
    except Exception as error:
        raise UnreadableDocument("damaged_page", reason=type(error).__name__) from error
    return _split(fragments)


def rows_of(lines: list[list[_Fragment]]) -> list[Row]:
    """Return the lines that hold anything, without control characters."""
    rows = [_row(line, starts) for line, starts in zip(lines, cells_of(lines), strict=True)]
    return [row for row in rows if row.text]


def raw_text(line: list[_Fragment]) -> str:
    """Return a line's text exactly as pypdf gave it."""
    return "".join(fragment.text for fragment in line)


def _fragment(
    text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float
) -> _Fragment:
    c = tm[2] * cm[0] + tm[3] * cm[2]
    d = tm[2] * cm[1] + tm[3] * cm[3]
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    scale = math.hypot(c, d) or 1.0
    name = _SUBSET.sub("", str((font or {}).get("/BaseFont", "")))
    return _Fragment(text, round(abs(size) * scale, 2), name, round(x, 1), round(y, 1))


def _split(fragments: list[_Fragment]) -> list[list[_Fragment]]:
    lines: list[list[_Fragment]] = [[]]
    for fragment in fragments:
        for index, part in enumerate(fragment.text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append(
                    _Fragment(part, fragment.size, fragment.font, fragment.x, fragment.y)
                )
    return lines


def _parted(line: list[_Fragment], starts: tuple[int, ...]) -> tuple[str, list[int]]:
    """Return a line's text and where in it the cells begin, with a space before each inner one."""
    text, places = "", []
    for at, fragment in enumerate(line):
        part = without_controls(fragment.text)
        text = text.lstrip(_EDGES)
        if at in starts:
            if text and _glued(line[at - 1].text, part):
                text += " "
            blanks = len(part) - len(part.lstrip(_EDGES))
            places.append(len(text) + blanks if text else 0)
        text += part
    return text.strip(_EDGES), places


def _glued(before: str, after: str) -> bool:
    """Return whether two cells touch; a fragment with spaces may span columns, so none is sure."""
    return not _BLANK.search(before) and after[:1] not in _EDGES


def _row(line: list[_Fragment], starts: tuple[int, ...] = ()) -> Row:
    text, places = _parted(line, starts)
    visible = [fragment for fragment in line if fragment.text.strip()]
    if not text or not visible:
        return Row("")
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for fragment in visible:
        length = len(fragment.text.strip())
        sizes[round(fragment.size * 2) / 2] += length
        fonts[fragment.font] += length
    bold = sum(count for font, count in fonts.items() if _BOLD.search(font))
    return Row(
        text=text,
        size=sizes.most_common(1)[0][0],
        bold=bold >= _BOLD_SHARE * fonts.total(),
        font=fonts.most_common(1)[0][0],
        x=visible[0].x,
        y=visible[0].y,
        cells=tuple((line[at].x, place) for at, place in zip(starts, places, strict=True)),
    )
