"""Glossaries: the entries of a corpus, changed all at once, with those before the last change."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from workbench.domain.errors import Conflict, NotFound
from workbench.domain.glossaries import Glossary, GlossaryEntry
from workbench.store.database import Database
from workbench.store.tables import corpora, glossaries


class GlossaryRepository:
    """Keeps one glossary a corpus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, corpus_id: str) -> Glossary:
        """Return the corpus's glossary; of version 0 and empty where none was ever kept."""
        with self._database.read() as connection:
            return _glossary(corpus_id, _row(connection, corpus_id))

    def version(self, corpus_id: str) -> int:
        """Return the number of changes so far, which tells whether a copy is still good."""
        wanted = select(glossaries.c.version).where(glossaries.c.corpus_id == corpus_id)
        with self._database.read() as connection:
            return connection.execute(wanted).scalar() or 0

    def count(self, corpus_id: str) -> int:
        """Return the number of entries, without reading them."""
        wanted = select(func.json_array_length(glossaries.c.entries)).where(
            glossaries.c.corpus_id == corpus_id
        )
        with self._database.read() as connection:
            return connection.execute(wanted).scalar() or 0

    def replace(
        self, corpus_id: str, entries: Sequence[GlossaryEntry], expected: int | None = None
    ) -> Glossary:
        """Return the glossary with ``entries`` in place of all there were, which can be undone.

        Raises:
            NotFound: ``corpus_unknown``, also where it was deleted.
            Conflict: ``glossary_changed`` where ``expected`` is no longer its version.
        """
        with self._database.write() as connection:
            _require_corpus(connection, corpus_id)
            row = _row(connection, corpus_id)
            found = 0 if row is None else row.version
            if expected not in (None, found):
                raise Conflict("glossary_changed")
            previous = [] if row is None else row.entries
            self._put(connection, corpus_id, found, [list(astuple(e)) for e in entries], previous)
            return _glossary(corpus_id, _row(connection, corpus_id))

    def undo(self, corpus_id: str) -> Glossary:
        """Return the glossary as it was before the last change; undoing again takes that back.

        Raises:
            NotFound: ``corpus_unknown``, also where it was deleted.
            Conflict: ``glossary_never_changed``.
        """
        with self._database.write() as connection:
            _require_corpus(connection, corpus_id)
            row = _row(connection, corpus_id)
            if row is None:
                raise Conflict("glossary_never_changed")
            self._put(connection, corpus_id, row.version, row.previous, row.entries)
            return _glossary(corpus_id, _row(connection, corpus_id))

    def _put(
        self, connection: Connection, corpus_id: str, version: int, entries: Any, previous: Any
    ) -> None:
        values = {
            "version": version + 1,
            "changed_at": self._database.now(),
            "previous": previous,
            "entries": entries,
        }
        kept = update(glossaries).where(glossaries.c.corpus_id == corpus_id).values(**values)
        if connection.execute(kept).rowcount == 0:
            connection.execute(insert(glossaries).values(corpus_id=corpus_id, **values))


def _row(connection: Connection, corpus_id: str) -> Row[Any] | None:
    return connection.execute(select(glossaries).where(glossaries.c.corpus_id == corpus_id)).first()


def _glossary(corpus_id: str, row: Row[Any] | None) -> Glossary:
    if row is None:
        return Glossary(corpus_id)
    entries = tuple(GlossaryEntry(*one) for one in row.entries)
    return Glossary(corpus_id, entries, row.version, undoable=True)


def _require_corpus(connection: Connection, corpus_id: str) -> None:
    alive = select(corpora.c.corpus_id).where(
        corpora.c.corpus_id == corpus_id, corpora.c.deleted_at.is_(None)
    )
    if connection.execute(alive).first() is None:
        raise NotFound("corpus_unknown", name=corpus_id)
