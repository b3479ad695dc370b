"""Judgements as events that are only ever added, and the view of those that count today."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select

from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.judgements import GRADES, QUOTE_LIMIT, Anchor, Judgement
from workbench.store.columns import span_columns, spans_of
from workbench.store.database import Database
from workbench.store.evaluation_tables import criteria, judgements, queries

_SAME_PASSAGE = judgements.c[
    "judge", "query_id", "criterion_id", "document_id", "section_key", "quote_hash", "way"
]
"""Events that agree in these are about the same label; the last of them counts."""


class JudgementRepository:
    """Keeps judgements; nothing here changes or removes one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, judgement: Judgement) -> None:
        """Keep the judgement; it counts from now on in place of those before it on the same label.

        Raises:
            As ``append_all``.
        """
        self.append_all((judgement,))

    def append_all(self, events: Sequence[Judgement]) -> int:
        """Keep the judgements in the order given, all or none, and return how many were new.

        One that is there already is left alone, so that a file can be imported again.

        Raises:
            InvalidInput: ``grade_invalid`` or ``quote_too_long``.
            NotFound: ``query_unknown`` or ``criterion_unknown``.
            Conflict: ``judgement_exists`` where the identifier belongs to another judgement.
        """
        for event in events:
            _check(event)
        with self._database.write() as connection:
            return sum(_append(connection, event) for event in events)

    def current(
        self,
        *,
        judge: str | None = None,
        query_id: str | None = None,
        criterion_id: str | None = None,
        document_id: str | None = None,
    ) -> tuple[Judgement, ...]:
        """Return the judgements that count, in the order in which they came.

        That is the last one of each judge on each passage under each query and criterion, in each
        way of judging; what is given narrows them, and what was withdrawn is left out.
        """
        narrowed = _narrowed(judge, query_id, criterion_id, document_id)
        last = select(func.max(judgements.c.event)).where(*narrowed).group_by(*_SAME_PASSAGE)
        return self._read(judgements.c.event.in_(last), judgements.c.withdrawn.is_(False))

    def history(
        self,
        *,
        judge: str | None = None,
        query_id: str | None = None,
        criterion_id: str | None = None,
        document_id: str | None = None,
    ) -> tuple[Judgement, ...]:
        """Return every judgement ever given, in the order in which they came."""
        return self._read(*_narrowed(judge, query_id, criterion_id, document_id))

    def _read(self, *conditions: ColumnElement[bool]) -> tuple[Judgement, ...]:
        wanted = select(judgements).where(*conditions).order_by(judgements.c.event)
        with self._database.read() as connection:
            return tuple(map(_judgement, connection.execute(wanted).mappings()))


def _narrowed(
    judge: str | None, query_id: str | None, criterion_id: str | None, document_id: str | None
) -> list[ColumnElement[bool]]:
    columns = judgements.c["judge", "query_id", "criterion_id", "document_id"]
    wanted = (judge, query_id, criterion_id, document_id)
    return [
        column == value for column, value in zip(columns, wanted, strict=True) if value is not None
    ]


def _check(event: Judgement) -> None:
    if event.grade is not None and event.grade not in GRADES:
        raise InvalidInput("grade_invalid", grade=event.grade)
    if len(event.anchor.quote) > QUOTE_LIMIT:
        raise InvalidInput("quote_too_long", length=len(event.anchor.quote), limit=QUOTE_LIMIT)


def _append(connection: Connection, event: Judgement) -> bool:
    known = select(judgements).where(judgements.c.judgement_id == event.judgement_id)
    row = connection.execute(known).mappings().first()
    if row is not None:
        if _judgement(row) != event:
            raise Conflict("judgement_exists", judgement=event.judgement_id)
        return False
    _require(connection, queries.c.query_id, "query", event.query_id)
    _require(connection, criteria.c.criterion_id, "criterion", event.criterion_id)
    connection.execute(insert(judgements).values(**_columns(event)))
    return True


def _require(connection: Connection, column: ColumnElement[Any], what: str, wanted: str) -> None:
    if connection.execute(select(column).where(column == wanted)).first() is None:
        raise NotFound(f"{what}_unknown", **{what: wanted})


def _columns(event: Judgement) -> dict[str, Any]:
    anchor = event.anchor
    return {
        "judgement_id": event.judgement_id,
        "judge": event.judge,
        "query_id": event.query_id,
        "criterion_id": event.criterion_id,
        "document_id": anchor.document_id,
        "edition_id": anchor.edition_id,
        "section_key": anchor.section_key,
        "spans": span_columns(anchor.spans),
        "quote": anchor.quote,
        "quote_hash": anchor.quote_hash,
        "chunk_id": anchor.chunk_id,
        "grade": event.grade,
        "note": event.note,
        "at": event.at,
        "supersedes": event.supersedes,
        "way": event.way,
        "withdrawn": event.withdrawn,
    }


def _judgement(row: RowMapping) -> Judgement:
    return Judgement(
        judgement_id=row["judgement_id"],
        judge=row["judge"],
        query_id=row["query_id"],
        criterion_id=row["criterion_id"],
        anchor=Anchor(
            document_id=row["document_id"],
            edition_id=row["edition_id"],
            section_key=row["section_key"],
            spans=spans_of(row["spans"]),
            quote=row["quote"],
            quote_hash=row["quote_hash"],
            chunk_id=row["chunk_id"],
        ),
        grade=row["grade"],
        note=row["note"],
        at=row["at"],
        supersedes=row["supersedes"],
        way=row["way"],
        withdrawn=row["withdrawn"],
    )
