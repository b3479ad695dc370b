"""The rows of a table file as they stand, for lists that are no documents."""

from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.ingest.csv_file import csv_rows
from workbench.ingest.limits import Limits, require_size
from workbench.ingest.sniff import kind_of
from workbench.ingest.xlsx_file import xlsx_rows


def rows_of(data: bytes, name: str, limits: Limits | None = None) -> list[list[str]]:
    """Return the rows of a table, of a workbook its first sheet's; plain text is one column.

    Raises:
        UnreadableDocument: As ``read_bytes``, or ``too_many_rows`` above the limits' rows.
        InvalidInput: ``columns_not_table``.
    """
    limits = limits or Limits()
    require_size(len(data), limits)
    kind = kind_of(data, name)
    if kind not in ("xlsx", "csv", "text"):
        raise InvalidInput("columns_not_table", kind=kind)
    read = xlsx_rows if kind == "xlsx" else csv_rows
    rows = read(data, limits.row_limit + 1)
    if len(rows) > limits.row_limit:
        raise UnreadableDocument("too_many_rows", limit=limits.row_limit)
    return rows
