"""Label sets and runs as TREC writes them: columns between white space, one line each.

::

    qrels   QUERY 0 DOCUMENT GRADE
    run     QUERY Q0 DOCUMENT RANK SCORE TAG
"""

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.json_lines import lines
from workbench.evaluation.measures import LABEL_LIMIT
from workbench.evaluation.providers import Qrels, Run

_UNSAFE = re.compile(r"[\s%\x00-\x1f\x7f\u200b\ufeff]")
EMPTY = "%"
"""How an empty identifier is written; alone it stands for nothing else."""


def escaped(one: str) -> str:
    """Return an identifier as the format can carry it: white space and % in percent-encoding.

    >>> escaped("第 3 条"), escaped("a%b")
    ('第%203%20条', 'a%25b')
    """
    if not one:
        return EMPTY
    return _UNSAFE.sub(lambda found: _percent(found[0]), one)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())


def unescaped(one: str) -> str:
    """Return the identifier that ``escaped`` made this of; what is no such code stays as it is."""
    if one == EMPTY:
        return ""
    try:
        return unquote(one, errors="strict")
    except UnicodeDecodeError:
        return one


def qrels_text(qrels: Qrels) -> str:
    """Return a label set, sorted by query and document, so that equal sets are equal files."""
    rows = (
        f"{escaped(query)} 0 {escaped(document)} {grade}\n"
        for query, labels in sorted(qrels.items())
        for document, grade in sorted(labels.items())
    )
    return "".join(rows)


def run_text(run: Run, tag: str) -> str:
    """Return a run, best first; the score falls with the rank, so that nobody has ties to break."""
    name = escaped(tag or "run")
    rows = (
        f"{escaped(query)} Q0 {escaped(document)} {rank} {len(order) - rank + 1} {name}\n"
        for query, order in sorted(run.items())
        for rank, document in enumerate(order, start=1)
    )
    return "".join(rows)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the label set of a file.

    Negative grades, which some collections give to spam, count as not relevant: 0.

    Raises:
        InvalidInput: ``collection_incomplete``, ``collection_not_text``, or with file and line
            ``collection_columns``, ``collection_label`` for a grade that is no whole number up to
            100, ``collection_label_twice``.
    """
    found: dict[str, dict[str, int]] = {}
    for line, (query, _, document, grade) in _rows(path, 4):
        labels = found.setdefault(unescaped(query), {})
        if unescaped(document) in labels:
            raise InvalidInput("collection_label_twice", file=path.name, line=line)
        labels[unescaped(document)] = _grade(grade, path, line)
    return found


def read_run(path: Path) -> dict[str, list[str]]:
    """Return the documents of each query, by falling score, then rank, then name.

    Raises:
        InvalidInput: As ``read_qrels``; ``run_score`` for a rank or a score that is no finite
            number, ``collection_id_twice`` where a document stands twice under a query.
    """
    scored: dict[str, dict[str, tuple[float, float, str]]] = {}
    for line, (query, _, document, rank, score, _tag) in _rows(path, 6):
        ranked = scored.setdefault(unescaped(query), {})
        one = unescaped(document)
        if one in ranked:
            raise InvalidInput("collection_id_twice", file=path.name, line=line, id=one)
        ranked[one] = (-_number(score, path, line), _number(rank, path, line), one)
    return {query: sorted(ranked, key=ranked.__getitem__) for query, ranked in scored.items()}


def _rows(path: Path, width: int) -> Iterator[tuple[int, Sequence[str]]]:
    for line, text in lines(path):
        cells = text.split()
        if len(cells) != width:
            raise InvalidInput(
                "collection_columns", file=path.name, line=line, count=len(cells), expected=width
            )
        yield line, cells


def _grade(text: str, path: Path, line: int) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII) or int(text) > LABEL_LIMIT:
        shown = text[:40]
        raise InvalidInput(
            "collection_label", file=path.name, line=line, value=shown, limit=LABEL_LIMIT
        )
    return max(0, int(text))


def _number(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidInput("run_score", file=path.name, line=line, value=text[:40])
    return value
