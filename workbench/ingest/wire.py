"""A reading, and the request for it, as JSON and back, without loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

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
    """What a worker is asked: the file at ``path``, shown as ``name``."""

    path: str
    name: str
    document_id: str
    policy: SlicePolicy
    limits: Limits
    password: str | None = None


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
