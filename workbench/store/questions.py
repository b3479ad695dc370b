"""Questions, the sets they stand in, and the criteria they are judged by; none of them changes."""

from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from workbench.domain.errors import Conflict, NotFound
from workbench.domain.judgements import Criterion, QuerySet, SetEntry
from workbench.domain.queries import Query
from workbench.store.database import Database
from workbench.store.evaluation_tables import criteria, queries, query_sets
from workbench.store.rows import StoredQuery


class QuestionRepository:
    """Keeps questions, versions of question sets, and criteria."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_query(self, owner: str, query: Query, query_id: str | None = None) -> StoredQuery:
        """Return the stored question, under the identifier given or a new one.

        Adding the same question under the same identifier again changes nothing.

        Raises:
            Conflict: ``query_exists`` where the identifier belongs to another question.
        """
        stored = StoredQuery(
            query_id=query_id or self._database.new_id(),
            owner=owner,
            text=query.text,
            language=query.language,
            created_at=self._database.now(),
        )
        with self._database.write() as connection:
            known = _query(connection, stored.query_id)
            if known is None:
                connection.execute(insert(queries).values(**asdict(stored)))
                return stored
        if (known.owner, known.text) != (stored.owner, stored.text):
            raise Conflict("query_exists", query=stored.query_id)
        return known

    def queries(self, query_ids: tuple[str, ...]) -> tuple[StoredQuery, ...]:
        """Return the questions in the order given.

        Raises:
            NotFound: ``query_unknown``.
        """
        with self._database.read() as connection:
            return tuple(_known_query(connection, query_id) for query_id in query_ids)

    def find_query(self, owner: str, text: str) -> StoredQuery | None:
        """Return the owner's oldest question of exactly that text, or None."""
        wanted = select(queries).where(queries.c.owner == owner, queries.c.text == text)
        order = (queries.c.created_at, queries.c.query_id)
        with self._database.read() as connection:
            row = connection.execute(wanted.order_by(*order).limit(1)).mappings().first()
        return None if row is None else _stored_query(row)

    def add_criterion(self, criterion: Criterion) -> Criterion:
        """Keep the criterion and return it; adding the same one again changes nothing.

        Raises:
            Conflict: ``criterion_exists`` where the identifier belongs to another criterion.
        """
        with self._database.write() as connection:
            known = _criterion(connection, criterion.criterion_id)
            if known is None:
                connection.execute(insert(criteria).values(**asdict(criterion)))
                return criterion
        if known != criterion:
            raise Conflict("criterion_exists", criterion=criterion.criterion_id)
        return known

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion.

        Raises:
            NotFound: ``criterion_unknown``.
        """
        with self._database.read() as connection:
            found = _criterion(connection, criterion_id)
        if found is None:
            raise NotFound("criterion_unknown", criterion=criterion_id)
        return found

    def criteria(self, owner: str) -> tuple[Criterion, ...]:
        """Return the owner's criteria, oldest first."""
        order = (criteria.c.created_at, criteria.c.criterion_id)
        wanted = select(criteria).where(criteria.c.owner == owner).order_by(*order)
        with self._database.read() as connection:
            return tuple(Criterion(**row) for row in connection.execute(wanted).mappings())

    def save_set(
        self,
        owner: str,
        name: str,
        entries: tuple[SetEntry, ...],
        *,
        query_set_id: str | None = None,
        based_on: int | None = None,
        corpus_id: str | None = None,
    ) -> QuerySet:
        """Return a new question set at version 1, or the next version of ``query_set_id``.

        ``based_on`` is the version that was changed; earlier versions stay as they are.

        Raises:
            NotFound: ``query_unknown`` or ``query_set_unknown``.
            Conflict: ``query_set_changed`` where somebody else made a version after ``based_on``.
        """
        with self._database.write() as connection:
            for entry in entries:
                _known_query(connection, entry.query_id)
            version = 1 if query_set_id is None else _next(connection, query_set_id, based_on)
            saved = QuerySet(
                query_set_id=query_set_id or self._database.new_id(),
                version=version,
                owner=owner,
                name=name,
                queries=entries,
                created_at=self._database.now(),
                corpus_id=corpus_id,
            )
            connection.execute(insert(query_sets).values(**asdict(saved)))
        return saved

    def query_set(self, query_set_id: str, version: int | None = None) -> QuerySet:
        """Return the newest version of a question set, or the one named.

        Raises:
            NotFound: ``query_set_unknown``.
        """
        wanted = select(query_sets).where(query_sets.c.query_set_id == query_set_id)
        if version is not None:
            wanted = wanted.where(query_sets.c.version == version)
        with self._database.read() as connection:
            newest = wanted.order_by(query_sets.c.version.desc()).limit(1)
            row = connection.execute(newest).mappings().first()
        if row is None:
            raise NotFound("query_set_unknown", query_set=query_set_id)
        return _query_set(row)

    def versions(self, query_set_id: str) -> tuple[QuerySet, ...]:
        """Return every version of a question set, newest first; empty for an unknown one."""
        wanted = select(query_sets).where(query_sets.c.query_set_id == query_set_id)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(query_sets.c.version.desc())).mappings()
            return tuple(_query_set(row) for row in rows)

    def delete_set(self, query_set_id: str, *, deleted: bool) -> None:
        """Hide a question set with all its versions, or bring it back.

        Raises:
            NotFound: ``query_set_unknown``.
        """
        at = self._database.now() if deleted else None
        wanted = update(query_sets).where(query_sets.c.query_set_id == query_set_id)
        with self._database.write() as connection:
            if connection.execute(wanted.values(deleted_at=at)).rowcount == 0:
                raise NotFound("query_set_unknown", query_set=query_set_id)

    def query_sets(self, owner: str, *, deleted: bool = False) -> tuple[QuerySet, ...]:
        """Return the newest version of each of the owner's question sets, by time of creation.

        With ``deleted`` those that are hidden, and none of the others.
        """
        other = query_sets.alias()
        newest = (
            select(func.max(other.c.version))
            .where(other.c.query_set_id == query_sets.c.query_set_id)
            .scalar_subquery()
        )
        wanted = select(query_sets).where(
            query_sets.c.owner == owner,
            query_sets.c.version == newest,
            query_sets.c.deleted_at.is_not(None) if deleted else query_sets.c.deleted_at.is_(None),
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(query_sets.c.query_set_id)).mappings()
            return tuple(_query_set(row) for row in rows)


def _next(connection: Connection, query_set_id: str, based_on: int | None) -> int:
    wanted = select(func.max(query_sets.c.version))
    newest = connection.execute(wanted.where(query_sets.c.query_set_id == query_set_id)).scalar()
    if newest is None:
        raise NotFound("query_set_unknown", query_set=query_set_id)
    if based_on is not None and based_on != newest:
        raise Conflict("query_set_changed", based_on=based_on, newest=newest)
    return int(newest) + 1


def _query(connection: Connection, query_id: str) -> StoredQuery | None:
    wanted = select(queries).where(queries.c.query_id == query_id)
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _stored_query(row)


def _known_query(connection: Connection, query_id: str) -> StoredQuery:
    found = _query(connection, query_id)
    if found is None:
        raise NotFound("query_unknown", query=query_id)
    return found


def _criterion(connection: Connection, criterion_id: str) -> Criterion | None:
    wanted = select(criteria).where(criteria.c.criterion_id == criterion_id)
    row = connection.execute(wanted).mappings().first()
    return None if row is None else Criterion(**row)


def _stored_query(row: RowMapping) -> StoredQuery:
    return StoredQuery(**row)


def _query_set(row: RowMapping) -> QuerySet:
    entries = tuple(SetEntry(**{**entry, "tags": tuple(entry["tags"])}) for entry in row["queries"])
    kept = {name: value for name, value in row.items() if name != "deleted_at"}
    return QuerySet(**{**kept, "queries": entries})
