"""Corpora: named sets of documents, with everything that documents and their chunks offer."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from workbench.domain.documents import Corpus, SlicePolicy
from workbench.domain.errors import Conflict, NotFound
from workbench.store.documents import DocumentRepository
from workbench.store.passages import PassageRepository
from workbench.store.rows import ChunkView
from workbench.store.tables import chunks, corpora, documents

__all__ = ["ChunkView", "CorpusRepository"]


class CorpusRepository(DocumentRepository, PassageRepository):
    """Keeps corpora; a deleted one is hidden with all its documents until it is restored."""

    def create(self, name: str, owner: str, policy: SlicePolicy) -> Corpus:
        """Return a new, empty corpus of generation 0.

        Raises:
            Conflict: ``corpus_exists`` where the owner has a live corpus of that name.
        """
        corpus_id = self._database.new_id()
        values = {
            "corpus_id": corpus_id,
            "owner": owner,
            "name": name,
            "policy": asdict(policy),
            "generation": 0,
            "created_at": self._database.now(),
        }
        with self._database.write() as connection:
            _refuse_taken(connection, owner, name)
            connection.execute(insert(corpora).values(**values))
            return _existing(connection, corpus_id)

    def get(self, corpus_id: str) -> Corpus | None:
        """Return a live corpus with its counts, or None."""
        return self._corpus(corpora.c.corpus_id == corpus_id)

    def by_name(self, owner: str, name: str) -> Corpus | None:
        """Return the owner's live corpus of exactly that name, or None."""
        return self._corpus(corpora.c.owner == owner, corpora.c.name == name)

    def rename(self, corpus_id: str, name: str) -> Corpus:
        """Return the corpus under its new name.

        Raises:
            NotFound: ``corpus_unknown``, also where it was deleted.
            Conflict: ``corpus_exists`` where the owner has another live corpus of that name.
        """
        with self._database.write() as connection:
            corpus = _existing(connection, corpus_id)
            if corpus.name != name:
                _refuse_taken(connection, corpus.owner, name)
            _change(connection, corpus_id, name=name)
            return _existing(connection, corpus_id)

    def set_policy(self, corpus_id: str, policy: SlicePolicy) -> Corpus:
        """Return the corpus, whose next documents are sliced by ``policy``.

        Raises:
            NotFound: ``corpus_unknown``, also where it was deleted.
        """
        with self._database.write() as connection:
            _existing(connection, corpus_id)
            _change(connection, corpus_id, policy=asdict(policy))
            return _existing(connection, corpus_id)

    def delete(self, corpus_id: str) -> None:
        """Hide the corpus and all that is in it; its name can be used again.

        Raises:
            NotFound: ``corpus_unknown``, also where it was deleted before.
        """
        with self._database.write() as connection:
            _existing(connection, corpus_id)
            _change(connection, corpus_id, deleted_at=self._database.now())

    def restore(self, corpus_id: str) -> Corpus:
        """Return a deleted corpus, which is as it was; a live one comes back unchanged.

        Raises:
            NotFound: ``corpus_unknown``.
            Conflict: ``corpus_exists`` where its name was given to another meanwhile.
        """
        gone = select(corpora.c.owner, corpora.c.name).where(
            corpora.c.corpus_id == corpus_id, corpora.c.deleted_at.is_not(None)
        )
        with self._database.write() as connection:
            row = connection.execute(gone).first()
            if row is not None:
                _refuse_taken(connection, row.owner, row.name)
                _change(connection, corpus_id, deleted_at=None)
            return _existing(connection, corpus_id)

    def list(self, owner: str, *, deleted: bool = False) -> tuple[Corpus, ...]:
        """Return the owner's corpora, oldest first; with ``deleted`` only the deleted ones."""
        gone = corpora.c.deleted_at
        wanted = _counted().where(
            corpora.c.owner == owner, gone.is_not(None) if deleted else gone.is_(None)
        )
        order = (corpora.c.created_at, corpora.c.corpus_id)
        with self._database.read() as connection:
            return tuple(map(_corpus, connection.execute(wanted.order_by(*order)).mappings()))

    def _corpus(self, *conditions: ColumnElement[bool]) -> Corpus | None:
        wanted = _counted().where(*conditions, corpora.c.deleted_at.is_(None))
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _corpus(row)


def _counted() -> Select[Any]:
    alive = (documents.c.corpus_id == corpora.c.corpus_id, documents.c.deleted_at.is_(None))
    held = select(func.count()).where(*alive).scalar_subquery()
    findable = (
        select(func.count())
        .select_from(chunks)
        .join(documents, documents.c.document_id == chunks.c.document_id)
        .where(*alive)
        .correlate(corpora)
        .scalar_subquery()
    )
    return select(corpora, held.label("documents"), findable.label("chunks"))


def _corpus(row: RowMapping) -> Corpus:
    return Corpus(
        corpus_id=row["corpus_id"],
        name=row["name"],
        owner=row["owner"],
        policy=SlicePolicy(**row["policy"]),
        generation=row["generation"],
        created_at=row["created_at"],
        documents=row["documents"],
        chunks=row["chunks"],
    )


def _existing(connection: Connection, corpus_id: str) -> Corpus:
    wanted = _counted().where(corpora.c.corpus_id == corpus_id, corpora.c.deleted_at.is_(None))
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound("corpus_unknown", name=corpus_id)
    return _corpus(row)


def _refuse_taken(connection: Connection, owner: str, name: str) -> None:
    taken = select(corpora.c.corpus_id).where(
        corpora.c.owner == owner, corpora.c.name == name, corpora.c.deleted_at.is_(None)
    )
    if connection.execute(taken).first() is not None:
        raise Conflict("corpus_exists", name=name)


def _change(connection: Connection, corpus_id: str, **values: Any) -> None:
    connection.execute(update(corpora).where(corpora.c.corpus_id == corpus_id).values(**values))
