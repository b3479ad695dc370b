"""The upgrade of a database to the newest revision, in one transaction and after a copy."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workbench.domain.errors import Unavailable
from workbench.store.database import Database, current_revision, typed_errors
from workbench.store.evaluation_tables import METADATA

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, migrations: Path = MIGRATIONS) -> Path | None:
    """Bring ``database`` to the newest revision under ``migrations``.

    Returns where the copy of the older database lies, or None where there was nothing to copy.

    Raises:
        Unavailable: ``database_newer`` where its revision is unknown to this code,
            ``database_upgrade_failed`` where rows would refer to rows that do not exist.
    """
    script = ScriptDirectory(str(migrations))
    with typed_errors(database.path), database.engine.connect() as connection:
        connection.detach()  # its foreign keys stay off, so it must not return to the pool
        # A rebuilt table would otherwise take every row that refers to it along when it is dropped.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        # Asked again: another process may have migrated while this one waited to begin.
        copy = _upgrade_locked(database, script, connection)
        connection.commit()
    return copy


def _upgrade_locked(
    database: Database, script: ScriptDirectory, connection: Connection
) -> Path | None:
    found, head = current_revision(connection), script.get_current_head()
    if found == head:
        return None
    if found is not None and found not in {step.revision for step in script.walk_revisions()}:
        raise Unavailable("database_newer", path=str(database.path), found=found, known=head)
    copy = None if found is None else _copy(database, found)
    _run(script, connection)
    broken = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    if broken:
        raise Unavailable("database_upgrade_failed", revision=head, rows=broken)
    return copy


def _run(script: ScriptDirectory, connection: Connection) -> None:
    def steps(revision: Any, _context: MigrationContext) -> Iterable[Any]:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        environment.run_migrations()


def _copy(database: Database, revision: str) -> Path:
    stamp = database.now().replace(":", "").replace(".", "")
    target = database.path.with_name(f"{database.path.stem}-{revision}-{stamp}.db")
    partial = target.with_suffix(".partial")
    os.close(os.open(partial, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
    # A connection of its own reads the committed state, whatever the migrating one has done.
    with (
        closing(sqlite3.connect(database.path)) as source,
        closing(sqlite3.connect(partial)) as copy,
    ):
        source.backup(copy)
    partial.replace(target)
    return target
