"""Sets a table: column widths, wrapped cells, ruled lines and a shaded head."""

from dataclasses import dataclass

from sample_corpora.build.blocks import Run, Runs, SourceError, Table
from sample_corpora.build.page import RULE, Box, Mark, Stroke, Words
from sample_corpora.build.typeset import Faces, SetLine, set_lines, widest_word, width_of

SIZE = 9.5
_LEADING = SIZE * 1.5
_PAD_X, _PAD_Y = 6.0, 5.5


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells in lines, and its height in points."""

    cells: tuple[tuple[SetLine, ...], ...]
    height: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be drawn; row 0 is its head."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]

    def marks(self, at: int, left: float, top: float) -> list[Mark]:
        """Return the marks of a row whose upper edge is ``top``."""
        row = self.rows[at]
        right = left + sum(self.widths)
        bottom = top - row.height
        marks: list[Mark] = []
        if at == 0:
            marks += [Box(left, bottom, right - left, row.height), Stroke(left, top, right, top)]
        marks.append(Stroke(left, bottom, right, bottom))
        x = left
        marks.append(Stroke(x, top, x, bottom))
        for cell, width in zip(row.cells, self.widths, strict=True):
            for place, line in enumerate(cell):
                y = top - _PAD_Y - (place + 0.76) * _LEADING
                marks.append(Words(x + _PAD_X, y, SIZE, line))
            x += width
            marks.append(Stroke(x, top, x, bottom, RULE))
        return marks


def grid(table: Table, faces: Faces, measure: float, origin: str) -> Grid:
    """Return the table set to the measure.

    Raises:
        SourceError: The words of the columns are too wide for the page together.
    """
    head = tuple(tuple(Run(run.text, True, run.code) for run in cell) for cell in table.head)
    rows = (head, *table.rows)
    widths = _widths(rows, faces, measure, origin)
    return Grid(widths, tuple(_row(row, widths, faces) for row in rows))


def _row(cells: tuple[Runs, ...], widths: tuple[float, ...], faces: Faces) -> Row:
    lines = tuple(
        set_lines(cell, faces, SIZE, width - 2 * _PAD_X, ragged=True)
        for cell, width in zip(cells, widths, strict=True)
    )
    tallest = max(len(cell) for cell in lines)
    return Row(lines, tallest * _LEADING + 2 * _PAD_Y)


def _widths(
    rows: tuple[tuple[Runs, ...], ...], faces: Faces, measure: float, origin: str
) -> tuple[float, ...]:
    """Return column widths that fill the measure: what must be, the rest by need."""
    columns = list(zip(*rows, strict=True))
    least = [
        max(widest_word(cell, faces, SIZE) for cell in column) + 2 * _PAD_X + 0.5
        for column in columns
    ]
    # A column of short words reads badly one character wide.
    least = [max(width, 4 * SIZE) for width in least]
    natural = [
        max(width_of(cell, faces, SIZE) for cell in column) + 2 * _PAD_X + 0.5 for column in columns
    ]
    natural = [max(a, b) for a, b in zip(least, natural, strict=True)]
    if sum(least) > measure:
        raise SourceError(f"{origin}: a table with {len(columns)} columns is too wide for the page")
    if sum(natural) <= measure:
        extra = (measure - sum(natural)) / len(natural)
        return tuple(width + extra for width in natural)
    # Square roots: a column with ten times the text gets about three times the width.
    wish = [(n - m) ** 0.5 for n, m in zip(natural, least, strict=True)]
    room = measure - sum(least)
    return tuple(m + room * w / sum(wish) for m, w in zip(least, wish, strict=True))
