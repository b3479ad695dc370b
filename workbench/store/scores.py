"""Numbers by the digest of all that they depend on, in a database that can be dropped."""

import math
import sqlite3
import struct
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TypeVar

from workbench.domain.documents import Notice
from workbench.domain.errors import Unavailable
from workbench.store.database import private_file, typed_error

FILE_NAME = "scores.db"
VERSION = 1
ROW_BYTES = 136
"""What a row takes at most with its share of both trees, in bytes; a test holds it against one."""
READ_SECONDS, WRITE_SECONDS = 0.25, 2.0
"""How long a locked database is waited for: a score is sooner computed than waited for."""
STALE_SECONDS = 24 * 3600
"""The time of the last use is written again only where it is older than this."""
SHARE_REMOVED = 20
"""One part in this many makes room at once, so that few writes pay for it."""

_SCHEMA = (
    "CREATE TABLE scores (key BLOB PRIMARY KEY, number BLOB NOT NULL, used INTEGER NOT NULL,"
    " CHECK (length(key) = 32 AND length(number) = 8)) WITHOUT ROWID",
    "CREATE INDEX scores_by_use ON scores (used)",
    "CREATE TABLE kept (count INTEGER NOT NULL)",  # counting the rows would read all of them
    "INSERT INTO kept VALUES (0)",
    f"PRAGMA user_version = {VERSION}",
)
_GET = "SELECT number, used FROM scores WHERE key = ?"
_PUT = "INSERT OR IGNORE INTO scores (key, number, used) VALUES (?, ?, ?)"
_TOUCH = "UPDATE scores SET used = ? WHERE key = ?"
_REMOVE = "DELETE FROM scores WHERE key IN (SELECT key FROM scores ORDER BY used LIMIT ?)"
# SQLite would lose the sign of -0.0 in a column of numbers.
_NUMBER = struct.Struct("<d")

_Found = TypeVar("_Found")


class ScoreStore:
    """Numbers of 8 bytes under keys of 32; those not used for longest make room for others.

    All of it can be computed again: a database that another process has locked has no numbers
    and takes none, and a damaged file is set aside as ``scores.db.damaged`` for an empty one, which
    ``notices`` tells. The number of rows is held so low that the file stays within the limit; the
    write-ahead log beside it is not counted. Every call has a connection of its own, so any number
    of threads and processes may call.
    """

    def __init__(
        self, home: Path, limit_bytes: int, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._home = home
        self._limit_rows = limit_bytes // ROW_BYTES
        self._clock = clock
        self._lock = Lock()
        self._notices: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return a ``scores_recreated`` for every time that this store had to begin anew."""
        return self._notices

    def size_bytes(self) -> int:
        """Return the size of the file and its log, 0 where there is none."""
        files = (self._home / f"{FILE_NAME}{ending}" for ending in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.is_file())

    def get(self, keys: Sequence[bytes]) -> dict[bytes, float]:
        """Return the numbers that are kept, by key; the others are left out.

        Raises:
            Unavailable: ``disk_full``, ``home_not_writable`` or ``database_damaged``.
        """
        if not keys:
            return {}
        rows = self._with(lambda connection: _rows(connection, keys), READ_SECONDS)
        now = self._now()
        stale = [key for key, (_, used) in (rows or {}).items() if used + STALE_SECONDS <= now]
        if stale:
            self._with(lambda connection: _touch(connection, stale, now), READ_SECONDS)
        return {key: _NUMBER.unpack(number)[0] for key, (number, _) in (rows or {}).items()}

    def put(self, rows: Mapping[bytes, float]) -> None:
        """Keep numbers, all or none; one that is kept stays, one that is not finite never comes in.

        Raises:
            Unavailable: ``disk_full``, ``home_not_writable`` or ``database_damaged``.
        """
        now = self._now()
        packed = [
            (key, _NUMBER.pack(number), now)
            for key, number in rows.items()
            if math.isfinite(number)
        ]
        if packed:
            self._with(lambda connection: self._keep(connection, packed), WRITE_SECONDS)

    def _now(self) -> int:
        return int(self._clock())

    def _keep(
        self, connection: sqlite3.Connection, packed: Iterable[tuple[bytes, bytes, int]]
    ) -> None:
        connection.execute("BEGIN IMMEDIATE")
        (before,) = connection.execute("SELECT count FROM kept").fetchone()
        count = before + connection.executemany(_PUT, packed).rowcount
        if count > self._limit_rows:
            room = self._limit_rows // SHARE_REMOVED
            count -= connection.execute(_REMOVE, (count - self._limit_rows + room,)).rowcount
        connection.execute("UPDATE kept SET count = ?", (count,))
        connection.execute("COMMIT")

    def _with(self, work: Callable[[sqlite3.Connection], _Found], seconds: float) -> _Found | None:
        """Return what ``work`` finds, None where the database is locked for longer."""
        path = private_file(self._home, FILE_NAME)
        times = len(self._notices)
        try:
            return self._attempt(path, work, seconds)
        except Unavailable as error:
            if error.code != "database_damaged":
                raise
        self._set_aside(path, times)
        return self._attempt(path, work, seconds)

    def _attempt(
        self, path: Path, work: Callable[[sqlite3.Connection], _Found], seconds: float
    ) -> _Found | None:
        try:
            with closing(sqlite3.connect(path, timeout=seconds, isolation_level=None)) as opened:
                opened.execute("PRAGMA journal_mode = WAL")
                opened.execute("PRAGMA synchronous = NORMAL")
                if _version(opened) != VERSION:
                    self._begin_anew(opened)
                return work(opened)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                return None
            if not hasattr(error, "sqlite_errorcode"):
                raise  # the call was wrong, not the file
            # Whatever else SQLite finds, such as a table that lacks, a new file puts right.
            damaged = Unavailable("database_damaged", path=str(path))
            raise (typed_error(error, path) or damaged) from error

    def _begin_anew(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        # Asked again: another process may have made the tables while this one waited.
        if _version(connection) != VERSION:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
            old = [name for (name,) in connection.execute(tables).fetchall()]
            for statement in (*(f'DROP TABLE "{name}"' for name in old), *_SCHEMA):
                connection.execute(statement)
            if old:
                self._tell("version")
        connection.execute("COMMIT")

    def _set_aside(self, path: Path, times: int) -> None:
        with self._lock:
            if len(self._notices) != times:
                return  # another thread has already set aside the file that this one found damaged
            try:
                path.replace(path.with_name(f"{path.name}.damaged"))
                for ending in ("-wal", "-shm"):
                    path.with_name(path.name + ending).unlink(missing_ok=True)
            except OSError as error:
                raise Unavailable("database_damaged", path=str(path)) from error
            self._tell("damaged")
        private_file(self._home, FILE_NAME)

    def _tell(self, reason: str) -> None:
        told = Notice("scores_recreated", {"reason": reason})
        self._notices = (*self._notices, told)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _rows(connection: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, int]]:
    found = ((key, connection.execute(_GET, (key,)).fetchone()) for key in dict.fromkeys(keys))
    return {key: row for key, row in found if row is not None}


def _touch(connection: sqlite3.Connection, keys: Iterable[bytes], now: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_TOUCH, [(now, key) for key in keys])
    connection.execute("COMMIT")
