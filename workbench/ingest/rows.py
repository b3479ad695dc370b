"""Rows of table files: which row names the columns, and what each row reads as."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from workbench.domain.documents import Notice
from workbench.ingest.draft import Draft
from workbench.ingest.lines import HAN, collapsed

QUESTIONS = ("问题", "问", "提问", "标题", "question", "questions", "q", "query", "title")
ANSWERS = ("答案", "回答", "答", "答复", "内容", "answer", "answers", "a", "response", "content")
"""Names of columns, best first, that make a row a question and its answer."""

_LOOK_AHEAD = 5
_LONGEST_NAME = 60
_NUMBER = re.compile(r"^[-+]?[\d.,]+\s*%?$")
_SENTENCE = re.compile(r"[。！？!?]|[.;；]$")
_HAN_END = re.compile(f"[{HAN}）]$")

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns, and which of them hold questions and answers; None for neither."""

    names: tuple[str, ...] = ()
    question: int | None = None
    answer: int | None = None

    @property
    def asked(self) -> tuple[int, ...]:
        """Return the places of question and answer; empty where one of them is missing."""
        if self.question is None or self.answer is None:
            return ()
        return self.question, self.answer

    def notices(self, rows: int) -> tuple[Notice, ...]:
        """Return which columns ``rows`` rows were read by, where they are questions."""
        if not self.asked or not rows:
            return ()
        question, answer = (self.names[at] for at in self.asked)
        return (
            Notice("read_as_questions", {"question": question, "answer": answer, "rows": rows}),
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a table: its columns, how many rows, and whether that was all."""

    columns: Columns
    rows: int
    complete: bool


def write_rows(draft: Draft, rows: Iterable[Row], room: int) -> Written:
    """Return what was written of ``rows``: at most ``room``, each a block of its own.

    Every cell is a line ``name: value``. With columns of questions and answers the question
    stands first, then the answer, then the rest, and the row is of kind ``qa``; every other row
    is of kind ``table``. Empty rows are left out.
    """
    filled = (row for row in rows if any(cell.strip() for cell in row))
    first = list(islice(filled, _LOOK_AHEAD))
    at = next((n for n, row in enumerate(first) if _names_columns(row)), -1)
    columns = columns_of(first[at]) if at >= 0 else Columns()
    above = ((row, Columns()) for row in first[: max(at, 0)])
    below = ((row, columns) for row in chain(first[at + 1 :], filled))
    count = 0
    for row, named in chain(above, below):
        if count == room:
            return Written(columns, count, complete=False)
        _write(draft, row, named)
        count += 1
    return Written(columns, count, complete=True)


def columns_of(names: Row) -> Columns:
    """Return the columns that a head row names."""
    shown = tuple(collapsed(name) for name in names)
    return Columns(shown, _place(shown, QUESTIONS), _place(shown, ANSWERS))


def _names_columns(row: Row) -> bool:
    """Return whether a row is the head of a table: several short names, no number, no sentence."""
    names = [collapsed(cell) for cell in row if cell.strip()]
    columns = columns_of(row)
    if columns.asked:
        return True
    return 2 <= len(names) == len(set(names)) and not any(
        len(name) > _LONGEST_NAME or _NUMBER.match(name) or _SENTENCE.search(name) for name in names
    )


def _place(names: Row, known: Sequence[str]) -> int | None:
    lowered = [name.casefold() for name in names]
    return next((lowered.index(name) for name in known if name in lowered), None)


def _write(draft: Draft, row: Row, columns: Columns) -> None:
    asked = columns.asked
    whole = bool(asked) and all(at < len(row) and row[at].strip() for at in asked)
    order = [*asked, *(at for at in range(len(row)) if at not in asked)]
    draft.row(list(_cells(row, columns.names, order)), "qa" if whole else "table")


def _cells(row: Row, names: Row, order: Sequence[int]) -> Iterator[str]:
    for at in order:
        value = row[at].strip() if at < len(row) else ""
        if value:
            name = names[at] if at < len(names) else ""
            yield f"{name}{_colon(name)}{value}" if name else value


def _colon(name: str) -> str:
    return "：" if _HAN_END.search(name) else ": "
