"""Rows of labels out of files of several tools, told apart by their columns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.domain.cells import unguarded
from workbench.domain.errors import InvalidInput, NotFound, Param
from workbench.evaluation.formats.beir import QRELS_HEADER
from workbench.evaluation.formats.quepid import HEAD
from workbench.evaluation.formats.trec import unescaped
from workbench.ingest.text import decode
from workbench.services.question_files import Rows

FileFormat: TypeAlias = Literal["table", "quepid", "trec", "beir"]
HEADS: Mapping[str, tuple[str, ...]] = {
    "question": ("query_id", "question", "query", "query-id", "问题", "题目"),
    "text": ("question", "query", "问题", "题目"),
    "passage": ("chunk_id", "docid", "corpus-id"),
    "document": ("document", "文档", "文件"),
    "section": ("section", "章节"),
    "quote": ("passage", "quote", "段落", "原文", "引文"),
    "grade": ("grade", "rating", "score", "label", "评分", "分数"),
    "note": ("note", "备注"),
    "criterion": ("criterion", "criterion-id", "评判标准"),
}


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label as a file says it; ``line`` counts from 1."""

    line: int
    question: str
    text: str
    passage: str
    document: str
    section: str
    quote: str
    grade: str
    note: str
    criterion: str = ""


def read_labels(path: Path, rows: Rows) -> tuple[FileFormat, list[LabelRow]]:
    """Return the labels of a file or of a folder as BEIR lays it out, line by line.

    Raises:
        As ``LabelFiles.preview``.
    """
    if not path.exists():
        raise NotFound("path_missing", path=str(path))
    if path.is_dir():
        return "beir", list(_beir(path, rows))
    if path.suffix.lower() in (".qrels", ".qrel") or _is_trec(path):
        return "trec", list(_trec(path))
    table = [[unguarded(cell).strip() for cell in row] for row in rows(str(path), path.name)]
    head = tuple(cell.casefold() for cell in table[0]) if table else ()
    found = list(_table(table, path))
    form: FileFormat = "quepid" if head == HEAD else "beir" if head[:3] == QRELS_HEADER else "table"
    return form, [one for one in found if one.grade]


def _is_trec(path: Path) -> bool:
    """Return whether the first line reads like ``QUERY 0 DOCUMENT GRADE``."""
    if path.suffix.lower() not in (".txt", ""):
        return False
    first = next(iter(_text(path).splitlines()), "").split()
    return len(first) == 4 and first[1] in ("0", "Q0")


def _text(path: Path) -> str:
    text, _, _ = decode(path.read_bytes())
    return text


def _trec(path: Path) -> Iterator[LabelRow]:
    for line, text in enumerate(_text(path).splitlines(), start=1):
        cells = text.split()
        if cells:
            query, _, document, grade, *_ = (*cells, "", "", "", "")
            yield LabelRow(line, unescaped(query), "", unescaped(document), "", "", "", grade, "")


def _beir(folder: Path, rows: Rows) -> Iterator[LabelRow]:
    path = next(
        (one for one in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if one.exists()), None
    )
    if path is None:
        raise InvalidInput("labels_columns_missing", file=folder.name, columns="qrels.tsv")
    texts = _texts(folder / "queries.jsonl")
    for row in _table(rows(str(path), path.name), path):
        yield replace(row, text=texts.get(row.question, ""))


def _table(rows: Sequence[Sequence[str]], path: Path) -> Iterator[LabelRow]:
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    places = {
        use: head.index(name)
        for use, names in HEADS.items()
        if (name := next((one for one in names if one in head), None)) is not None
    }
    missing = [use for use in ("question", "grade") if use not in places]
    if missing or not {"passage", "quote"} & places.keys():
        named: Param = ", ".join(rows[0])[:120] if rows else ""
        raise InvalidInput("labels_columns_missing", file=path.name, columns=named)
    for line, row in enumerate(rows[1:], start=2):
        cells = {use: row[at].strip() if at < len(row) else "" for use, at in places.items()}
        if any(cells.values()):
            yield LabelRow(line, **{use: cells.get(use, "") for use in HEADS})


def _texts(path: Path) -> dict[str, str]:
    """Return the questions of a BEIR file by their id; none where it is not there."""
    found: dict[str, str] = {}
    lines = _text(path).splitlines() if path.exists() else []
    for at, line in enumerate(lines, start=1):
        try:
            if line.strip():
                row = json.loads(line)
                found[str(row["_id"])] = str(row["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput("questions_line_wrong", line=at, reason=str(error)[:80]) from error
    return found
