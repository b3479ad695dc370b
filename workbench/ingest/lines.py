"""Lines as a reader found them, and the canonical text that they make."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.domain.documents import ChunkKind, FileKind, Notice, PageSpan

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_WIDE = re.compile(
    "[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003134f\u2018-\u201d\u2026]+"
)
_BLANKS = re.compile(r"\s+")

MarkSource: TypeAlias = Literal["bookmark", "markdown", "style", "tag", "sheet"]
"""Who names a heading: the file's outline, its markup, its styles, or the name of a sheet."""

HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Han characters, as the inside of a regular expression's character class."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line before it has a place: its text and how it is set (points, from the lower left).

    ``cells`` says at which x and where in the text each cell of a table's row begins.
    """

    text: str
    size: float = 0.0
    bold: bool = False
    font: str = ""
    x: float = 0.0
    y: float = 0.0
    cells: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line at its place in the canonical text; ``page`` counts from 1, None without pages.

    ``size``, ``font``, ``x`` and ``y`` are 0 or empty where the format has none. ``after_blank``
    tells that an empty line stands before it. ``quoted`` marks code and tables, in which nothing
    is a heading and nothing is joined. ``cells`` are those of a table's row, as x and place in
    ``text``; a single one goes on in an inner column of the row above.
    """

    page: int | None
    text: str
    start: int
    end: int
    size: float = 0.0
    bold: bool = False
    font: str = ""
    x: float = 0.0
    y: float = 0.0
    after_blank: bool = False
    quoted: bool = False
    cells: tuple[tuple[float, int], ...] = ()

    @property
    def style(self) -> tuple[int, bool]:
        """Return what counts as the same type: size in half points, and weight."""
        return round(self.size * 2), self.bold


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading that the file itself names: a bookmark, or a heading with its line.

    ``level`` counts from 1. ``line`` is the index of the line, None where only a page is known.
    """

    title: str
    level: int
    page: int | None = None
    y: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A table, or one row of it, as a range of the canonical text.

    Where it has to be cut, each continued part reads the range ``head`` again. ``alone`` is the
    kind of the chunk that the block makes by itself; None where it flows with what is around it.
    The range ``context``, where there is one, is read before every part and belongs to none.
    """

    start: int
    end: int
    head: tuple[int, int]
    alone: ChunkKind | None = None
    context: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader made of a file, before anything was cleaned or sliced."""

    kind: FileKind
    reader: str
    text: str
    lines: tuple[Line, ...]
    pages: tuple[PageSpan, ...] = ()
    marks: tuple[Mark, ...] = ()
    mark_source: MarkSource = "bookmark"
    notices: tuple[Notice, ...] = field(default=())
    encoding: str | None = None
    blocks: tuple[Block, ...] = ()


def without_controls(text: str) -> str:
    """Return ``text`` without NUL, control, bidirectional and lone surrogate characters.

    Tabs stay, and so do joiners, which emoji and Persian need.
    """
    return _CONTROLS.sub("", text)


def collapsed(text: str) -> str:
    """Return ``text`` with every run of white space as one space, and none around it."""
    return _BLANKS.sub(" ", text).strip()


def width(text: str) -> int:
    """Return how wide ``text`` is set, in Latin characters; a Han character counts as two."""
    return len(text) + sum(map(len, _WIDE.findall(text)))


def typical_width(lines: Iterable[Line]) -> int:
    """Return the width that nine in ten lines keep within: a full line's; 0 for no lines."""
    widths = sorted(width(line.text) for line in lines if line.text.strip())
    return widths[len(widths) * 9 // 10] if widths else 0


def joined(first: str, second: str) -> str:
    """Return two pieces of one sentence as one: with a space, or none between wide characters."""
    return first + joint(first, second) + second


def joint(before: str, after: str) -> str:
    """Return what stands for a line break between ``before`` and ``after``."""
    wide = _WIDE.match(before[-1:]) and _WIDE.match(after[:1])
    return "" if wide else " "


def compose(
    pages: Iterable[Sequence[Row]], labels: Sequence[str] = ()
) -> tuple[str, tuple[Line, ...], tuple[PageSpan, ...]]:
    """Return the canonical text of the rows, its lines and where each page lies in it.

    Rows are joined by one line break; an empty page has an empty span.
    """
    lines: list[Line] = []
    spans: list[PageSpan] = []
    at = 0
    for page, rows in enumerate(pages, start=1):
        first = at
        for row in rows:
            end = at + len(row.text)
            place = (row.size, row.bold, row.font, row.x, row.y)
            lines.append(Line(page, row.text, at, end, *place, cells=row.cells))
            at = end + 1
        printed = labels[page - 1] if page <= len(labels) else None
        spans.append(PageSpan(page, first, max(first, at - 1), printed))
    text = "\n".join(line.text for line in lines)
    return text, tuple(lines), tuple(_within(span, len(text)) for span in spans)


def _within(span: PageSpan, length: int) -> PageSpan:
    return PageSpan(span.page, min(span.start, length), min(span.end, length), span.printed)
