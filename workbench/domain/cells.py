"""Cells of a table file that no spreadsheet runs as a formula."""

import re

BOM = "\ufeff"
"""Before a table in UTF-8: spreadsheets need it for Chinese."""

_FORMULA = re.compile(r"^[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")


def guarded(cell: str) -> str:
    """Return the cell, with an apostrophe before what looks like a formula."""
    return f"'{cell}" if _FORMULA.search(cell) else cell


def unguarded(cell: str) -> str:
    """Return the cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.search(cell[1:]) else cell
