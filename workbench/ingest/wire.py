"""Readings and sheets, and what is asked of a worker, as JSON and back, without loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from workbench.domain.columns import (
    ColumnMap,
    Sheet,
    SheetColumns,
    columns_from_json,
    columns_to_json,
)
from workbench.domain.documents import (
    Chunk,
    Edition,
    Join,
    Notice,
    PageSpan,
    Reading,
    Removed,
    Section,
    SlicePolicy,
    Span,
)
from workbench.ingest.limits import Limits


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked: the file at ``path``, shown as ``name``, or its columns alone."""

    path: str
    name: str
    document_id: str
    policy: SlicePolicy
    limits: Limits
    password: str | None = None
    columns: ColumnMap | None = None
    wanted: Literal["reading", "sheets", "rows"] = "reading"


def packed(value: Any) -> Any:
    """Return ``value`` as JSON: a dataclass as the list of its fields, in their order."""
    if is_dataclass(value):
        return [packed(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple | list):
        return [packed(item) for item in value]
    return value


def request_to_json(request: Request) -> dict[str, Any]:
    """Return the request as one JSON object with named fields."""
    return {
        "path": request.path,
        "name": request.name,
        "document_id": request.document_id,
        "policy": {
            field.name: getattr(request.policy, field.name) for field in fields(SlicePolicy)
        },
        "password": request.password,
        "columns": columns_to_json(request.columns),
        "wanted": request.wanted,
        "limits": {field.name: getattr(request.limits, field.name) for field in fields(Limits)},
    }


def request_from_json(sent: Mapping[str, Any]) -> Request:
    """Return the request that was sent."""
    return Request(
        path=sent["path"],
        name=sent["name"],
        document_id=sent["document_id"],
        policy=SlicePolicy(**sent["policy"]),
        limits=Limits(**sent["limits"]),
        password=sent["password"],
        columns=columns_from_json(sent["columns"]),
        wanted=sent["wanted"],
    )


def reading_to_json(reading: Reading) -> list[Any]:
    """Return the reading as nested lists, in the order of its fields."""
    wire: list[Any] = packed(reading)
    return wire


def reading_from_json(wire: Sequence[Any]) -> Reading:
    """Return the reading that was sent, equal to the original."""
    edition, title, sections, chunks = wire
    return Reading(
        edition=_edition(edition),
        title=title,
        sections=tuple(Section(*row) for row in sections),
        chunks=tuple(_chunk(row) for row in chunks),
    )


def sheets_to_json(sheets: Sequence[Sheet]) -> list[Any]:
    """Return sheets as nested lists, in the order of their fields."""
    return [packed(sheet) for sheet in sheets]


def sheets_from_json(wire: Sequence[Any]) -> tuple[Sheet, ...]:
    """Return the sheets that were sent, equal to the originals."""
    return tuple(
        Sheet(
            name,
            tuple(heads),
            tuple(columns),
            tuple(map(tuple, samples)),
            _uses(uses),
            _uses(recognised),
            chosen,
        )
        for name, heads, columns, samples, uses, recognised, chosen in wire
    )


def _uses(row: Sequence[Any]) -> SheetColumns:
    sheet, question, *lists = row
    return SheetColumns(sheet, question, *map(tuple, lists))


def _edition(row: Sequence[Any]) -> Edition:
    named = dict(zip((field.name for field in fields(Edition)), row, strict=True))
    named["pages"] = tuple(PageSpan(*item) for item in named["pages"])
    named["removed"] = tuple(Removed(*item) for item in named["removed"])
    named["joins"] = tuple(Join(*item) for item in named["joins"])
    named["notices"] = tuple(Notice(*item) for item in named["notices"])
    return Edition(**named)


def _chunk(row: Sequence[Any]) -> Chunk:
    named = dict(zip((field.name for field in fields(Chunk)), row, strict=True))
    named["path"] = tuple(named["path"])
    named["spans"] = tuple(Span(*item) for item in named["spans"])
    return Chunk(**named)
