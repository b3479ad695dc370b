"""A table of comma- or tab-separated values as rows."""

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.lines import Source
from workbench.ingest.rows import write_rows
from workbench.ingest.text import decode

READER = "csv-1"
_DELIMITERS = ",\t;|"
_SAMPLE = 64 * 1024
_SAMPLE_ROWS = 50
_ALIKE = 0.8
_FIELD_SIZE = threading.Lock()


def read_csv(data: bytes, limits: Limits) -> Source:
    """Return the rows of a table, with a notice where there are more than may be read.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text; ``broken_csv`` with
            ``line`` where a quotation mark is never closed or closed too early.
    """
    text, encoding, notices = decode(data)
    draft = Draft()
    # The module's limit for one cell is global; a cell may be as long as its file.
    with _FIELD_SIZE:
        usual = csv.field_size_limit(max(len(text), _SAMPLE))
        try:
            written = write_rows(draft, _rows(text), limits.row_limit)
        finally:
            csv.field_size_limit(usual)
    left_out = () if written.complete else (Notice("rows_left_out", {"limit": written.rows}),)
    told = (*notices, *written.columns.notices(written.rows), *left_out)
    return draft.source("csv", READER, "sheet", told, encoding)


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
