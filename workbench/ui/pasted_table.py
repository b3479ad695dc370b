"""Reads a table that was pasted from a spreadsheet or from a CSV file."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.columns import SheetColumns, labels, row_reader
from workbench.words.heads import BODY_HEADS, NOTE_HEADS, TEXT_HEADS

_ALIKE = 0.8
_LONGEST_HEAD = 20
_NUMBER = re.compile(r"[-+#]?[\d.,:/%\s-]*")
_QUOTED_LINE = re.compile(r'^"', re.MULTILINE)
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A pasted table as candidates; ``columns`` were read of ``width``, ``head`` was left out."""

    documents: tuple[str, ...]
    rows: int
    width: int
    columns: tuple[str, ...]
    head: tuple[str, ...]


def recognised_table(text: str) -> Table | None:
    """Return the table that ``text`` clearly is; None where it may be lines or blocks."""
    if "\t" in text or _QUOTED_LINE.search(text):
        rows, _, folded = cells_of(text, "\t")
        width = _width(rows)
        if width >= 2 or (width == 1 and folded):
            return table_of(rows)
    if "," in text:
        rows, quoted, _ = cells_of(text, ",")
        alike = len({len(row) for row in rows}) == 1
        if len(rows) >= 2 and alike and len(rows[0]) >= 2 and (quoted or _is_head(rows[0])):
            return table_of(rows)
    return None


def forced_table(text: str) -> Table:
    """Return ``text`` as a table: cells between tabs, or between commas where it has no tab."""
    return table_of(cells_of(text, "\t" if "\t" in text else ",")[0])


def table_of(rows: Rows) -> Table:
    """Return a row as a candidate, of its text column if one is clearly that, else of all cells."""
    width = max(map(len, rows), default=0)
    head = tuple(cell.strip() for cell in rows[0]) if len(rows) > 1 and _is_head(rows[0]) else ()
    body = rows[1:] if head else rows
    names = labels(head, width)
    chosen = _columns(head, body, width)
    uses = SheetColumns(text=tuple(names[at] for at in chosen))
    read = row_reader(head if len(chosen) > 1 else (), names, uses)
    documents = tuple(filter(None, ("\n".join(read(row).lines) for row in body)))
    return Table(documents, len(rows), width, uses.text, head)


def cells_of(text: str, mark: str) -> tuple[list[list[str]], bool, bool]:
    """Return the rows that hold anything, whether a cell was quoted, and one with line breaks.

    Spreadsheets quote a cell only where they must: a quotation mark opens a cell only if another
    one closes it just before a border, and is a plain character otherwise.
    """
    # Possessive, so that a mark that is never closed costs one pass and not one for each length.
    cell = re.compile(rf'"((?:[^"]|"")*+)"(?=[{mark}\n]|\Z)|([^{mark}\n]*)')
    rows: list[list[str]] = [[]]
    quoted = folded = False
    at = 0
    while found := cell.match(text, at):
        inside, plain = found.groups()
        if inside is not None:
            quoted, folded = True, folded or "\n" in inside
        rows[-1].append(plain if inside is None else inside.replace('""', '"'))
        at = found.end()
        if at >= len(text):
            break
        if text[at] == "\n":
            rows.append([])
        at += 1
    return [row for row in rows if any(map(str.strip, row))], quoted, folded


def is_text_head(line: str) -> bool:
    """Return whether a line is nothing but the name of a column of texts."""
    return line.strip().casefold() in TEXT_HEADS


def _width(rows: Rows) -> int:
    """Return how many columns the rows have; 0 where they differ, as lines of code do."""
    widths = Counter(map(len, rows))
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    indented = sum(not row[0].strip() for row in rows)
    alike = count == len(rows) or (count >= _ALIKE * len(rows) and indented < len(rows) / 2)
    return width if alike else 0


def _is_head(row: Sequence[str]) -> bool:
    names = [cell.strip().casefold() for cell in row if cell.strip()]
    known = TEXT_HEADS if len(row) == 1 else TEXT_HEADS | BODY_HEADS | NOTE_HEADS
    short = all(len(name) <= _LONGEST_HEAD and not _NUMBER.fullmatch(name) for name in names)
    return short and any(name in known for name in names)


def _columns(head: Sequence[str], body: Rows, width: int) -> list[int]:
    lowered = [name.casefold() for name in head] + [""] * (width - len(head))
    named = [at for at, name in enumerate(lowered) if name in TEXT_HEADS]
    if len(named) == 1:
        return named
    telling = [at for at in range(width) if lowered[at] not in NOTE_HEADS and not _bare(body, at)]
    return telling or list(range(width))


def _bare(body: Rows, at: int) -> bool:
    """Return whether a column holds numbers or dates alone, or nothing."""
    return all(_NUMBER.fullmatch(row[at].strip()) for row in body if at < len(row))
