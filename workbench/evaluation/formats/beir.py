"""Reads a test collection as BEIR lays it out, or its pairwise variant, and names bad lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.domain.errors import InvalidInput, NotFound
from workbench.evaluation.collection import Asked, Pair, PairLabels, RankedLabels, Row
from workbench.evaluation.measures import LABEL_LIMIT, is_label

QRELS_HEADER = ("query-id", "corpus-id", "score")
CRITERION = "criterion-id"
PAIRWISE_LIMIT = 1


def read_collection(folder: Path) -> RankedLabels | PairLabels:
    """Return the collection in ``folder``: with qrels.tsv for ranking, else with judgements.jsonl.

    Byte order marks and empty lines are passed over.

    Raises:
        NotFound: ``path_missing``.
        InvalidInput: ``collection_incomplete`` (a file is missing), or with file and line:
            ``collection_not_text``, ``collection_not_json``, ``collection_field`` (absent or of
            another type), ``collection_header``, ``collection_columns``, ``collection_id_twice``,
            ``collection_id_unknown``, ``collection_label``, ``collection_label_twice``,
            ``collection_criteria`` (more than one).
    """
    if not folder.is_dir():
        raise NotFound("path_missing", path=str(folder))
    if (folder / "qrels.tsv").exists() or not (folder / "judgements.jsonl").exists():
        return _ranked(folder)
    return _pairwise(folder)


def _ranked(folder: Path) -> RankedLabels:
    rows, queries = _rows(folder), _asked(folder, "queries.jsonl", "text")
    known = {row.row_id for row in rows}, {query.asked_id for query in queries}
    qrels: dict[str, dict[str, int]] = {}
    criteria: dict[str, None] = {}
    for line, cells in _table(folder):
        query, row, score, criterion = (*cells, "")[:4]
        criteria[criterion] = None
        _require_known(folder / "qrels.tsv", line, (row, known[0]), (query, known[1]))
        labels = qrels.setdefault(query, {})
        if len(criteria) > 1:
            raise InvalidInput("collection_criteria", file="qrels.tsv", line=line)
        if row in labels:
            raise InvalidInput("collection_label_twice", file="qrels.tsv", line=line)
        plain = score.isascii() and score.isdigit()
        labels[row] = _label(int(score) if plain else score, folder / "qrels.tsv", line)
    return RankedLabels(rows, queries, qrels, next(iter(criteria), ""))


def _pairwise(folder: Path) -> PairLabels:
    rows, told = _rows(folder), _asked(folder, "instructions.jsonl", "instruction")
    known = {row.row_id for row in rows}, {one.asked_id for one in told}
    pairs: dict[tuple[str, str], Pair] = {}
    path = folder / "judgements.jsonl"
    for line, found in _objects(path):
        asked, row = (
            _string(found, "instruction_id", path, line),
            _string(found, "doc_id", path, line),
        )
        _require_known(path, line, (row, known[0]), (asked, known[1]))
        if (asked, row) in pairs:
            raise InvalidInput("collection_label_twice", file=path.name, line=line)
        label = _label(found.get("label"), path, line, PAIRWISE_LIMIT)
        pairs[asked, row] = Pair(asked, row, label)
    return PairLabels(rows, told, tuple(pairs.values()))


def _rows(folder: Path) -> tuple[Row, ...]:
    path = folder / "corpus.jsonl"
    rows: dict[str, Row] = {}
    for line, found in _objects(path):
        row_id = _new_id(found, rows, path, line)
        title = _string(found, "title", path, line) if found.get("title") else ""
        rows[row_id] = Row(row_id, title, _string(found, "text", path, line, empty=True))
    return tuple(rows.values())


def _asked(folder: Path, name: str, field: str) -> tuple[Asked, ...]:
    path = folder / name
    asked: dict[str, Asked] = {}
    for line, found in _objects(path):
        asked_id = _new_id(found, asked, path, line)
        metadata = found.get("metadata")
        language = metadata.get("lang") if isinstance(metadata, dict) else None
        text = _string(found, field, path, line)
        asked[asked_id] = Asked(asked_id, text, language if isinstance(language, str) else "")
    return tuple(asked.values())


def _new_id(found: dict[str, Any], seen: dict[str, Any], path: Path, line: int) -> str:
    one = _string(found, "_id", path, line)
    if one in seen:
        raise InvalidInput("collection_id_twice", file=path.name, line=line, id=one)
    return one


def _string(
    found: dict[str, Any], field: str, path: Path, line: int, *, empty: bool = False
) -> str:
    text = found.get(field)
    if not isinstance(text, str) or not (empty or text.strip()):
        raise InvalidInput("collection_field", file=path.name, line=line, field=field)
    return text


def _label(value: object, path: Path, line: int, limit: int = LABEL_LIMIT) -> int:
    if not is_label(value, limit):
        shown = str(value)[:40]
        raise InvalidInput("collection_label", file=path.name, line=line, value=shown, limit=limit)
    return int(str(value))


def _require_known(path: Path, line: int, *named: tuple[str, set[str]]) -> None:
    for one, known in named:
        if one not in known:
            raise InvalidInput("collection_id_unknown", file=path.name, line=line, id=one)


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in _lines(path):
        try:
            found = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidInput("collection_not_json", file=path.name, line=line) from error
        if not isinstance(found, dict):
            raise InvalidInput("collection_not_json", file=path.name, line=line)
        yield line, found


def _table(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of qrels.tsv below a header that names its columns."""
    path = folder / "qrels.tsv"
    lines = _lines(path)
    header = tuple(next(lines, (1, ""))[1].split("\t"))
    if header not in (QRELS_HEADER, (*QRELS_HEADER, CRITERION)):
        expected = " ".join(QRELS_HEADER)
        raise InvalidInput("collection_header", file=path.name, expected=expected)
    for line, text in lines:
        cells = text.split("\t")
        if len(cells) != len(header):
            raise InvalidInput(
                "collection_columns",
                file=path.name,
                line=line,
                count=len(cells),
                expected=len(header),
            )
        yield line, [cell.strip() for cell in cells]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise InvalidInput("collection_incomplete", path=str(path.parent), file=path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("collection_not_text", file=path.name) from error
    # Only line feeds end a line: JSON strings may hold the other separators that Unicode knows.
    for line, one in enumerate(text.split("\n"), start=1):
        if one.strip():
            yield line, one.rstrip("\r")
