"""Writes an Excel workbook from a CSV source: a note, bold heads, wrapped cells."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sample_corpora.build.archive import FIXED, repeatable
from sample_corpora.build.blocks import SourceError
from sample_corpora.build.source import NOTICE
from sample_corpora.build.subset import is_wide

_WIDEST, _NARROWEST = 60, 9
_SIDE = Side(style="thin", color="B8BCC4")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FILL = PatternFill("solid", start_color="EEF0F3")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its column heads and its rows, all of one length."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """A workbook to build."""

    origin: str
    file: str
    note: str
    sheets: tuple[Sheet, ...]


def read_sheets(path: Path) -> Sheets:
    """Return the workbook that a CSV source describes.

    Raises:
        SourceError: A missing line, a row of another length, or no 虚构示例.
    """
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    file = _directive(lines, 0, "file", path.name)
    note = _directive(lines, 1, "note", path.name)
    if NOTICE not in file or not file.endswith(".xlsx") or "/" in file:
        raise SourceError(f"{path.name}:1: the name must end in .xlsx and say {NOTICE}: {file!r}")
    if NOTICE not in note:
        raise SourceError(f"{path.name}:2: the note does not say {NOTICE}")
    sheets = tuple(_sheets(lines, path.name))
    if not sheets:
        raise SourceError(f"{path.name}: has no rows")
    return Sheets(path.name, file, note, sheets)


def _directive(lines: list[str], at: int, key: str, origin: str) -> str:
    line = lines[at].strip() if at < len(lines) else ""
    if not line.startswith(f"#{key}:"):
        raise SourceError(f"{origin}:{at + 1}: #{key}: is missing")
    return line.removeprefix(f"#{key}:").strip()


def _sheets(lines: list[str], origin: str) -> list[Sheet]:
    parts: list[tuple[str, int, list[str]]] = [("Sheet1", 3, [])]
    for at, line in enumerate(lines[2:], start=3):
        if line.startswith("#sheet:"):
            parts.append((line.removeprefix("#sheet:").strip(), at + 1, []))
        else:
            parts[-1][2].append(line)
    filled = [(name, at, rows) for name, at, rows in parts if "".join(rows).strip()]
    return [_sheet(name, at, rows, origin) for name, at, rows in filled]


def _sheet(name: str, first_line: int, lines: list[str], origin: str) -> Sheet:
    reader = csv.reader(io.StringIO("".join(lines)), strict=True)
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if not any(row):
                continue
            if rows and len(row) != len(rows[0]):
                line = first_line + reader.line_num - 1
                raise SourceError(
                    f"{origin}:{line}: {len(row)} cells under {len(rows[0])} column heads"
                )
            rows.append(tuple(row))
    except csv.Error as error:
        raise SourceError(f"{origin}:{first_line + reader.line_num - 1}: {error}") from error
    return Sheet(name, tuple(rows))


def xlsx_bytes(workbook: Sheets) -> bytes:
    """Return the workbook as XLSX; the same source gives the same bytes."""
    made = Workbook()
    made.remove(made.active)
    for at, sheet in enumerate(workbook.sheets):
        _fill(made.create_sheet(sheet.name), sheet, workbook.note if at == 0 else "")
    made.properties.creator = ""
    made.properties.created = FIXED.replace(tzinfo=None)
    out = io.BytesIO()
    made.save(out)
    return repeatable(out.getvalue())


def _fill(worksheet: Worksheet, sheet: Sheet, note: str) -> None:
    columns = len(sheet.rows[0])
    head = 1
    if note:
        worksheet.append([note])
        worksheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
        worksheet["A1"].alignment = Alignment(wrap_text=True, vertical="center")
        worksheet["A1"].font = Font(italic=True, color="6B7078")
        worksheet.row_dimensions[1].height = 32
        head = 2
    for row in sheet.rows:
        worksheet.append([_value(cell) for cell in row])
    for at, cells in enumerate(worksheet.iter_rows(min_row=head, max_col=columns)):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _BORDER
            if at == 0:
                cell.font, cell.fill = Font(bold=True), _FILL
    worksheet.freeze_panes = f"A{head + 1}"
    for at, column in enumerate(zip(*sheet.rows, strict=True), start=1):
        widest = max(_columns_of(cell) for cell in column) + 2
        worksheet.column_dimensions[get_column_letter(at)].width = min(
            _WIDEST, max(_NARROWEST, widest)
        )


def _value(cell: str) -> str | int | float:
    """Return a number where the cell is one as people write it; 007 and 1.10 stay text."""
    for kind in (int, float):
        try:
            number = kind(cell)
        except ValueError:
            continue
        if str(number) == cell:
            return number
    return cell


def _columns_of(cell: str) -> int:
    return max((sum(2 if is_wide(c) else 1 for c in line) for line in cell.split("\n")), default=0)
