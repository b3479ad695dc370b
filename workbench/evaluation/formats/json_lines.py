"""Lines of JSON with identifiers, and what is wrong with one, named by file and line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.evaluation.measures import LABEL_LIMIT, is_label


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the object of each line that is not empty.

    Raises:
        InvalidInput: ``collection_incomplete`` (no such file), ``collection_not_text`` or
            ``collection_not_json``.
    """
    for line, text in lines(path):
        try:
            found = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidInput("collection_not_json", file=path.name, line=line) from error
        if not isinstance(found, dict):
            raise InvalidInput("collection_not_json", file=path.name, line=line)
        yield line, found


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is not empty; a byte order mark is passed by.

    Raises:
        InvalidInput: ``collection_incomplete`` or ``collection_not_text``.
    """
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


def new_id(found: dict[str, Any], seen: dict[str, Any], path: Path, line: int) -> str:
    """Return the line's ``_id``.

    Raises:
        InvalidInput: ``collection_field``, or ``collection_id_twice`` where it was ``seen``.
    """
    one = string(found, "_id", path, line)
    if one in seen:
        raise InvalidInput("collection_id_twice", file=path.name, line=line, id=one)
    return one


def string(found: dict[str, Any], field: str, path: Path, line: int, *, empty: bool = False) -> str:
    """Return a field that has to be text.

    Raises:
        InvalidInput: ``collection_field``.
    """
    text = found.get(field)
    if not isinstance(text, str) or not (empty or text.strip()):
        raise InvalidInput("collection_field", file=path.name, line=line, field=field)
    return text


def metadata(found: dict[str, Any]) -> dict[str, Any]:
    """Return the object under ``metadata``; an empty one where there is none."""
    kept = found.get("metadata")
    return kept if isinstance(kept, dict) else {}


def language(found: dict[str, Any]) -> str:
    """Return the language that the metadata name; "" where they name none."""
    named = metadata(found).get("lang")
    return named if isinstance(named, str) else ""


def label(value: object, path: Path, line: int, limit: int = LABEL_LIMIT) -> int:
    """Return a whole number from 0 to ``limit``.

    Raises:
        InvalidInput: ``collection_label``.
    """
    if not is_label(value, limit):
        shown = str(value)[:40]
        raise InvalidInput("collection_label", file=path.name, line=line, value=shown, limit=limit)
    return int(str(value))


def require_known(path: Path, line: int, *named: tuple[str, set[str]]) -> None:
    """Return where each identifier is among those known.

    Raises:
        InvalidInput: ``collection_id_unknown``.
    """
    for one, known in named:
        if one not in known:
            raise InvalidInput("collection_id_unknown", file=path.name, line=line, id=one)
