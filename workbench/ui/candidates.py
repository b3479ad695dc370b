"""Splits pasted text into candidates, and says how it was understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.errors import InvalidInput
from workbench.services.rerank import check_documents
from workbench.ui import formats
from workbench.ui.pasted_table import Table, forced_table, is_text_head, recognised_table
from workbench.words.say import Tongue, say, say_error

AUTO, LINES, BLOCKS, TABLE = "auto", "lines", "blocks", "table"
WAYS = (AUTO, LINES, BLOCKS, TABLE)
LONG_BLOCK = 6
"""From how many lines a block on, on average, blank lines rather group lines than divide texts."""

_BLANK = re.compile(r"\n(?:[ \t\u3000]*\n)+")
_INDENTED = re.compile(r"\n[ \t]+\S")


@dataclass(frozen=True, slots=True)
class Recognised:
    """Pasted text as candidates; none is empty. ``head`` is a first row that was left out."""

    way: str
    documents: tuple[str, ...]
    head: str = ""
    table: Table | None = None


def split_candidates(text: str, way: str) -> list[str]:
    """Return a candidate a line, or with ``blocks`` one between blank lines; none is empty."""
    tidy = _tidy(text)
    parts = _BLANK.split(tidy) if way == BLOCKS else tidy.split("\n")
    # A block keeps the indent of its first line, which belongs to code.
    kept = (part.strip("\n").rstrip() if way == BLOCKS else part.strip() for part in parts)
    return [part for part in kept if part.strip()]


def recognise(text: str, way: str = AUTO) -> Recognised:
    """Return the candidates of ``text``; ``auto`` looks for a table, then for blocks, then lines.

    A first row or line that only names a column of texts is left out, except where one a line was
    asked for.
    """
    tidy = _tidy(text)
    if way in (AUTO, TABLE):
        table = forced_table(tidy) if way == TABLE else recognised_table(tidy)
        if table is not None:
            return Recognised(TABLE, table.documents, " | ".join(table.head), table)
    blocks = split_candidates(tidy, BLOCKS)
    if way == BLOCKS or (way == AUTO and _are_blocks(blocks)):
        return Recognised(BLOCKS, tuple(blocks))
    lines = split_candidates(tidy, LINES)
    if way == AUTO and len(lines) > 1 and is_text_head(lines[0]):
        return Recognised(LINES, tuple(lines[1:]), lines[0])
    return Recognised(LINES, tuple(lines))


def field_of(documents: Sequence[str]) -> tuple[str, str]:
    """Return a text for the field that reads as ``documents``, and the way to read it.

    Blank lines inside a document are taken out where it shares the field with others.
    """
    whole = [_BLANK.sub("\n", _tidy(one).strip("\n")) for one in documents if one.strip()]
    divided = any("\n" in one for one in whole)
    text = ("\n\n" if divided else "\n").join(whole)
    if divided and len(whole) == 1:
        return text, BLOCKS
    if recognise(text).documents == tuple(one.rstrip() for one in whole):
        return text, AUTO
    return text, BLOCKS if divided else LINES


def told(found: Recognised, tongue: Tongue) -> str:
    """Return one line of plain text that says how the field was understood."""
    if not found.documents:
        return say("ui.rerank.read_as_nothing", tongue)
    count = formats.count(len(found.documents))
    if found.table is None:
        parts = [say(f"ui.rerank.read_as_{found.way}", tongue, count=count)]
    else:
        rows = formats.count(found.table.rows)
        parts = [say("ui.rerank.read_as_table", tongue, rows=rows, count=count)]
    if found.head:
        parts.append(say("ui.rerank.read_head", tongue, head=_short(found.head)))
    if found.table is not None and found.table.width > 1:
        parts.append(_columns_told(found.table, tongue))
    return say("ui.rerank.read_joint", tongue).join(parts)


def beyond(documents: Sequence[str], tongue: Tongue) -> str:
    """Return why the service would refuse these candidates; empty where it would not."""
    try:
        check_documents(documents)
    except InvalidInput as error:
        return say_error(error, tongue)
    return ""


def _columns_told(table: Table, tongue: Tongue) -> str:
    if len(table.columns) == 1:
        return say("ui.rerank.read_column", tongue, column=_short(table.columns[0]))
    return say("ui.rerank.read_columns", tongue, count=len(table.columns))


def _are_blocks(blocks: Sequence[str]) -> bool:
    if len(blocks) < 2 or not any("\n" in block for block in blocks):
        return False
    lines = sum(block.count("\n") + 1 for block in blocks)
    return lines <= LONG_BLOCK * len(blocks) or any(map(_INDENTED.search, blocks))


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"
