"""The chunks of documents that can be found, as an index, an answer and a judge need them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from workbench.domain.documents import Chunk
from workbench.domain.errors import NotFound
from workbench.store.columns import chunk_of
from workbench.store.database import Database
from workbench.store.rows import ChunkView, Counts, IndexRow, Neighbours, Snapshot
from workbench.store.tables import chunks, corpora, documents

_AT_ONCE = 10_000
"""Identifiers in one statement; SQLite takes 32,766."""


class PassageRepository:
    """Reads chunks; those of a deleted document or corpus are never among them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def snapshot(self, corpus_id: str) -> Snapshot:
        """Return every chunk that can be found, by time of the document, then in reading order.

        Raises:
            NotFound: ``corpus_unknown``.
        """
        wanted = _live(
            *chunks.c["chunk_id", "document_id"],
            documents.c.name.label("document"),
            *chunks.c["section_key", "language", "kind", "prefix", "text", "text_hash"],
        ).where(chunks.c.corpus_id == corpus_id)
        order = (documents.c.created_at, documents.c.document_id, chunks.c.ordinal)
        with self._database.read() as connection:
            generation = _generation(connection, corpus_id)
            rows = connection.execute(wanted.order_by(*order)).mappings()
            return Snapshot(generation, tuple(_index_row(row) for row in rows))

    def index_rows(self, corpus_id: str) -> tuple[IndexRow, ...]:
        """Return the rows of ``snapshot``."""
        return self.snapshot(corpus_id).rows

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
