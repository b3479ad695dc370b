"""One SQLite file, opened at the newest revision, with two kinds of transaction."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import StatementError

from workbench.domain.errors import Busy, InvalidInput, Unavailable, WorkbenchError
from workbench.domain.experiments import canonical_json
from workbench.domain.identity import new_ulid

Clock: TypeAlias = Callable[[], float]
"""Gives the seconds since 1970-01-01 UTC."""

FILE_NAME = "workbench.db"
HEAD = "0005"
"""The revision that this code reads and writes; the newest one under ``migrations``."""
BUSY_SECONDS = 15


class Database:
    """The open database; any number of threads may use it."""

    def __init__(self, engine: Engine, path: Path, clock: Clock) -> None:
        self.engine = engine
        self.path = path
        self.clock = clock

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database until it is left.

        Raises:
            Unavailable: ``database_damaged`` or ``home_not_writable``.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the connection of the only writer; leaving commits, an exception undoes everything.

        Raises:
            Busy: ``database_busy`` where another writer needed longer than 15 seconds.
            Unavailable: ``disk_full``, ``database_damaged`` or ``home_not_writable``.
            InvalidInput: ``not_finite`` or ``text_not_unicode``; nothing was stored.
        """
        # Without IMMEDIATE, two that read and then write would lose one of the two changes.
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with typed_errors(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            yield connection
            connection.commit()

    def now(self) -> str:
        """Return the time as UTC text with Z, to the microsecond."""
        return utc_text(self.clock())

    def new_id(self) -> str:
        """Return a new ULID of this moment."""
        return new_ulid(self.clock())

    def close(self) -> None:
        """Close every connection; SQLite then folds its write-ahead log into the file."""
        self.engine.dispose()


def utc_text(seconds: float) -> str:
    """Return the time ``seconds`` after 1970 as text whose order is that of time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def open_database(home: Path, clock: Clock = time.time) -> Database:
    """Return the database of ``home``, made or upgraded where that is needed.

    Several processes may open the same home at once: one of them migrates, the others wait.

    Raises:
        Unavailable: ``database_newer``, ``database_damaged``, ``disk_full``, ``home_not_writable``.
        Busy: ``database_busy`` where another process migrates for longer than 15 seconds.
    """
    path = private_file(home, FILE_NAME)
    database = Database(_engine(path), path, clock)
    try:
        with database.read() as connection:
            found = current_revision(connection)
        if found != HEAD:
            # Imported here because Alembic takes longer to load than a current database to open.
            from workbench.store.migrate import upgrade

            upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def current_revision(connection: Connection) -> str | None:
    """Return the database's revision, or None where it has no tables yet."""
    tables = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    if not connection.exec_driver_sql(tables).scalar_one():
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def private_file(home: Path, name: str) -> Path:
    """Return the path of a file in ``home`` that only its owner may read; both are made if needed.

    Raises:
        Unavailable: ``home_not_writable``.
    """
    path = home / name
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its log and shared memory the mode of the file that it finds.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Unavailable(
            "home_not_writable", path=str(home), reason=error.strerror or type(error).__name__
        ) from error
    return path


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        json_serializer=canonical_json,
        max_overflow=-1,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", lambda connection, _record: prepare(connection))
    return engine


def prepare(connection: sqlite3.Connection) -> None:
    """Set what every connection needs; nothing of it survives the connection but the log's kind."""
    connection.isolation_level = None  # the module would begin by itself, and never before SELECT
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The busy timeout does not cover this switch: SQLite refuses at once while another makes it.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def typed_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the binding of values raise into errors of the product."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InvalidInput("text_not_unicode", position=error.start) from error
    except StatementError as error:
        typed = typed_error(error.orig, path)
        if typed is None:
            raise
        raise typed from error


def typed_error(cause: BaseException | None, path: Path) -> WorkbenchError | None:
    """Return the product's error for what SQLite raised, or None where there is none for it."""
    if isinstance(cause, WorkbenchError):
        return cause
    if isinstance(cause, UnicodeEncodeError):
        return InvalidInput("text_not_unicode", position=cause.start)
    match getattr(cause, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return Unavailable("disk_full", path=str(path.parent))
        case sqlite3.SQLITE_BUSY:
            return Busy("database_busy", seconds=BUSY_SECONDS)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Unavailable("database_damaged", path=str(path))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR:
            return Unavailable("home_not_writable", path=str(path.parent), reason=str(cause))
    return None
