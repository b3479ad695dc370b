"""The sheets of an Excel workbook as sections of rows."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from workbench.domain.columns import ColumnMap, Sheet
from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument, WorkbenchError
from workbench.ingest.archive import require_harmless
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.lines import Source
from workbench.ingest.rows import Written, looked_into, notices_of, require_found, write_rows

READER = "xlsx-2"
_SHEETS = "xl/worksheets/sheet"
_TOLD = 200
_UNCOMPUTED = re.compile(rb"(?:</f>|<f(?:\s[^<>]{0,200})?/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def read_xlsx(data: bytes, limits: Limits, chosen: ColumnMap | None = None) -> Source:
    """Return the visible sheets that hold anything, formulas as the values last computed.

    Raises:
        UnreadableDocument: ``damaged``, ``too_many_columns``, ``table_without_rows`` where there
            are heads alone, or what ``require_harmless`` raises.
        InvalidInput: ``columns_missing`` where the file lacks a column that was chosen.
    """
    draft = Draft()
    written: list[Written] = []
    with _opened(data) as book:
        for sheet in _visible(book):
            before = len(draft.lines)
            draft.name(sheet.title, 1)
            room = limits.row_limit - sum(one.rows for one in written)
            written.append(write_rows(draft, _rows(sheet), room, limits, sheet.title, chosen))
            if len(draft.lines) == before:
                draft.marks.pop()
            if not written[-1].complete:
                break
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    require_found(chosen, [one.sheet for one in written])
    if not draft.lines and any(one.sheet.heads for one in written):
        raise UnreadableDocument("table_without_rows")
    notices = (*notices_of(written), *_left_out(hidden, uncomputed(data)))
    return draft.source("xlsx", READER, "sheet", notices)


def xlsx_sheets(data: bytes, limits: Limits, chosen: ColumnMap | None = None) -> tuple[Sheet, ...]:
    """Return the columns of every sheet that holds anything; errors as in ``read_xlsx``."""
    with _opened(data) as book:
        found = (looked_into(_rows(sheet), limits, sheet.title, chosen) for sheet in _visible(book))
        return tuple(sheet for sheet in found if sheet.columns)


def xlsx_rows(data: bytes, limit: int) -> list[list[str]]:
    """Return the rows of the first sheet that holds any, at most ``limit``, as shown cells."""
    with _opened(data) as book:
        for sheet in _visible(book):
            rows = list(islice(_rows(sheet), limit))
            if any(any(cells) for cells in rows):
                return rows
    return []


def uncomputed(data: bytes) -> int:
    """Return how many formulas came without a value, as programs write that cannot compute."""
    found = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith(_SHEETS):
                found += len(_UNCOMPUTED.findall(archive.read(name)))
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    require_harmless(data)
    # Imported here: openpyxl loads numpy where it is installed, which no other format needs.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves out, and so does this reader.
            warnings.simplefilter("ignore")
            yield load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (MemoryError, WorkbenchError):
        raise
    except Exception as error:
        raise UnreadableDocument("damaged") from error


def _visible(book: Any) -> Iterator[Any]:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            # Many writers note a wrong size, which would hide cells.
            sheet.reset_dimensions()
            yield sheet


def _left_out(hidden: list[str], formulas: int) -> Iterator[Notice]:
    if hidden:
        names = ", ".join(hidden)[:_TOLD]
        yield Notice("hidden_sheets_left_out", {"count": len(hidden), "sheets": names})
    if formulas:
        yield Notice("formulas_without_values", {"count": formulas})


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True):
        yield [_shown(value) for value in row]


def _shown(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, dates without an empty time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
