"""Vectors by the hash of the text they stand for, in a database that can be dropped."""

import json
import math
import sqlite3
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.store.database import BUSY_SECONDS, prepare, private_file, typed_error

FILE_NAME = "vectors.db"
VERSION = 1

_SCHEMA = (
    "CREATE TABLE embedders (id INTEGER PRIMARY KEY, key TEXT UNIQUE, dim INTEGER NOT NULL)",
    "CREATE TABLE vectors (embedder INTEGER NOT NULL, hash TEXT NOT NULL, vector BLOB NOT NULL)",
    "CREATE UNIQUE INDEX vectors_by_hash ON vectors (embedder, hash)",
    f"PRAGMA user_version = {VERSION}",
)
# One statement for any number of hashes; CROSS keeps SQLite from walking through all vectors.
_OF_HASHES = (
    "FROM embedders CROSS JOIN json_each(?) AS wanted CROSS JOIN vectors"
    " ON vectors.embedder = embedders.id AND vectors.hash = wanted.value WHERE embedders.key = ?"
)
_GET = f"SELECT hash, vector {_OF_HASHES}"
_KNOWN = f"SELECT hash {_OF_HASHES}"
_PUT = "INSERT OR REPLACE INTO vectors (embedder, hash, vector) VALUES (?, ?, ?)"

_Found = TypeVar("_Found")


class VectorStore:
    """Vectors as little-endian float32 rows, kept by embedder and by hash of the text.

    All of it can be computed again: a damaged file gives way to an empty one, and ``notices`` says
    so. Every call has a connection of its own, so any number of threads may call.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = Lock()
        self._notices: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return a ``vectors_recreated`` for every time that this store had to begin anew."""
        return self._notices

    def get(self, embedder_key: str, hashes: Sequence[str]) -> dict[str, bytes]:
        """Return the vectors that are kept, by hash; the others are left out.

        Raises:
            Busy: ``database_busy``.
            Unavailable: ``disk_full`` or ``home_not_writable``.
        """
        asked = (json.dumps(list(hashes)), embedder_key)
        return self._with(lambda connection: dict(connection.execute(_GET, asked)))

    def missing(self, embedder_key: str, hashes: Sequence[str]) -> list[str]:
        """Return the hashes without a vector, each once, in the order given.

        Raises:
            Busy: ``database_busy``.
            Unavailable: ``disk_full`` or ``home_not_writable``.
        """
        asked = (json.dumps(list(hashes)), embedder_key)
        known = self._with(lambda connection: {row[0] for row in connection.execute(_KNOWN, asked)})
        return [one for one in dict.fromkeys(hashes) if one not in known]

    def put(self, embedder_key: str, dim: int, rows: Mapping[str, bytes]) -> None:
        """Keep vectors of ``dim`` numbers each, all of them or none.

        Raises:
            InvalidInput: ``vector_wrong_size`` where a row is no such vector, or where the embedder
                made vectors of another size before; ``not_finite`` where a number is none.
            Busy: ``database_busy``.
            Unavailable: ``disk_full`` or ``home_not_writable``.
        """
        for row in rows.values():
            _check(row, dim)
        self._with(lambda connection: _keep(connection, embedder_key, dim, rows))

    def _with(self, work: Callable[[sqlite3.Connection], _Found]) -> _Found:
        path = private_file(self._home, FILE_NAME)
        times = len(self._notices)
        try:
            return self._attempt(path, work)
        except Unavailable as error:
            if error.code != "database_damaged":
                raise
        self._drop(path, times)
        return self._attempt(path, work)

    def _attempt(self, path: Path, work: Callable[[sqlite3.Connection], _Found]) -> _Found:
        try:
            return self._on_connection(path, work)
        except sqlite3.Error as error:
            typed = typed_error(error, path)
            if typed is None:
                raise
            raise typed from error

    def _on_connection(self, path: Path, work: Callable[[sqlite3.Connection], _Found]) -> _Found:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            prepare(connection)
            if _version(connection) != VERSION:
                self._begin_anew(connection, path)
            return work(connection)

    def _begin_anew(self, connection: sqlite3.Connection, path: Path) -> None:
        connection.execute("BEGIN IMMEDIATE")
        # Asked again: another process may have made the tables while this one waited.
        found = _version(connection)
        if found != VERSION:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
            old = [name for (name,) in connection.execute(tables).fetchall()]
            for statement in (*(f'DROP TABLE "{name}"' for name in old), *_SCHEMA):
                connection.execute(statement)
            if old:
                self._tell(path, "version")
        connection.execute("COMMIT")

    def _drop(self, path: Path, times: int) -> None:
        with self._lock:
            if len(self._notices) != times:
                return  # another thread has already dropped the file that this one found damaged
            try:
                for ending in ("", "-wal", "-shm"):
                    path.with_name(path.name + ending).unlink(missing_ok=True)
            except OSError as error:
                raise Unavailable("database_damaged", path=str(path)) from error
            self._tell(path, "damaged")
        private_file(self._home, FILE_NAME)

    def _tell(self, path: Path, reason: str) -> None:
        told = Notice("vectors_recreated", {"path": str(path), "reason": reason})
        self._notices = (*self._notices, told)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check(row: bytes, dim: int) -> None:
    if dim < 1 or len(row) != 4 * dim:
        raise InvalidInput("vector_wrong_size", size=len(row), expected=4 * dim)
    numbers = array("f", row)
    if sys.byteorder == "big":
        numbers.byteswap()
    # The sum of float32 numbers cannot overflow a float, so it is finite exactly where they are.
    if not math.isfinite(sum(numbers)):
        raise InvalidInput("not_finite", value="vector")


def _keep(connection: sqlite3.Connection, key: str, dim: int, rows: Mapping[str, bytes]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT OR IGNORE INTO embedders (key, dim) VALUES (?, ?)", (key, dim))
    asked: Any = connection.execute("SELECT id, dim FROM embedders WHERE key = ?", (key,))
    embedder, known = asked.fetchone()
    if known != dim:
        raise InvalidInput("vector_wrong_size", size=4 * dim, expected=4 * known)
    connection.executemany(_PUT, ((embedder, one, row) for one, row in rows.items()))
    connection.execute("COMMIT")
