"""Questions of a file: a table with a column of questions, lines of text, or JSON lines."""

import json
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.cells import unguarded
from workbench.domain.errors import InvalidInput
from workbench.domain.judgements import NO_ANSWER
from workbench.domain.text import display_name
from workbench.ingest.text import decode

HEADS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "query", "text", "问题", "题目", "提问", "问", "q"),
    "tags": ("tags", "tag", "labels", "标签", "分类", "类别"),
    "note": ("note", "notes", "comment", "备注", "说明", "注释"),
    "state": ("state", "answerable", "covered", "状态", "库里有没有"),
}
UNANSWERED = frozenset({NO_ANSWER, "no", "none", "0", "false", "没有", "无", "库里没有答案"})
"""What the column of states says of a question that the library does not answer."""
_TAG_MARKS = ",，;；、|"

Rows = Callable[[str, str], list[list[str]]]
"""Reads a table file's rows, by path and name."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as somebody wrote it; ``line`` is its row in the file, from 1."""

    text: str
    tags: tuple[str, ...] = ()
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """What a file holds: its columns, which of them is used for what, and the questions."""

    columns: tuple[str, ...]
    uses: Mapping[str, str]
    questions: tuple[NewQuestion, ...]
    blank: int


def read_questions(
    rows: Rows, name: str, data: bytes, uses: Mapping[str, str] | None = None
) -> QuestionFile:
    """Return the questions of a file, by the columns chosen or else recognised.

    In a table of several columns without one that is called so, the wordiest holds the questions.

    Raises:
        InvalidInput: ``questions_column_missing`` where a chosen column is not there,
            ``questions_line_wrong`` for JSON lines, ``columns_not_table``.
        UnreadableDocument: The file cannot be read.
    """
    if name.lower().endswith((".jsonl", ".ndjson")):
        return _json_lines(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(display_name(name)).suffix}"
        path.write_bytes(data)
        found = rows(str(path), name)
    return _table([[unguarded(cell).strip() for cell in row] for row in found], uses)


def lines_of(text: str) -> tuple[NewQuestion, ...]:
    """Return one question a line; empty lines are none."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(NewQuestion(line.strip(), line=at) for at, line in lines if line.strip())


def _table(rows: Sequence[Sequence[str]], uses: Mapping[str, str] | None) -> QuestionFile:
    head = list(rows[0]) if rows else []
    known = _recognised(head)
    chosen = dict(uses) if uses is not None else known
    headed = bool(known) or uses is not None or len(head) > 1
    if headed and "question" not in chosen:
        chosen["question"] = _wordiest(rows, set(chosen.values()))
    columns = tuple(head) if headed else ()
    for use, column in chosen.items():
        if column not in head:
            raise InvalidInput("questions_column_missing", column=column, use=use)
    places = {use: head.index(column) for use, column in chosen.items()} or {"question": 0}
    body = list(enumerate(rows, start=1))[1 if headed else 0 :]
    questions = tuple(
        _question(row, places, line) for line, row in body if _cell(row, places, "question")
    )
    return QuestionFile(columns, chosen, questions, len(body) - len(questions))


def _recognised(head: Sequence[str]) -> dict[str, str]:
    """Return which column is for what, by what it is called."""
    found: dict[str, str] = {}
    for use, names in HEADS.items():
        by_name = {cell.strip().casefold(): cell for cell in reversed(head)}
        named = next((by_name[one] for one in names if one in by_name), None)
        if named is not None:
            found[use] = named
    return found


def _wordiest(rows: Sequence[Sequence[str]], used: Collection[str]) -> str:
    """Return the column with most text among those that are for nothing else."""
    head = rows[0]
    free = [at for at, name in enumerate(head) if name not in used] or [0]
    return head[max(free, key=lambda at: sum(len(row[at]) for row in rows[1:] if at < len(row)))]


def _cell(row: Sequence[str], places: Mapping[str, int], use: str) -> str:
    at = places.get(use)
    return row[at].strip() if at is not None and at < len(row) else ""


def _question(row: Sequence[str], places: Mapping[str, int], line: int) -> NewQuestion:
    tags = list(split_tags(_cell(row, places, "tags")))
    if _cell(row, places, "state").casefold() in UNANSWERED - {""} and NO_ANSWER not in tags:
        tags.append(NO_ANSWER)
    return NewQuestion(
        _cell(row, places, "question"), tuple(tags), _cell(row, places, "note"), line
    )


def split_tags(text: str) -> tuple[str, ...]:
    """Return tags that stand between commas of any kind, each once."""
    for mark in _TAG_MARKS[1:]:
        text = text.replace(mark, _TAG_MARKS[0])
    return tuple(dict.fromkeys(one.strip() for one in text.split(_TAG_MARKS[0]) if one.strip()))


def _json_lines(data: bytes) -> QuestionFile:
    text, _, _ = decode(data)
    found: list[NewQuestion] = []
    lines = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for at, line in lines:
        try:
            row = json.loads(line)
            metadata = row.get("metadata") or {}
            tags = tuple(str(tag) for tag in metadata.get("tags", ()))
            if metadata.get("answer") == "none" and NO_ANSWER not in tags:
                tags = (*tags, NO_ANSWER)
            found.append(NewQuestion(str(row["text"]).strip(), tags, line=at))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput("questions_line_wrong", line=at, reason=str(error)[:80]) from error
    kept = tuple(one for one in found if one.text)
    return QuestionFile(("text",), {"question": "text"}, kept, len(found) - len(kept))
