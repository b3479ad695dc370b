"""A table of comma- or tab-separated values as rows."""

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
_NEVER = "\x1f"
_SAMPLE = 64 * 1024
_SAMPLE_ROWS = 50
_SHARE_ALIKE = 0.8
_SHARE_SEVERAL = 0.9
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


def csv_rows(data: bytes, limit: int) -> list[list[str]]:
    """Return the rows of a table of text, at most ``limit``; errors as in ``read_csv``."""
    text, _, _ = decode(data)
    with _long_cells(text):
        return list(islice(_rows(text), limit))


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
    widths = {mark: _widths(sample, mark) for mark in _DELIMITERS}
    for columns in (_alike, _several):
        scores = {mark: columns(widths[mark]) for mark in _DELIMITERS}
        best = max(scores, key=lambda mark: scores[mark])
        if scores[best] >= 2:
            return best
    return None


def _widths(sample: str, delimiter: str) -> list[int]:
    """Return how many cells each sampled row has, up to the first with an unpaired quotation."""
    found = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    widths: list[int] = []
    with suppress(csv.Error):  # where it is broken is told when the whole is read
        for row in islice(found, _SAMPLE_ROWS):
            widths += [len(row)] if row else []
    return widths


def _alike(widths: Sequence[int]) -> int:
    """Return how many columns nearly all rows have; 0 where they differ."""
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return width if count >= _SHARE_ALIKE * len(widths) else 0


def _several(widths: Sequence[int]) -> int:
    """Return how many columns the first row has, where nearly all rows have several; else 0."""
    count = sum(width >= 2 for width in widths)
    return widths[0] if widths and count >= _SHARE_SEVERAL * len(widths) else 0


def _rows(text: str) -> Iterator[list[str]]:
    plain = text.replace("\x00", "")
    delimiter = delimiter_of(plain)
    if delimiter is None:
        yield from _lines(plain)
        return
    found = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter, strict=True)
    began = 1
    try:
        for row in found:
            yield row
            began = found.line_num + 1
    except csv.Error as error:
        # Where the row begins: an open quotation mark swallows everything up to the last line.
        raise UnreadableDocument("broken_csv", line=began) from error


def _lines(text: str) -> list[list[str]]:
    """Return the rows of a table of one column, quoted or not: whole lines, commas and all."""
    found = csv.reader(io.StringIO(text, newline=""), delimiter=_NEVER, strict=True)
    try:
        return list(found)
    except csv.Error:
        return [[line] for line in text.splitlines()]
