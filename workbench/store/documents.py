"""Documents: a file, its editions, sections and chunks enter in one transaction or not at all."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select

from workbench.domain.columns import ColumnMap, columns_from_json
from workbench.domain.documents import Document, Edition, Reading, Section
from workbench.domain.errors import NotFound
from workbench.domain.languages import Language, language_of
from workbench.store.columns import edition_of, notices_of, section_of
from workbench.store.database import Database
from workbench.store.readings import Place, keep_reading, refuse_twin, set_deleted
from workbench.store.tables import chunks, documents, editions, sections


class DocumentRepository:
    """Keeps documents; every change of what can be found makes the corpus's generation grow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_reading(
        self,
        corpus_id: str,
        document_id: str,
        name: str,
        reading: Reading,
        *,
        language: Language | None = None,
        columns: ColumnMap | None = None,
    ) -> Document:
        """Keep what was read and return the document, whose chunks can be found from now on.

        A known ``document_id`` gets a new edition: sections and chunks of this reading replace
        those before, earlier editions stay. ``language`` is that of the text unless it is given.
        ``columns`` is how the columns of its table were chosen, kept for its next edition.

        Raises:
            NotFound: ``corpus_unknown``, or ``document_unknown`` where it was deleted meanwhile.
            Conflict: ``document_duplicate`` where another document of the corpus is the same file,
                ``document_elsewhere`` where the identifier is taken in another corpus.
        """
        spoken = language or language_of(reading.edition.text)
        place = Place(corpus_id, document_id, name, spoken, self._database.now(), columns)
        with self._database.write() as connection:
            keep_reading(connection, place, reading)
            return _existing(connection, document_id)

    def documents(self, corpus_id: str, *, deleted: bool = False) -> tuple[Document, ...]:
        """Return the corpus's documents, oldest first; with ``deleted`` only the deleted ones."""
        gone = documents.c.deleted_at
        wanted = _described().where(
            documents.c.corpus_id == corpus_id, gone.is_not(None) if deleted else gone.is_(None)
        )
        order = (documents.c.created_at, documents.c.document_id)
        with self._database.read() as connection:
            return tuple(map(_document, connection.execute(wanted.order_by(*order)).mappings()))

    def document(self, document_id: str) -> Document | None:
        """Return a document, also a deleted one (``deleted_at`` tells); None where unknown."""
        return self._first(documents.c.document_id == document_id)

    def find_duplicate(self, corpus_id: str, sha256: str) -> Document | None:
        """Return the live document whose present edition is exactly this file, or None."""
        return self._first(_alive_in(corpus_id), editions.c.sha256 == sha256)

    def find_by_name(self, corpus_id: str, name: str) -> Document | None:
        """Return the oldest live document of that name, or None."""
        return self._first(_alive_in(corpus_id), documents.c.name == name)

    def holds_file(self, sha256: str) -> bool:
        """Return whether any edition of any document, a deleted one included, is this file."""
        with self._database.read() as connection:
            wanted = select(editions.c.edition_id).where(editions.c.sha256 == sha256).limit(1)
            return connection.execute(wanted).first() is not None

    def outline(self, document_id: str) -> tuple[Section, ...]:
        """Return the present edition's sections in reading order; none where it is unknown."""
        wanted = (
            select(sections)
            .join(
                documents,
                and_(
                    documents.c.document_id == sections.c.document_id,
                    documents.c.edition_id == sections.c.edition_id,
                ),
            )
            .where(sections.c.document_id == document_id)
            .order_by(sections.c.ordinal)
        )
        with self._database.read() as connection:
            return tuple(map(section_of, connection.execute(wanted).mappings()))

    def edition(self, document_id: str, edition_id: str | None = None) -> Edition:
        """Return the document's present edition, or the one named.

        Raises:
            NotFound: ``document_unknown``, where the document or that edition of it is not there.
        """
        present = select(documents.c.edition_id).where(documents.c.document_id == document_id)
        wanted = select(editions).where(
            editions.c.document_id == document_id,
            editions.c.edition_id == (edition_id or present.scalar_subquery()),
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise NotFound("document_unknown", document=document_id)
        return edition_of(row)

    def delete_document(self, document_id: str) -> None:
        """Make the document unfindable at once; everything of it is kept.

        Raises:
            NotFound: ``document_unknown``.
        """
        with self._database.write() as connection:
            document = _existing(connection, document_id)
            if document.deleted_at is None:
                now = self._database.now()
                set_deleted(connection, document.corpus_id, document_id, now)

    def restore_document(self, document_id: str) -> None:
        """Make a deleted document findable again.

        Raises:
            NotFound: ``document_unknown``.
            Conflict: ``document_duplicate`` where the same file was uploaded meanwhile.
        """
        with self._database.write() as connection:
            document = _existing(connection, document_id)
            if document.deleted_at is not None:
                refuse_twin(connection, document.corpus_id, document_id, document.sha256)
                set_deleted(connection, document.corpus_id, document_id, None)

    def _first(self, *conditions: ColumnElement[bool]) -> Document | None:
        order = (documents.c.created_at, documents.c.document_id)
        wanted = _described().where(*conditions).order_by(*order).limit(1)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _document(row)


def _described() -> Select[Any]:
    counted = (
        select(func.count())
        .where(chunks.c.document_id == documents.c.document_id)
        .scalar_subquery()
        .label("chunks")
    )
    light = editions.c["sha256", "kind", "size", "page_count", "notices"]
    return select(documents, *light, counted).join(
        editions,
        and_(
            editions.c.document_id == documents.c.document_id,
            editions.c.edition_id == documents.c.edition_id,
        ),
    )


def _document(row: RowMapping) -> Document:
    return Document(
        document_id=row["document_id"],
        corpus_id=row["corpus_id"],
        name=row["name"],
        edition_id=row["edition_id"],
        sha256=row["sha256"],
        kind=row["kind"],
        size=row["size"],
        pages=row["page_count"],
        chunks=row["chunks"],
        language=row["language"],
        notices=notices_of(row["notices"]),
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
        columns=columns_from_json(row["columns"]),
    )


def _existing(connection: Connection, document_id: str) -> Document:
    wanted = _described().where(documents.c.document_id == document_id)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound("document_unknown", document=document_id)
    return _document(row)


def _alive_in(corpus_id: str) -> ColumnElement[bool]:
    return and_(documents.c.corpus_id == corpus_id, documents.c.deleted_at.is_(None))
