"""Reads a test collection as BEIR lays it out, or its pairwise variant, and names bad lines."""

from collections.abc import Iterator
from pathlib import Path

from workbench.domain.errors import InvalidInput, NotFound
from workbench.evaluation.collection import Asked, Pair, PairLabels, RankedLabels, Row
from workbench.evaluation.formats.json_lines import (
    label,
    language,
    lines,
    new_id,
    objects,
    require_known,
    string,
)

QRELS_HEADER = ("query-id", "corpus-id", "score")
CRITERION = "criterion-id"
PAIRWISE_LIMIT = 1


def read_collection(folder: Path, criterion: str | None = None) -> RankedLabels | PairLabels:
    """Return the collection in ``folder``: with qrels.tsv for ranking, else with judgements.jsonl.

    ``criterion`` chooses one where qrels.tsv names several. Byte order marks and empty lines are
    passed over.

    Raises:
        NotFound: ``path_missing``.
        InvalidInput: ``collection_incomplete`` (a file is missing), or with file and line:
            ``collection_not_text``, ``collection_not_json``, ``collection_field`` (absent or of
            another type), ``collection_header``, ``collection_columns``, ``collection_id_twice``,
            ``collection_id_unknown``, ``collection_label``, ``collection_label_twice``,
            ``collection_criteria`` (more than one, and none chosen), ``criterion_unknown_here``.
    """
    if not folder.is_dir():
        raise NotFound("path_missing", path=str(folder))
    if (folder / "qrels.tsv").exists() or not (folder / "judgements.jsonl").exists():
        return _ranked(folder, criterion)
    if criterion is not None:
        raise InvalidInput("criterion_unknown_here", name=criterion, known="–")
    return _pairwise(folder)


def read_criteria(folder: Path) -> dict[str, RankedLabels]:
    """Return the labels of a collection by the criterion that its qrels.tsv names, "" for none.

    Raises:
        As ``read_collection``.
    """
    if not folder.is_dir():
        raise NotFound("path_missing", path=str(folder))
    rows, queries = read_rows(folder), _asked(folder, "queries.jsonl", "text")
    known = {row.row_id for row in rows}, {query.asked_id for query in queries}
    qrels: dict[str, dict[str, dict[str, int]]] = {}
    for line, cells in _table(folder):
        query, row, score, criterion = (*cells, "")[:4]
        require_known(folder / "qrels.tsv", line, (row, known[0]), (query, known[1]))
        labels = qrels.setdefault(criterion, {}).setdefault(query, {})
        if row in labels:
            raise InvalidInput("collection_label_twice", file="qrels.tsv", line=line)
        plain = score.isascii() and score.isdigit()
        labels[row] = label(int(score) if plain else score, folder / "qrels.tsv", line)
    return {one: RankedLabels(rows, queries, found, one) for one, found in qrels.items()}


def _ranked(folder: Path, criterion: str | None) -> RankedLabels:
    found = read_criteria(folder)
    if criterion is not None and criterion not in found:
        known = ", ".join(found) or "–"
        raise InvalidInput("criterion_unknown_here", name=criterion, known=known)
    if criterion is None and len(found) > 1:
        raise InvalidInput("collection_criteria", file="qrels.tsv", known=", ".join(found))
    if not found:
        return RankedLabels(read_rows(folder), _asked(folder, "queries.jsonl", "text"), {})
    return found[criterion] if criterion is not None else next(iter(found.values()))


def _pairwise(folder: Path) -> PairLabels:
    rows, told = read_rows(folder), _asked(folder, "instructions.jsonl", "instruction")
    known = {row.row_id for row in rows}, {one.asked_id for one in told}
    pairs: dict[tuple[str, str], Pair] = {}
    path = folder / "judgements.jsonl"
    for line, found in objects(path):
        asked, row = (
            string(found, "instruction_id", path, line),
            string(found, "doc_id", path, line),
        )
        require_known(path, line, (row, known[0]), (asked, known[1]))
        if (asked, row) in pairs:
            raise InvalidInput("collection_label_twice", file=path.name, line=line)
        pairs[asked, row] = Pair(asked, row, label(found.get("label"), path, line, PAIRWISE_LIMIT))
    return PairLabels(rows, told, tuple(pairs.values()))


def read_rows(folder: Path) -> tuple[Row, ...]:
    """Return the rows of corpus.jsonl in ``folder``.

    Raises:
        As ``read_collection``.
    """
    path = folder / "corpus.jsonl"
    rows: dict[str, Row] = {}
    for line, found in objects(path):
        row_id = new_id(found, rows, path, line)
        title = string(found, "title", path, line) if found.get("title") else ""
        rows[row_id] = Row(row_id, title, string(found, "text", path, line, empty=True))
    return tuple(rows.values())


def _asked(folder: Path, name: str, field: str) -> tuple[Asked, ...]:
    path = folder / name
    asked: dict[str, Asked] = {}
    for line, found in objects(path):
        asked_id = new_id(found, asked, path, line)
        asked[asked_id] = Asked(asked_id, string(found, field, path, line), language(found))
    return tuple(asked.values())


def _table(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of qrels.tsv below a header that names its columns."""
    path = folder / "qrels.tsv"
    rest = lines(path)
    header = tuple(next(rest, (1, ""))[1].split("\t"))
    if header not in (QRELS_HEADER, (*QRELS_HEADER, CRITERION)):
        expected = " ".join(QRELS_HEADER)
        raise InvalidInput("collection_header", file=path.name, expected=expected)
    for line, text in rest:
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
