"""The columns of a table file with a few rows, without reading the rest of it."""

from workbench.domain.columns import ColumnMap, Sheet
from workbench.domain.errors import InvalidInput
from workbench.ingest.csv_file import csv_sheet
from workbench.ingest.limits import Limits, require_size
from workbench.ingest.sniff import kind_of
from workbench.ingest.xlsx_file import xlsx_sheets


def sheets_of(
    data: bytes, name: str, limits: Limits | None = None, columns: ColumnMap | None = None
) -> tuple[Sheet, ...]:
    """Return the columns sheet by sheet, with some rows and the uses in force.

    Raises:
        UnreadableDocument: As ``read_bytes``.
        InvalidInput: ``columns_not_table``.
    """
    limits = limits or Limits()
    require_size(len(data), limits)
    kind = kind_of(data, name)
    if kind == "xlsx":
        return xlsx_sheets(data, limits, columns)
    if kind == "csv":
        return (csv_sheet(data, limits, columns),)
    raise InvalidInput("columns_not_table", kind=kind)
