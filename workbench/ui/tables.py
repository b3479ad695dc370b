"""Tables of results, and their download as CSV that a spreadsheet opens safely."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd
import streamlit as st

from workbench.domain.cells import BOM, guarded
from workbench.domain.rankings import RerankerInfo
from workbench.words.say import Tongue, say

Cell: TypeAlias = str | int | float | None


ABSENT = "–"
"""Stands where a row has no value."""


def filled(rows: Sequence[Mapping[str, Cell]]) -> list[dict[str, Cell]]:
    """Return the rows without the columns that none of them fills, other gaps marked."""
    kept = [name for name in rows[0] if any(row[name] is not None for row in rows)] if rows else []
    return [{name: ABSENT if row[name] is None else row[name] for name in kept} for row in rows]


def guarded_cell(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return guarded(cell) if isinstance(cell, str) else cell


def csv_bytes(rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte order mark, which spreadsheets need for Chinese."""
    safe = [
        {str(guarded_cell(name)): guarded_cell(cell) for name, cell in row.items()} for row in rows
    ]
    return f"{BOM}{pd.DataFrame(safe).to_csv(index=False)}".encode()


def show_table(
    rows: Sequence[Mapping[str, Cell]],
    alt: str,
    *,
    height: int | None = None,
    text_column: str | None = None,
) -> None:
    """Draw rows as a table of plain text; ``text_column`` gets the room that is left."""
    fractions = {name for row in rows for name, cell in row.items() if isinstance(cell, float)}
    columns = {name: st.column_config.NumberColumn(format="%.5f") for name in fractions}
    if text_column:
        columns[text_column] = st.column_config.TextColumn(width="large")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt=alt,
        height=height or "auto",
        column_config=columns,
    )


def download(
    rows: Sequence[Mapping[str, Cell]],
    name: str,
    key: str,
    tongue: Tongue,
    info: RerankerInfo | None = None,
) -> None:
    """Draw the button that saves rows as CSV; each names the host that texts were sent to."""
    if info is not None and info.host:
        rows = [{**row, say("ui.remote.column", tongue): info.host} for row in rows]
    st.download_button(
        say("ui.tables.csv", tongue),
        csv_bytes(rows),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )
