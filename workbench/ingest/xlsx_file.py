"""The sheets of an Excel workbook as sections of rows."""

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.archive import require_harmless
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.lines import Source
from workbench.ingest.rows import Columns, write_rows

READER = "xlsx-1"


def read_xlsx(data: bytes, limits: Limits) -> Source:
    """Return the sheets that hold anything, formulas as the values that were last computed.

    Raises:
        UnreadableDocument: ``damaged``, or what ``require_harmless`` raises.
    """
    require_harmless(data)
    draft = Draft()
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves out, and so does this reader.
            warnings.simplefilter("ignore")
            notices = _sheets(draft, data, limits.row_limit)
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableDocument("damaged") from error
    return draft.source("xlsx", READER, "sheet", notices)


def _sheets(draft: Draft, data: bytes, limit: int) -> tuple[Notice, ...]:
    # Imported here: openpyxl loads numpy where it is installed, which no other format needs.
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    total, asked, columns, complete = 0, 0, Columns(), True
    for sheet in book.worksheets:
        # Many writers note a wrong size, which would hide cells.
        sheet.reset_dimensions()
        before = len(draft.lines)
        draft.name(sheet.title, 1)
        written = write_rows(draft, _rows(sheet), limit - total)
        if len(draft.lines) == before:
            draft.marks.pop()
        total += written.rows
        if written.columns.asked:
            asked += written.rows
            columns = columns if columns.asked else written.columns
        if not written.complete:
            complete = False
            break
    left_out = () if complete else (Notice("rows_left_out", {"limit": total}),)
    return (*columns.notices(asked), *left_out)


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
