"""A table of comma- or tab-separated values as rows."""

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from workbench.domain.columns import ColumnMap, Sheet
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.lines import Source
from workbench.ingest.rows import looked_into, notices_of, require_found, write_rows
from workbench.ingest.text import decode

READER = "csv-2"
_DELIMITERS = ",\t;|"
_SAMPLE = 64 * 1024
_SAMPLE_ROWS = 50
_ALIKE = 0.8
_FIELD_SIZE = threading.Lock()


def read_csv(data: bytes, limits: Limits, chosen: ColumnMap | None = None) -> Source:
    """Return the rows of a table, with notices of how its columns were read and what was left out.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text; ``broken_csv`` with
            ``line`` where a quotation mark is never closed or closed too early;
            ``too_many_columns``; ``table_without_rows`` where only the head is there.
        InvalidInput: ``columns_missing`` where the file lacks a column that was chosen.
    """
    text, encoding, notices = decode(data)
    draft = Draft()
    with _long_cells(text):
        written = write_rows(draft, _rows(text), limits.row_limit, limits, "", chosen)
    require_found(chosen, (written.sheet,))
    if not written.rows and written.sheet.heads:
        raise UnreadableDocument("table_without_rows")
    return draft.source("csv", READER, "sheet", (*notices, *notices_of((written,))), encoding)


def csv_sheet(data: bytes, limits: Limits, chosen: ColumnMap | None = None) -> Sheet:
    """Return the columns of a table with some of its rows; errors as in ``read_csv``."""
    text, _, _ = decode(data)
    with _long_cells(text):
        return looked_into(_rows(text), limits, "", chosen)


@contextmanager
def _long_cells(text: str) -> Iterator[None]:
    """Let a cell be as long as its file; the module's limit is global, so one reads at a time."""
    with _FIELD_SIZE:
        usual = csv.field_size_limit(max(len(text), _SAMPLE))
        try:
            yield
        finally:
            csv.field_size_limit(usual)


def delimiter_of(text: str) -> str | None:
    """Return what separates the cells of ``text``; None where rows do not agree on any."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {mark: _columns(sample, mark) for mark in _DELIMITERS}
    best = max(scores, key=lambda mark: scores[mark])
    return best if scores[best] >= 2 else None


def _columns(sample: str, delimiter: str) -> int:
    """Return how many columns nearly all sampled rows have; 0 where they differ."""
    found = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(found, _SAMPLE_ROWS) if row)
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    return width if count >= _ALIKE * widths.total() else 0


def _rows(text: str) -> Iterator[list[str]]:
    delimiter = delimiter_of(text) or ","
    plain = text.replace("\x00", "")
    found = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from found
    except csv.Error as error:
        raise UnreadableDocument("broken_csv", line=found.line_num) from error
