"""The steps by which a reading enters the tables, inside a transaction that somebody else began."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from workbench.domain.columns import ColumnMap, columns_to_json
from workbench.domain.documents import Reading
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.languages import Language
from workbench.store.columns import chunk_columns, edition_columns, section_columns
from workbench.store.tables import chunks, corpora, documents, editions, sections


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading belongs: corpus, document, its name, language and columns, and the time."""

    corpus_id: str
    document_id: str
    name: str
    language: Language
    now: str
    columns: ColumnMap | None = None


def keep_reading(connection: Connection, place: Place, reading: Reading) -> None:
    """Store document, edition, sections and chunks; those of an earlier edition give way.

    Raises:
        NotFound: ``corpus_unknown``, or ``document_unknown`` where it was deleted.
        Conflict: ``document_duplicate`` or ``document_elsewhere``.
    """
    grow(connection, place.corpus_id)
    refuse_twin(connection, place.corpus_id, place.document_id, reading.edition.sha256)
    _place_document(connection, place, reading.edition.edition_id)
    _keep_edition(connection, place, reading)
    _replace_sections(connection, place.document_id, reading)
    _replace_chunks(connection, place, reading)


def grow(connection: Connection, corpus_id: str) -> None:
    """Count a change of what can be found in the corpus.

    Raises:
        NotFound: ``corpus_unknown``, also where it was deleted.
    """
    alive = (corpora.c.corpus_id == corpus_id, corpora.c.deleted_at.is_(None))
    counted = update(corpora).where(*alive).values(generation=corpora.c.generation + 1)
    if connection.execute(counted).rowcount == 0:
        raise NotFound("corpus_unknown", name=corpus_id)


def refuse_twin(connection: Connection, corpus_id: str, document_id: str, sha256: str) -> None:
    """Return where no other live document of the corpus is exactly this file.

    Raises:
        Conflict: ``document_duplicate``, naming the document that is.
    """
    twin = (
        select(documents.c.name)
        .join(
            editions,
            (editions.c.document_id == documents.c.document_id)
            & (editions.c.edition_id == documents.c.edition_id),
        )
        .where(
            documents.c.corpus_id == corpus_id,
            documents.c.document_id != document_id,
            documents.c.deleted_at.is_(None),
            editions.c.sha256 == sha256,
        )
    )
    name = connection.execute(twin).scalar()
    if name is not None:
        raise Conflict("document_duplicate", document=name)


def set_deleted(connection: Connection, corpus_id: str, document_id: str, at: str | None) -> None:
    """Mark the document as deleted at ``at``, or as live where that is None.

    Raises:
        NotFound: ``corpus_unknown``, also where it was deleted.
    """
    marked = update(documents).where(documents.c.document_id == document_id)
    connection.execute(marked.values(deleted_at=at))
    grow(connection, corpus_id)


def _place_document(connection: Connection, place: Place, edition_id: str) -> None:
    known = select(documents.c.corpus_id, documents.c.deleted_at)
    row = connection.execute(known.where(documents.c.document_id == place.document_id)).first()
    values = {
        "name": place.name,
        "edition_id": edition_id,
        "language": place.language,
        "columns": columns_to_json(place.columns),
    }
    if row is None:
        new = {"corpus_id": place.corpus_id, "document_id": place.document_id}
        connection.execute(insert(documents).values(**new, **values, created_at=place.now))
        return
    if row.corpus_id != place.corpus_id:
        raise Conflict("document_elsewhere", document=place.document_id)
    if row.deleted_at is not None:
        raise NotFound("document_unknown", document=place.document_id)
    same = documents.c.document_id == place.document_id
    connection.execute(update(documents).where(same).values(**values))


def _keep_edition(connection: Connection, place: Place, reading: Reading) -> None:
    columns = edition_columns(reading.edition) | {"title": reading.title}
    # Sliced again: the identity is the same, what cleaning left out and the chunks may not be. By
    # the time an index notices.
    again = connection.execute(
        update(editions)
        .where(
            editions.c.document_id == place.document_id,
            editions.c.edition_id == reading.edition.edition_id,
        )
        .values(**columns, created_at=place.now)
    )
    if again.rowcount == 0:
        new = {"document_id": place.document_id, "created_at": place.now}
        connection.execute(insert(editions).values(**new, **columns))


def _replace_sections(connection: Connection, document_id: str, reading: Reading) -> None:
    whose = {"document_id": document_id, "edition_id": reading.edition.edition_id}
    connection.execute(delete(sections).filter_by(**whose))
    rows = [whose | section_columns(at, section) for at, section in enumerate(reading.sections)]
    if rows:
        connection.execute(insert(sections), rows)


def _replace_chunks(connection: Connection, place: Place, reading: Reading) -> None:
    whose = {"corpus_id": place.corpus_id, "document_id": place.document_id}
    connection.execute(delete(chunks).where(chunks.c.document_id == place.document_id))
    rows = [whose | chunk_columns(chunk) for chunk in reading.chunks]
    if rows:
        connection.execute(insert(chunks), rows)
