"""Kept scores: the same to the bit, within their limit, and never in anybody's way."""

import hashlib
import math
import os
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from workbench.domain.errors import Unavailable
from workbench.store import scores as room
from workbench.store.scores import ROW_BYTES, ScoreStore

LIMIT = 1024 * 1024


def key(name: object) -> bytes:
    return hashlib.sha256(str(name).encode()).digest()


def bits(rows: dict[bytes, float]) -> dict[bytes, bytes]:
    return {one: struct.pack("<d", number) for one, number in rows.items()}


def test_numbers_come_back_to_the_bit(home: Path) -> None:
    numbers = (0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, -1e-300, 7.0)
    kept = {key(at): number for at, number in enumerate(numbers)}
    ScoreStore(home, LIMIT).put(kept)
    found = ScoreStore(home, LIMIT).get([key(99), key(0), *kept, key(0)])
    assert bits(found) == bits(kept)


def test_nothing_asked_and_nothing_kept(home: Path) -> None:
    store = ScoreStore(home, LIMIT)
    assert store.size_bytes() == 0
    assert store.get([]) == {}
    store.put({})
    assert not (home / "scores.db").exists()
    assert store.get([key(1)]) == {}
    assert store.size_bytes() > 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_never_kept(home: Path, bad: float) -> None:
    store = ScoreStore(home, LIMIT)
    store.put({key(1): bad, key(3): 1.0})
    assert store.get([key(1), key(3)]) == {key(3): 1.0}


def test_the_file_stays_within_its_limit_and_forgets_the_longest_unused(home: Path) -> None:
    now = [0.0]
    store = ScoreStore(home, LIMIT, clock=lambda: now[0])
    held = LIMIT // ROW_BYTES
    store.put({key(n): float(n) for n in range(100)})
    now[0] = 30 * 3600.0
    assert len(store.get([key(n) for n in range(50)])) == 50  # used again, more than a day later
    for start in range(100, 3 * held, 500):
        now[0] += 1
        store.put({key(n): float(n) for n in range(start, start + 500)})
    with closing(sqlite3.connect(home / "scores.db")) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM scores").fetchone()
        assert connection.execute("SELECT count FROM kept").fetchone() == (rows,)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert held * 0.8 < rows <= held
    assert (home / "scores.db").stat().st_size <= LIMIT
    assert store.get([key(n) for n in range(50, 100)]) == {}
    assert len(store.get([key(n) for n in range(start, start + 500)])) == 500


def test_a_score_used_yesterday_outlives_one_that_was_not(home: Path) -> None:
    now = [0.0]
    store = ScoreStore(home, 20 * ROW_BYTES, clock=lambda: now[0])
    store.put({key(n): float(n) for n in range(20)})
    now[0] = 25 * 3600.0
    assert store.get([key(7)]) == {key(7): 7.0}
    store.put({key(n): float(n) for n in range(20, 30)})
    assert store.get([key(7)]) == {key(7): 7.0}
    assert len(store.get([key(n) for n in range(30)])) == 19


def test_a_damaged_file_is_set_aside(home: Path) -> None:
    store = ScoreStore(home, LIMIT)
    home.mkdir()
    (home / "scores.db").write_bytes(b"no database" * 1000)
    assert store.get([key(1)]) == {}
    store.put({key(1): 1.0})
    assert store.get([key(1)]) == {key(1): 1.0}
    assert (home / "scores.db.damaged").read_bytes().startswith(b"no database")
    assert [(n.code, n.params) for n in store.notices] == [
        ("scores_recreated", {"reason": "damaged"})
    ]


def test_a_file_without_its_tables_is_set_aside(home: Path) -> None:
    ScoreStore(home, LIMIT).put({key(1): 1.0})
    with closing(sqlite3.connect(home / "scores.db")) as connection:
        connection.execute("DROP TABLE scores")
    store = ScoreStore(home, LIMIT)
    assert store.get([key(1)]) == {}
    store.put({key(2): 2.0})
    assert store.get([key(2)]) == {key(2): 2.0}
    assert [n.params for n in store.notices] == [{"reason": "damaged"}]


def test_a_full_disk_and_a_home_that_cannot_be_written_are_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ScoreStore(home, LIMIT)
    store.put({key(1): 1.0})
    plain = sqlite3.connect

    def small(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = plain(*args, **more)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(Unavailable) as caught:
        store.put({key(n): float(n) for n in range(2, 1000)})
    assert caught.value.code == "disk_full"
    monkeypatch.undo()
    assert store.get([key(1), key(2)]) == {key(1): 1.0}, "all or none"
    (home / "file").write_text("")
    with pytest.raises(Unavailable) as caught:
        ScoreStore(home / "file", LIMIT).get([key(1)])
    assert caught.value.code == "home_not_writable"


def test_another_version_is_begun_anew(home: Path) -> None:
    ScoreStore(home, LIMIT).put({key(1): 1.0})
    with closing(sqlite3.connect(home / "scores.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    store = ScoreStore(home, LIMIT)
    assert store.get([key(1)]) == {}
    assert [n.params for n in store.notices] == [{"reason": "version"}]


def test_a_locked_database_is_a_miss(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WRITE_SECONDS", 0.05)
    store = ScoreStore(home, LIMIT)
    store.put({key(1): 1.0})
    with closing(sqlite3.connect(home / "scores.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store.put({key(2): 2.0})
        assert store.get([key(1), key(2)]) == {key(1): 1.0}
    with closing(sqlite3.connect(home / "scores.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE kept SET count = count")
        store.put({key(2): 2.0})
    assert store.get([key(1), key(2)]) == {key(1): 1.0}
    assert store.notices == ()


WRITER = """
import hashlib, sys
from pathlib import Path
from workbench.store.scores import ScoreStore
store, name, n = ScoreStore(Path(sys.argv[1]), 2**28), sys.argv[2], 0
print("ready", flush=True)
while n < int(sys.argv[3]):
    rows = {hashlib.sha256(f"{name}{i}".encode()).digest(): float(i)
            for i in range(n, n + 500)}
    store.put(rows)
    n += 500
"""


def writer(home: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(home), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_processes_write_at_once(home: Path) -> None:
    both = [writer(home, name, 4000) for name in "ab"]
    for one in both:
        one.communicate(timeout=120)
        assert one.returncode == 0
    found = ScoreStore(home, LIMIT).get([key(f"{name}{n}") for name in "ab" for n in range(4000)])
    assert len(found) == 8000
    assert all(found[key(f"b{n}")] == float(n) for n in range(4000))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_writer_that_is_killed_leaves_a_readable_file(home: Path) -> None:
    child = writer(home, "a", 10**9)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    deadline = time.monotonic() + 60
    store = ScoreStore(home, LIMIT)
    while not store.get([key("a1000")]) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    found = store.get([key(f"a{n}") for n in range(1500)])
    assert len(found) % 500 == 0 and len(found) >= 1500
    store.put({key("after"): 1.0})
    assert store.get([key("after")]) == {key("after"): 1.0}
    assert store.notices == ()
    with closing(sqlite3.connect(home / "scores.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
