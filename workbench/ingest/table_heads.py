"""Which of a table's first rows names its columns, in one row or under grouping names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from workbench.ingest.lines import collapsed, without_controls

QUESTIONS = ("问题", "问", "提问", "标题", "question", "questions", "q", "query", "title")
ANSWERS = ("答案", "回答", "答", "答复", "内容", "answer", "answers", "a", "response", "content")
"""Names of columns, best first, that make a row a question and its answer."""

_LONGEST_NAME = 60
_NUMBER = re.compile(r"^[-+]?[\d.,]+\s*%?$")
_SENTENCE = re.compile(r"[。！？!?]|[.;；]$")

Row: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True)
class Head:
    """The names of the columns, and between which rows they stand: ``first`` until before ``end``.

    Without a head there are no names, and the table begins with its first row.
    """

    names: tuple[str, ...] = ()
    first: int = 0
    end: int = 0


def head_of(first: Sequence[Row]) -> Head:
    """Return the head of the table that begins with these rows.

    Names that stand over several columns, as merged cells do, come before the names below them.
    """
    for at in range(len(first)):
        if _names_columns(first, at):
            if _groups(first, at):
                return Head(_under_groups(first, at), at, at + 2)
            return Head(names_of(first[at]), at, at + 1)
    return Head()


def names_of(row: Row) -> tuple[str, ...]:
    """Return the cells of a row as names: on one line, without control characters."""
    return tuple(collapsed(without_controls(name)) for name in row)


def place_of(names: Row, known: Sequence[str]) -> int | None:
    """Return where the best of the known names stands; None where none does."""
    lowered = [name.casefold() for name in names]
    return next((lowered.index(name) for name in known if name in lowered), None)


def _names_columns(first: Sequence[Row], at: int) -> bool:
    """Return whether a row is a head: several short names, no number, no sentence.

    A name may stand twice, but not below itself: there it would be a value.
    """
    names = [name for name in names_of(first[at]) if name]
    if place_of(names, QUESTIONS) is not None and place_of(names, ANSWERS) is not None:
        return True
    if len(names) == 1:
        alone = max(map(len, first)) == 1
        return alone and names[0].casefold() in (*QUESTIONS, *ANSWERS)
    if 0 < at == len(first) - 1 and len(first[at - 1]) >= len(first[at]):
        return False  # nothing stands below it, and rows like it above: the last of the values
    twice = len(set(names)) < len(names)
    return len(set(names)) >= 2 and all(map(_is_name, names)) and not (twice and _recurs(first, at))


def _is_name(name: str) -> bool:
    return not (len(name) > _LONGEST_NAME or _NUMBER.match(name) or _SENTENCE.search(name))


def _recurs(first: Sequence[Row], at: int) -> bool:
    below = first[at + 1 :]
    return not below or any(
        name and _cell(row, column) == name
        for column, name in enumerate(names_of(first[at]))
        for row in below
    )


def _groups(first: Sequence[Row], at: int) -> bool:
    """Return whether a head's gaps are filled by names, and not by values, in the row below.

    That they are names shows where a number stands below one of them.
    """
    if at + 2 >= len(first):
        return False
    above, names = names_of(first[at]), names_of(first[at + 1])
    fills = any(name and not _cell(above, column) for column, name in enumerate(names))
    return (
        fills
        and all(_is_name(name) for name in names if name)
        and any(
            name and _NUMBER.match(_cell(row, column))
            for row in first[at + 2 :]
            for column, name in enumerate(names)
        )
    )


def _under_groups(first: Sequence[Row], at: int) -> tuple[str, ...]:
    above, names = names_of(first[at]), names_of(first[at + 1])
    heads: list[str] = []
    group = ""
    for column in range(max(len(above), len(names))):
        group = _cell(above, column) or group
        name = _cell(names, column)
        heads.append(f"{group} {name}" if group and name else _cell(above, column) or name)
    return tuple(heads)


def _cell(row: Row, column: int) -> str:
    return row[column].strip() if column < len(row) else ""
