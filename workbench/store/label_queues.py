"""Queues of passages to grade: made once, with the places that were put off."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update

from workbench.domain.errors import NotFound
from workbench.domain.judgements import LabelQueue
from workbench.store.database import Database
from workbench.store.evaluation_tables import label_queues

_PARAMS = ("corpus_id", "judge", "seed")


class LabelQueueRepository:
    """Keeps queues; what is graded in one is kept with the judgements, not here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, queue: LabelQueue) -> None:
        """Keep a new queue.

        Raises:
            NotFound: ``criterion_unknown``.
        """
        values = asdict(queue)
        params = {name: values.pop(name) for name in _PARAMS}
        with self._database.write() as connection:
            connection.execute(insert(label_queues).values(**values, params=params))

    def get(self, queue_id: str) -> LabelQueue:
        """Return a queue.

        Raises:
            NotFound: ``label_queue_unknown``.
        """
        wanted = select(label_queues).where(label_queues.c.queue_id == queue_id)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise NotFound("label_queue_unknown", queue=queue_id)
        return _queue(row)

    def all(self, owner: str) -> tuple[LabelQueue, ...]:
        """Return the owner's queues, newest first."""
        wanted = select(label_queues).where(label_queues.c.owner == owner)
        newest = wanted.order_by(label_queues.c.queue_id.desc())
        with self._database.read() as connection:
            return tuple(map(_queue, connection.execute(newest).mappings()))

    def put_off(self, queue_id: str, later: tuple[int, ...]) -> None:
        """Keep which places come again at the end."""
        wanted = update(label_queues).where(label_queues.c.queue_id == queue_id)
        with self._database.write() as connection:
            connection.execute(wanted.values(later=list(later)))

    def remove(self, queue_id: str) -> None:
        """Forget a queue; grades that were given in it stay."""
        with self._database.write() as connection:
            connection.execute(delete(label_queues).where(label_queues.c.queue_id == queue_id))


def _queue(row: RowMapping) -> LabelQueue:
    kept: dict[str, Any] = {name: value for name, value in row.items() if name != "params"}
    kept |= row["params"]
    kept["items"] = tuple((query, chunk) for query, chunk in row["items"])
    kept["later"] = tuple(row["later"])
    return LabelQueue(**kept)
