"""Rows of table files: what each row reads as, and what is told of their columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from workbench.domain.columns import ColumnMap, Sheet, SheetColumns, labels, row_reader
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.lines import without_controls
from workbench.ingest.table_heads import ANSWERS, QUESTIONS, Head, Row, head_of, names_of, place_of

_LOOK_AHEAD = 5
_TOLD = 30
_TOLD_NAME = 60
_SAMPLE_CELL = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a table: its sheet, how many rows, and whether that was all.

    ``silent`` rows hold nothing but background and became no passage.
    """

    sheet: Sheet
    rows: int = 0
    silent: int = 0
    complete: bool = True


def write_rows(
    draft: Draft,
    rows: Iterable[Row],
    room: int,
    limits: Limits,
    name: str,
    chosen: ColumnMap | None,
) -> Written:
    """Return what was written of ``rows``: at most ``room``, each a block of its own.

    Every cell is a line ``name: value``. With columns of questions and answers the question
    stands first, then the answer, then the rest, and the row is of kind ``qa``; every other row
    is of kind ``table``. Empty rows are left out.

    Raises:
        UnreadableDocument: ``too_many_columns``.
    """
    filled = _filled(rows, limits)
    first = list(islice(filled, _LOOK_AHEAD))
    sheet, head = sheet_of(first, name, chosen)
    plain = row_reader((), (), SheetColumns(), rest=True)
    read = row_reader(sheet.heads, sheet.columns, sheet.uses, rest=not sheet.chosen)
    above = ((row, plain) for row in first[: head.first])
    below = ((row, read) for row in chain(first[head.end :], filled))
    count = silent = 0
    for row, reader in chain(above, below):
        if count == room:
            return Written(sheet, count, silent, complete=False)
        text = reader(row)
        if not text.lines:
            silent += bool(text.context)
            continue
        draft.row(text.lines, "qa" if text.answered else "table", text.context)
        count += 1
    return Written(sheet, count, silent)


def sheet_of(first: Sequence[Row], name: str, chosen: ColumnMap | None) -> tuple[Sheet, Head]:
    """Return the sheet that begins with ``first``, and where its head stands.

    What was chosen holds where the sheet has all its columns; otherwise they are recognised.
    """
    wanted = chosen.of(name) if chosen else None
    head = (_head_with(first, wanted.wanted) if wanted else None) or head_of(first)
    columns = labels(head.names, max(map(len, first), default=0))
    recognised = _recognised(name, head.names, columns)
    fits = wanted is not None and set(columns) >= set(wanted.wanted)
    uses = replace(wanted, sheet=name) if wanted and fits else recognised
    samples = tuple(
        tuple(without_controls(cell)[:_SAMPLE_CELL] for cell in row) for row in first[head.end :]
    )
    return Sheet(name, head.names, columns, samples, uses, recognised, fits), head


def _head_with(first: Sequence[Row], wanted: Sequence[str]) -> Head | None:
    """Return the row that names all columns that are wanted, whatever it looks like."""
    width = max(map(len, first), default=0)
    for at, row in enumerate(first):
        names = names_of(row)
        # Numbers alone name columns in any row, so they say nothing about which is the head.
        if set(labels(names, width)) >= set(wanted) and set(wanted) & set(names):
            return Head(names, at, at + 1)
    return None


def looked_into(rows: Iterable[Row], limits: Limits, name: str, chosen: ColumnMap | None) -> Sheet:
    """Return the sheet that these rows begin, without reading further than its samples.

    Raises:
        UnreadableDocument: ``too_many_columns``.
    """
    return sheet_of(list(islice(_filled(rows, limits), _LOOK_AHEAD)), name, chosen)[0]


def notices_of(written: Sequence[Written]) -> tuple[Notice, ...]:
    """Return what to tell of the sheets that were read: by which columns, and what was left out."""
    found: list[Notice] = []
    asked = [one for one in written if one.rows and not one.sheet.chosen and _asks(one.sheet)]
    if asked:
        uses = asked[0].sheet.uses
        rows = sum(one.rows for one in asked)
        columns = {"question": uses.question, "answer": uses.text[0]}
        found.append(Notice("read_as_questions", {**columns, "rows": rows}))
    by_choice = [one for one in written if one.sheet.chosen]
    if by_choice:
        found.append(Notice("read_by_columns", {"rows": sum(one.rows for one in by_choice)}))
    left = [name for one in by_choice for name in _unnamed(one.sheet)]
    if left:
        found.append(Notice("columns_left_out", {"columns": _told(left), "count": len(left)}))
    if silent := sum(one.silent for one in written):
        found.append(Notice("rows_without_text", {"count": silent}))
    if not all(one.complete for one in written):
        found.append(Notice("rows_left_out", {"limit": sum(one.rows for one in written)}))
    return tuple(found)


def require_found(chosen: ColumnMap | None, sheets: Sequence[Sheet]) -> None:
    """Return when every choice held for a sheet.

    Raises:
        InvalidInput: ``columns_missing`` with what is missing, and what there is.
    """
    for wanted in chosen.sheets if chosen else ():
        meant = [one for one in sheets if wanted.sheet in (None, one.name)]
        if any(one.chosen and one.uses == replace(wanted, sheet=one.name) for one in meant):
            continue
        there = {name for one in meant for name in one.columns}
        missing = [name for name in wanted.wanted if name not in there]
        if wanted.sheet is not None and not meant:
            missing = [wanted.sheet]
        known = "; ".join(_listed(one) for one in (meant or sheets))
        raise InvalidInput("columns_missing", missing=_told(missing or wanted.wanted), known=known)


def _asks(sheet: Sheet) -> bool:
    return sheet.uses.question is not None and bool(sheet.uses.text)


def _unnamed(sheet: Sheet) -> Iterator[str]:
    named = {*sheet.uses.wanted, *sheet.uses.unused}
    return (name for name in sheet.columns if name not in named)


def _listed(sheet: Sheet) -> str:
    names = _told(sheet.columns)
    return f"{sheet.name}: {names}" if sheet.name else names


def _told(names: Sequence[str]) -> str:
    shown = ", ".join(name[:_TOLD_NAME] for name in names[:_TOLD])
    return f"{shown}, …" if len(names) > _TOLD else shown


def _recognised(sheet: str, heads: Sequence[str], columns: Sequence[str]) -> SheetColumns:
    question, answer = place_of(heads, QUESTIONS), place_of(heads, ANSWERS)
    if question is None or answer is None:
        return SheetColumns(sheet, None, tuple(columns))
    rest = (name for at, name in enumerate(columns) if at not in (question, answer))
    return SheetColumns(sheet, columns[question], (columns[answer], *rest))


def _filled(rows: Iterable[Row], limits: Limits) -> Iterator[Row]:
    """Return the rows that hold anything, without the empty cells at their ends."""
    for row in rows:
        width = next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)
        if width > limits.column_limit:
            raise UnreadableDocument("too_many_columns", columns=width, limit=limits.column_limit)
        if width:
            yield row[:width]
