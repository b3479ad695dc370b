"""Questions that were asked, so that a question set can take them up."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from workbench.store.database import Database
from workbench.store.evaluation_tables import searches


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question as it was asked last: of which corpora, under which instruction, and when."""

    text: str
    corpora: tuple[str, ...]
    instruction: str
    at: str


class SearchRepository:
    """Keeps what was asked; all of it can be forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: str, text: str, corpora: tuple[str, ...], instruction: str) -> None:
        """Keep a question, unless it is the one asked last."""
        last = (
            select(searches.c.text)
            .where(searches.c.owner == owner)
            .order_by(searches.c.event.desc())
            .limit(1)
        )
        with self._database.write() as connection:
            if connection.execute(last).scalar() != text:
                connection.execute(
                    insert(searches).values(
                        owner=owner,
                        text=text,
                        corpora=list(corpora),
                        instruction=instruction,
                        at=self._database.now(),
                    )
                )

    def recent(self, owner: str, limit: int) -> tuple[AskedBefore, ...]:
        """Return different questions, those asked last first."""
        newest = (
            select(func.max(searches.c.event))
            .where(searches.c.owner == owner)
            .group_by(searches.c.text)
        )
        wanted = select(searches).where(searches.c.event.in_(newest))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(searches.c.event.desc()).limit(limit))
            return tuple(
                AskedBefore(row.text, tuple(row.corpora), row.instruction, row.at) for row in rows
            )

    def clear(self, owner: str) -> None:
        """Forget everything that the owner asked."""
        with self._database.write() as connection:
            connection.execute(delete(searches).where(searches.c.owner == owner))
