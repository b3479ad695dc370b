"""Settings of the workspace: JSON values by key."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select, update

from workbench.domain.experiments import Json
from workbench.store.database import Database
from workbench.store.tables import workspace


class WorkspaceRepository:
    """Keeps one JSON value a key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, default: Json = None) -> Json:
        """Return the value of ``key``, or ``default`` where it was never set."""
        with self._database.read() as connection:
            return _value(connection, key, default)

    def set(self, key: str, value: Json) -> None:
        """Keep ``value`` under ``key`` in place of what was there.

        Raises:
            InvalidInput: ``not_finite`` where a number in it is NaN or infinite.
        """
        self.update(key, lambda _: value)

    def update(self, key: str, change: Callable[[Json], Json], default: Json = None) -> Json:
        """Return what ``change`` made of the value of ``key``; nobody else changes it meanwhile.

        ``change`` is called inside the transaction, so it must be quick; an error in it changes
        nothing.

        Raises:
            InvalidInput: ``not_finite`` where a number in it is NaN or infinite.
        """
        with self._database.write() as connection:
            changed = change(_value(connection, key, default))
            _put(connection, key, changed)
        return changed

    def remove(self, key: str) -> None:
        """Forget ``key``; a key that was never set is no error."""
        with self._database.write() as connection:
            connection.execute(delete(workspace).where(workspace.c.key == key))

    def all(self) -> dict[str, Json]:
        """Return every value by its key, in the order of keys."""
        wanted = select(workspace.c.key, workspace.c.value).order_by(workspace.c.key)
        with self._database.read() as connection:
            return {row.key: row.value for row in connection.execute(wanted)}


def _value(connection: Connection, key: str, default: Json) -> Json:
    # A stored null is a value: the row decides, not what is in it.
    row = connection.execute(select(workspace.c.value).where(workspace.c.key == key)).first()
    value: Json = default if row is None else row.value
    return value


def _put(connection: Connection, key: str, value: Json) -> None:
    kept = update(workspace).where(workspace.c.key == key).values(value=value)
    if connection.execute(kept).rowcount == 0:
        connection.execute(insert(workspace).values(key=key, value=value))
