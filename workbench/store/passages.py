"""The chunks of documents that can be found, as an index, an answer and a judge need them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, func, select

from workbench.domain.documents import Chunk
from workbench.domain.errors import NotFound
from workbench.store.columns import chunk_of
from workbench.store.database import Database
from workbench.store.rows import (
    ChunkView,
    Counts,
    DocumentRows,
    DocumentVersion,
    Findable,
    IndexRow,
    Neighbours,
    Snapshot,
)
from workbench.store.tables import chunks, corpora, documents, editions

_AT_ONCE = 10_000
"""Identifiers in one statement; SQLite takes 32,766."""
_ORDER = (documents.c.created_at, documents.c.document_id)
"""The order of a corpus; within a document it is that of reading."""


class PassageRepository:
    """Reads chunks; those of a deleted document or corpus are never among them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def snapshot(self, corpus_id: str) -> Snapshot:
        """Return every chunk that can be found, by time of the document, then in reading order.

        Raises:
            NotFound: ``corpus_unknown``.
        """
        wanted = _rows().where(chunks.c.corpus_id == corpus_id)
        order = (*_ORDER, chunks.c.ordinal)
        with self._database.read() as connection:
            generation = _generation(connection, corpus_id)
            rows = connection.execute(wanted.order_by(*order)).mappings()
            return Snapshot(generation, tuple(_index_row(row) for row in rows))

    def index_rows(self, corpus_id: str) -> tuple[IndexRow, ...]:
        """Return the rows of ``snapshot``."""
        return self.snapshot(corpus_id).rows

    def findable(self, corpus_id: str) -> Findable:
        """Return the documents that can be found, by time, each with its version.

        Raises:
            NotFound: ``corpus_unknown``.
        """
        wanted = _versions().where(documents.c.corpus_id == corpus_id)
        with self._database.read() as connection:
            generation = _generation(connection, corpus_id)
            rows = connection.execute(wanted.order_by(*_ORDER))
            return Findable(generation, tuple(map(_version, rows)))

    def rows_of_documents(
        self, corpus_id: str, document_ids: Sequence[str]
    ) -> tuple[DocumentRows, ...]:
        """Return the documents among these that can be found, by time, with their chunks."""
        here = (documents.c.corpus_id == corpus_id, documents.c.document_id.in_(document_ids))
        chosen = _rows().where(*here).order_by(chunks.c.document_id, chunks.c.ordinal)
        found: dict[str, list[IndexRow]] = {}
        with self._database.read() as connection:
            for row in connection.execute(chosen).mappings():
                found.setdefault(row["document_id"], []).append(_index_row(row))
            versions = connection.execute(_versions().where(*here).order_by(*_ORDER)).all()
        return tuple(
            DocumentRows(_version(row), row.name, tuple(found.get(row.document_id, ())))
            for row in versions
        )

    def text_hashes(self, corpus_id: str) -> tuple[str, ...]:
        """Return the hash of each chunk's text, in no order; none where the corpus is unknown."""
        wanted = _live(chunks.c.text_hash).where(chunks.c.corpus_id == corpus_id)
        with self._database.read() as connection:
            return tuple(connection.execute(wanted).scalars())

    def generation(self, corpus_id: str) -> int:
        """Return the number that grows with every change of what can be found.

        Raises:
            NotFound: ``corpus_unknown``.
        """
        with self._database.read() as connection:
            return _generation(connection, corpus_id)

    def texts(self, corpus_id: str, chunk_ids: Sequence[str]) -> dict[str, ChunkView]:
        """Return the chunks by identifier; those that cannot be found any more are left out."""
        wanted = list(dict.fromkeys(chunk_ids))
        found: dict[str, ChunkView] = {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                part = wanted[start : start + _AT_ONCE]
                some = _views().where(chunks.c.corpus_id == corpus_id, chunks.c.chunk_id.in_(part))
                for row in connection.execute(some).mappings():
                    found[row["chunk_id"]] = _view(row)
        return {chunk_id: found[chunk_id] for chunk_id in wanted if chunk_id in found}

    def chunks_of_document(self, document_id: str) -> tuple[Chunk, ...]:
        """Return a document's chunks in reading order; none where it was deleted or is unknown."""
        wanted = _live(chunks).where(chunks.c.document_id == document_id)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(chunks.c.ordinal)).mappings()
            return tuple(chunk_of(row) for row in rows)

    def neighbours(self, corpus_id: str, chunk_id: str) -> Neighbours:
        """Return the chunks beside a chunk, whatever sections they lie in.

        Raises:
            NotFound: ``chunk_unknown``, also where its document was deleted.
        """
        here = _live(*chunks.c["document_id", "ordinal"]).where(
            chunks.c.corpus_id == corpus_id, chunks.c.chunk_id == chunk_id
        )
        with self._database.read() as connection:
            place = connection.execute(here).first()
            if place is None:
                raise NotFound("chunk_unknown", chunk=chunk_id)
            same = _views().where(chunks.c.document_id == place.document_id)
            at = chunks.c.ordinal
            before = same.where(at < place.ordinal).order_by(at.desc()).limit(1)
            after = same.where(at > place.ordinal).order_by(at).limit(1)
            return Neighbours(_one_view(connection, before), _one_view(connection, after))

    def counts(self, corpus_id: str) -> Counts:
        """Return how much can be found in a corpus; zeros where it is unknown."""
        live = _live(func.count(), func.coalesce(func.sum(chunks.c.tokens), 0))
        holding = select(func.count()).where(
            documents.c.corpus_id == corpus_id, documents.c.deleted_at.is_(None)
        )
        with self._database.read() as connection:
            number, tokens = connection.execute(live.where(chunks.c.corpus_id == corpus_id)).one()
            return Counts(connection.execute(holding).scalar_one(), number, tokens)


def _live(*wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .select_from(chunks)
        .join(documents, documents.c.document_id == chunks.c.document_id)
        .join(corpora, corpora.c.corpus_id == chunks.c.corpus_id)
        .where(documents.c.deleted_at.is_(None), corpora.c.deleted_at.is_(None))
    )


def _rows() -> Select[Any]:
    return _live(
        *chunks.c["chunk_id", "document_id"],
        documents.c.name.label("document"),
        *chunks.c["section_key", "language", "kind", "prefix", "text", "text_hash"],
    )


def _versions() -> Select[Any]:
    """Select live documents; an edition's time is that of its last reading."""
    present = (editions.c.document_id == documents.c.document_id) & (
        editions.c.edition_id == documents.c.edition_id
    )
    return (
        select(
            *documents.c["document_id", "edition_id", "name", "created_at"],
            editions.c.created_at.label("read_at"),
        )
        .join(editions, present)
        .join(corpora, corpora.c.corpus_id == documents.c.corpus_id)
        .where(documents.c.deleted_at.is_(None), corpora.c.deleted_at.is_(None))
    )


def _version(row: Row[Any]) -> DocumentVersion:
    return DocumentVersion(row.document_id, f"{row.edition_id}@{row.read_at}", row.created_at)


def _views() -> Select[Any]:
    return _live(chunks, documents.c.name.label("document"), documents.c.edition_id)


def _one_view(connection: Connection, wanted: Select[Any]) -> ChunkView | None:
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _view(row)


def _view(row: RowMapping) -> ChunkView:
    return ChunkView(
        chunk=chunk_of(row),
        corpus_id=row["corpus_id"],
        document_id=row["document_id"],
        document=row["document"],
        edition_id=row["edition_id"],
    )


def _index_row(row: RowMapping) -> IndexRow:
    prefix, text = row["prefix"], row["text"]
    return IndexRow(
        chunk_id=row["chunk_id"],
        document_id=row["document_id"],
        document=row["document"],
        section_key=row["section_key"],
        language=row["language"],
        kind=row["kind"],
        # The same as ``Chunk.reads``, without the rest of the chunk.
        reads=f"{prefix}\n{text}" if prefix else text,
        text_hash=row["text_hash"],
    )


def _generation(connection: Connection, corpus_id: str) -> int:
    wanted = select(corpora.c.generation).where(
        corpora.c.corpus_id == corpus_id, corpora.c.deleted_at.is_(None)
    )
    found = connection.execute(wanted).scalar()
    if found is None:
        raise NotFound("corpus_unknown", name=corpus_id)
    return int(found)
