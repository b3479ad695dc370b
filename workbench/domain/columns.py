"""How the columns of a table file are read: which asks, which answer, which only explain."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Json, canonical_json

ColumnUse: TypeAlias = Literal["question", "text", "context", "unused"]
USES: tuple[ColumnUse, ...] = ("question", "text", "context", "unused")

TABLES = ("csv", "xlsx")
"""Kinds of file that have columns to choose from."""

_HAN_END = re.compile("[\u3400-\u9fff\uf900-\ufaff）]$")


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """What each column of a sheet is for, by the names that ``labels`` gives.

    A row reads as its question, then its ``text`` columns in this order; the first of these is the
    answer. ``context`` columns are read before the passage and belong to none. Columns that are
    named nowhere are left out, like the ``unused`` ones, but told of. ``sheet`` None stands for
    every sheet that has all these columns.
    """

    sheet: str | None = None
    question: str | None = None
    text: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the columns that have to be there: all but the unused ones."""
        asked = (self.question,) if self.question is not None else ()
        return (*asked, *self.text, *self.context)

    def use_of(self, column: str) -> ColumnUse:
        """Return what a column is for; one that is named nowhere is unused."""
        if column == self.question:
            return "question"
        return "text" if column in self.text else "context" if column in self.context else "unused"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The uses that somebody chose for the columns of a file, sheet by sheet or for all alike."""

    sheets: tuple[SheetColumns, ...]

    def of(self, sheet: str) -> SheetColumns | None:
        """Return what was chosen for a sheet, by its name if possible, else for all sheets."""
        by_name = {columns.sheet: columns for columns in self.sheets}
        return by_name.get(sheet) or by_name.get(None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it is chosen from: its columns, some rows, and the uses in force.

    ``name`` is empty for a file without sheets. ``heads`` are the names as they stand in the file,
    empty strings where a column has none; ``columns`` tells them apart. ``chosen`` is false where
    ``uses`` were recognised, as ``recognised`` always are.
    """

    name: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    uses: SheetColumns
    recognised: SheetColumns
    chosen: bool


@dataclass(frozen=True, slots=True)
class RowText:
    """What a row reads as, in lines: its background, and the passage itself."""

    context: tuple[str, ...]
    lines: tuple[str, ...]
    answered: bool
    """Whether it is a question with its answer."""


def labels(heads: Sequence[str], width: int = 0) -> tuple[str, ...]:
    """Return a name of its own for each column: ``#3`` where it has none, ``价 (2)`` the second."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    for at in range(max(len(heads), width)):
        name = heads[at] if at < len(heads) else ""
        seen[name] += 1
        label = name if seen[name] == 1 else f"{name} ({seen[name]})"
        found.append(label if name else f"#{at + 1}")
    return tuple(found)


def row_reader(
    heads: Sequence[str], columns: Sequence[str], uses: SheetColumns, *, rest: bool = False
) -> Callable[[Sequence[str]], RowText]:
    """Return what tells a row's text: every filled cell a line ``name: value``, in order of use.

    With ``rest`` cells to the right of the last column are text too.
    """
    places = {name: at for at, name in reversed(list(enumerate(columns)))}
    asked = [places[uses.question]] if uses.question in places and uses.question else []
    text = [places[name] for name in uses.text if name in places]
    context = [places[name] for name in uses.context if name in places]

    def lines(row: Sequence[str], wanted: Iterable[int]) -> tuple[str, ...]:
        return tuple(filter(None, (_cell(heads, row, at) for at in wanted)))

    def read(row: Sequence[str]) -> RowText:
        right = range(len(columns), len(row)) if rest else ()
        answered = bool(asked and text and lines(row, asked) and lines(row, text[:1]))
        return RowText(lines(row, context), lines(row, (*asked, *text, *right)), answered)

    return read


def _cell(heads: Sequence[str], row: Sequence[str], at: int) -> str:
    value = row[at].strip() if at < len(row) else ""
    name = heads[at] if at < len(heads) else ""
    if not value or not name:
        return value
    return f"{name}{'：' if _HAN_END.search(name) else ': '}{value}"


def require_sound(columns: ColumnMap) -> None:
    """Return when every sheet has something to read and no column two uses.

    Raises:
        InvalidInput: ``columns_empty`` or ``column_twice``.
    """
    if not columns.sheets:
        raise InvalidInput("columns_empty")
    for sheet in columns.sheets:
        if sheet.question is None and not sheet.text:
            raise InvalidInput("columns_empty")
        for name, count in Counter((*sheet.wanted, *sheet.unused)).items():
            if count > 1:
                raise InvalidInput("column_twice", column=name)


def columns_text(columns: ColumnMap | None) -> str:
    """Return the uses in one canonical form, empty for None."""
    return "" if columns is None else canonical_json(columns_to_json(columns))


def columns_to_json(columns: ColumnMap | None) -> Json:
    """Return the uses as JSON, None for None."""
    if columns is None:
        return None
    return [
        {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
        for found in map(asdict, columns.sheets)
    ]


def columns_from_json(stored: Any) -> ColumnMap | None:
    """Return the uses that ``columns_to_json`` gave."""
    if stored is None:
        return None
    return ColumnMap(
        tuple(
            SheetColumns(
                one["sheet"],
                one["question"],
                tuple(one["text"]),
                tuple(one["context"]),
                tuple(one["unused"]),
            )
            for one in stored
        )
    )
