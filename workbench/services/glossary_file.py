"""A glossary as a table file: rows of Chinese and English terms in, and out again."""

import csv
import io
from collections.abc import Iterable, Iterator

from workbench.domain.cells import BOM, guarded, unguarded
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.domain.glossaries import ENTRY_LIMIT, GlossaryEntry, GlossaryRow
from workbench.ingest.text import decode

FILE_BYTES = 20 * 1024 * 1024
HEADS = {
    "zh": ("zh", "zh-cn", "中文", "chinese", "汉语", "中文术语"),
    "en": ("en", "en-us", "英文", "english", "英语", "英文术语"),
    "note": ("note", "notes", "备注", "说明", "注释"),
}
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
"""Beginnings of .xlsx, .xls and .pdf, which a guess at an encoding would take for text."""
_MARKS = ",;\t，；|"
_COLUMNS = ("zh", "en", "note")


def read_glossary(data: bytes) -> tuple[list[GlossaryRow], tuple[Notice, ...]]:
    """Return the rows below the head, numbered as a spreadsheet does, and what is to be told.

    The encoding and what separates the cells are recognised; columns may stand in any order.

    Raises:
        InvalidInput: ``glossary_file_large`` (size, limit), ``glossary_not_text``,
            ``glossary_columns`` (found) where no column is headed zh and en,
            ``glossary_broken`` (row), ``glossary_too_many`` (count, limit).
    """
    if len(data) > FILE_BYTES:
        raise InvalidInput("glossary_file_large", size=len(data), limit=FILE_BYTES)
    text, notices = _decoded(data)
    places: dict[str, int] = {}
    rows: list[GlossaryRow] = []
    for number, cells in _rows(text.replace("\x00", "")):
        if places:
            rows.append(GlossaryRow(number, *_values(cells, places)))
        else:
            places = _places(cells)
    if not places:
        raise InvalidInput("glossary_columns", found="–")
    if len(rows) > ENTRY_LIMIT:
        raise InvalidInput("glossary_too_many", count=len(rows), limit=ENTRY_LIMIT)
    return rows, notices


def write_glossary(entries: Iterable[GlossaryEntry]) -> bytes:
    """Return the entries as CSV that spreadsheets open as Chinese and run nothing of."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(e.zh), guarded(e.en), guarded(e.note)] for e in entries)
    return f"{BOM}{out.getvalue()}".encode()


def _decoded(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    if data.startswith(_BINARY):
        raise InvalidInput("glossary_not_text")
    try:
        text, encoding, notices = decode(data)
    except UnreadableDocument as error:
        raise InvalidInput("glossary_not_text") from error
    if any(notice.code == "encoding_guessed" for notice in notices) and encoding != "gb18030":
        # A list of terms is short for a detector; what Chinese Excel writes is the likeliest.
        try:
            simplified = data.decode("gb18030")
        except UnicodeDecodeError:
            return text, notices
        return simplified, (Notice("encoding_guessed", {"encoding": "gb18030"}),)
    return text, notices


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything with their numbers, but for Excel's hint ``sep=;``."""
    found = csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text), strict=True)
    number = 0
    try:
        for number, cells in enumerate(found, start=1):
            hint = number == 1 and cells and cells[0].strip().lower().startswith("sep=")
            if any(cell.strip() for cell in cells) and not hint:
                yield number, cells
    except csv.Error as error:
        raise InvalidInput("glossary_broken", row=number + 1) from error


def _mark(text: str) -> str:
    """Return what separates the cells: the one by which a head is read, else the comma."""
    for line in text.splitlines()[:5]:
        for mark in _MARKS:
            cells = next(csv.reader([line], delimiter=mark), [])
            if {"zh", "en"} <= _named(cells).keys():
                return mark
    return ","


def _named(cells: list[str]) -> dict[str, int]:
    """Return where each column stands, of those that are there."""
    heads = [cell.strip().strip(BOM).casefold() for cell in cells]
    return {
        column: next(at for at, head in enumerate(heads) if head in names)
        for column, names in HEADS.items()
        if any(head in names for head in heads)
    }


def _places(cells: list[str]) -> dict[str, int]:
    places = _named(cells)
    if not {"zh", "en"} <= places.keys():
        found = ", ".join(cell.strip()[:40] for cell in cells[:6])
        raise InvalidInput("glossary_columns", found=found)
    return places


def _values(cells: list[str], places: dict[str, int]) -> tuple[str, ...]:
    return tuple(
        unguarded(cells[places[column]]) if places.get(column, len(cells)) < len(cells) else ""
        for column in _COLUMNS
    )
