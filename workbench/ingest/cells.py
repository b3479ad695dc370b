"""Rows of tables on a page, told by the places where their cells begin."""

import re
from collections.abc import Sequence
from typing import Protocol

from workbench.ingest.lines import width

_WIDEST_SPACE = 1.0
_ALIGNED = 2.5
_NEAR = 3
_LABEL = re.compile(r"^(?:[(（]?\w{1,4}[)）.、．:：]|\d+(?:\.\d+)+\.?|第\S{1,9}|[①-⑳])$")
_BULLET = re.compile(r"[^\w\s]{1,2}$")
_EQUATION = re.compile(r"[(（]\d{1,3}(?:[.-]\d{1,3})?[)）]$")
_LEADER = re.compile(r"(?:[.·…⋯・_] ?){4,}")


class Piece(Protocol):
    """Text set at one place; pieces that go on in the same run repeat the place of its start."""

    @property
    def text(self) -> str:
        """Return the characters."""

    @property
    def size(self) -> float:
        """Return the type's size in points."""

    @property
    def x(self) -> float:
        """Return the distance from the page's left edge in points."""


def cells_of(page: Sequence[Sequence[Piece]]) -> list[tuple[int, ...]]:
    """Return for each line of a page the indices of the pieces that begin a table's cells.

    Two or more for a row, the first visible one included; one for a line that goes on in an inner
    column of the row above; none for a line outside tables. A row shares the place of an inner
    cell with another row at most three lines away.
    """
    found = [_parted(line) for line in page]
    inner = [[line[i].x for i in starts[1:]] for line, starts in zip(page, found, strict=True)]
    cells: list[tuple[int, ...]] = []
    columns: list[float] = []
    for at, starts in enumerate(found):
        near = [*inner[max(0, at - _NEAR) : at], *inner[at + 1 : at + 1 + _NEAR]]
        others = [x for row in near for x in row]
        if len(starts) > 1 and any(_stands_at(x, others) for x in inner[at]):
            columns = inner[at]
            cells.append(starts)
        elif len(starts) == 1 and _stands_at(page[at][starts[0]].x, columns):
            cells.append(starts)
        else:
            columns = columns if not starts else []
            cells.append(())
    return cells


def _parted(line: Sequence[Piece]) -> tuple[int, ...]:
    """Return where the cells of a line begin if it is one; a label before a text makes no cell."""
    starts: list[int] = []
    place = end = 0.0
    for at, piece in enumerate(line):
        if not piece.text.strip():
            continue
        if starts and piece.x < place - _ALIGNED:
            return tuple(starts[:1])
        wide = piece.x - end > _WIDEST_SPACE * piece.size
        if not starts or (wide and not _inside_a_word(line[at - 1].text, piece.text)):
            starts.append(at)
        long = width(piece.text) * piece.size / 2
        end = end + long if starts[0] != at and piece.x == place else piece.x + long
        place = piece.x
    return tuple(starts) if _is_row(line, starts) else tuple(starts[:1])


def _is_row(line: Sequence[Piece], starts: Sequence[int]) -> bool:
    """Return whether parts of a line may be cells: no label, leader or equation number."""
    text = "".join(piece.text for piece in line)
    if len(starts) < 2 or _LEADER.search(text):
        return False
    first = "".join(piece.text for piece in line[: starts[1]]).strip()
    last = "".join(piece.text for piece in line[starts[-1] :]).strip()
    if _BULLET.match(first):
        return False
    return len(starts) > 2 or not (_LABEL.match(first) or _EQUATION.match(last))


def _inside_a_word(before: str, after: str) -> bool:
    """Return whether Latin text goes on, whose letters may be wider than they are reckoned."""
    ends = before[-1:] + after[:1]
    return ends.isascii() and len("".join(ends.split())) == 2


def _stands_at(x: float, columns: Sequence[float]) -> bool:
    return any(abs(x - column) <= _ALIGNED for column in columns)
