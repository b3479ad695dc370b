"""Domain values as columns, and columns as domain values again."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import RowMapping

from workbench.domain.documents import (
    Chunk,
    Edition,
    Join,
    Notice,
    PageSpan,
    Removed,
    Section,
    Span,
)
from workbench.domain.identity import text_hash

Columns = dict[str, Any]


def notice_columns(notice: Notice | None) -> Columns | None:
    """Return the notice as JSON, None where there is none."""
    return None if notice is None else {"code": notice.code, "params": dict(notice.params)}


def notice_of(stored: Columns | None) -> Notice | None:
    """Return the notice that ``notice_columns`` stored."""
    return None if stored is None else Notice(stored["code"], stored["params"])


def notices_of(stored: Iterable[Columns]) -> tuple[Notice, ...]:
    """Return the notices of a list in JSON."""
    return tuple(Notice(one["code"], one["params"]) for one in stored)


def span_columns(spans: Iterable[Span]) -> list[list[int]]:
    """Return spans as pairs in JSON."""
    return [[span.start, span.end] for span in spans]


def spans_of(stored: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return the spans that ``span_columns`` stored."""
    return tuple(Span(start, end) for start, end in stored)


def edition_columns(edition: Edition) -> Columns:
    """Return the columns of an edition but for document, title and time."""
    return {
        "edition_id": edition.edition_id,
        "sha256": edition.sha256,
        "size": edition.size,
        "kind": edition.kind,
        "reader": edition.reader,
        "encoding": edition.encoding,
        "page_count": len(edition.pages) or None,
        "notices": [notice_columns(notice) for notice in edition.notices],
        "pages": [[p.page, p.start, p.end, p.printed] for p in edition.pages],
        "removed": [[r.start, r.end, r.reason] for r in edition.removed],
        "joins": [[j.at, j.text] for j in edition.joins],
        "text": edition.text,
    }


def edition_of(row: RowMapping) -> Edition:
    """Return the edition in a row of ``editions``."""
    return Edition(
        edition_id=row["edition_id"],
        sha256=row["sha256"],
        size=row["size"],
        kind=row["kind"],
        reader=row["reader"],
        text=row["text"],
        pages=tuple(PageSpan(*page) for page in row["pages"]),
        removed=tuple(Removed(*removed) for removed in row["removed"]),
        joins=tuple(Join(*join) for join in row["joins"]),
        notices=notices_of(row["notices"]),
        encoding=row["encoding"],
    )


def section_columns(ordinal: int, section: Section) -> Columns:
    """Return the columns of a section but for document and edition."""
    return {
        "ordinal": ordinal,
        "key": section.key,
        "parent": section.parent,
        "title": section.title,
        "number": section.number,
        "level": section.level,
        "page": section.page,
        "start": section.start,
        "end": section.end,
        "source": section.source,
    }


def section_of(row: RowMapping) -> Section:
    """Return the section in a row of ``sections``."""
    return Section(
        key=row["key"],
        parent=row["parent"],
        title=row["title"],
        number=row["number"],
        level=row["level"],
        page=row["page"],
        start=row["start"],
        end=row["end"],
        source=row["source"],
    )


def chunk_columns(chunk: Chunk) -> Columns:
    """Return the columns of a chunk but for corpus and document."""
    return {
        "chunk_id": chunk.chunk_id,
        "section_key": chunk.section_key,
        "ordinal": chunk.ordinal,
        "path": list(chunk.path),
        "spans": span_columns(chunk.spans),
        "page_start": chunk.page_start,
        "page_end": chunk.page_end,
        "printed_page": chunk.printed_page,
        "language": chunk.language,
        "kind": chunk.kind,
        "tokens": chunk.tokens,
        "part": chunk.part,
        "parts": chunk.parts,
        "text_hash": text_hash(chunk.reads),
        "prefix": chunk.prefix,
        "text": chunk.text,
    }


def chunk_of(row: RowMapping) -> Chunk:
    """Return the chunk in a row of ``chunks``."""
    return Chunk(
        chunk_id=row["chunk_id"],
        ordinal=row["ordinal"],
        section_key=row["section_key"],
        path=tuple(row["path"]),
        spans=spans_of(row["spans"]),
        text=row["text"],
        prefix=row["prefix"],
        page_start=row["page_start"],
        page_end=row["page_end"],
        printed_page=row["printed_page"],
        language=row["language"],
        kind=row["kind"],
        tokens=row["tokens"],
        part=row["part"],
        parts=row["parts"],
    )
