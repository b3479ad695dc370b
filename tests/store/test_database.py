import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.samples import START, TickingClock
from workbench.domain.errors import Busy, InvalidInput, Unavailable
from workbench.store import database as module
from workbench.store.database import HEAD, Database, current_revision, open_database, utc_text
from workbench.store.workspace import WorkspaceRepository

POSIX = pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
ROOT = Path(__file__).parents[2]


def _pragma(database: Database, name: str) -> object:
    with database.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("busy_timeout", 15000), ("foreign_keys", 1), ("synchronous", 1)],
)
def test_every_connection_is_prepared(database: Database, name: str, value: object) -> None:
    assert _pragma(database, name) == value


def test_a_new_home_stands_at_the_newest_revision(database: Database, home: Path) -> None:
    with database.read() as connection:
        assert current_revision(connection) == HEAD
    assert [path.name for path in home.glob("*.db")] == ["workbench.db"]


@POSIX
def test_home_and_file_belong_to_their_owner_alone(database: Database, home: Path) -> None:
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in home.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_times_are_utc_and_sort_as_text() -> None:
    # 1,700,000,000 s after the epoch, by `date -u -d @1700000000`
    assert utc_text(START) == "2023-11-14T22:13:20.000000Z"
    assert utc_text(START + 0.5) == "2023-11-14T22:13:20.500000Z"
    assert utc_text(9.0) < utc_text(10.0) < utc_text(START)


def test_the_clock_that_is_given_makes_times_and_identifiers(database: Database) -> None:
    first, second = database.new_id(), database.new_id()
    assert first[:10] < second[:10]  # the ticking clock puts them a second apart
    assert database.now() < database.now()


def test_threads_that_read_and_write_lose_nothing(database: Database) -> None:
    workspace = WorkspaceRepository(database)
    workspace.set("count", 0)

    def add_thirty() -> None:
        for _ in range(30):
            workspace.update("count", lambda value: value + 1)

    threads = [threading.Thread(target=add_thirty) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert workspace.get("count") == 180


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    workspace = WorkspaceRepository(database)
    workspace.set("key", "before")
    query = text("SELECT value FROM workspace WHERE key = 'key'")
    with database.read() as reader:
        assert reader.execute(query).scalar_one() == '"before"'
        workspace.set("key", "after")
        assert reader.execute(query).scalar_one() == '"before"'
    assert workspace.get("key") == "after"


def test_an_error_inside_a_transaction_undoes_all_of_it(database: Database) -> None:
    insert = "INSERT INTO workspace (key, value) VALUES ('a', '1')"
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.exec_driver_sql(insert)
        raise ZeroDivisionError
    assert WorkspaceRepository(database).all() == {}


def test_a_writer_that_waits_too_long_is_told(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    other = open_database(home)
    try:
        with database.write(), pytest.raises(Busy) as caught, other.write():
            pass
    finally:
        other.close()
    assert caught.value.code == "database_busy"


def test_a_full_disk_is_told_and_changes_nothing(database: Database) -> None:
    workspace = WorkspaceRepository(database)
    workspace.set("small", 1)
    with database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Unavailable) as caught:
        workspace.set("large", "大" * 100_000)
    assert caught.value.code == "disk_full"
    assert workspace.all() == {"small": 1}


def test_a_file_that_is_no_database_is_told_and_left_alone(home: Path) -> None:
    home.mkdir()
    path = home / "workbench.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable) as caught:
        open_database(home)
    assert caught.value.code == "database_damaged"
    assert path.read_bytes().startswith(b"not a database")


def test_a_home_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable) as caught:
        open_database(tmp_path / "file" / "home")
    assert caught.value.code == "home_not_writable"


def test_text_that_is_no_unicode_is_refused(database: Database) -> None:
    with pytest.raises(InvalidInput) as caught:
        WorkspaceRepository(database).set("key\udcff", 1)
    assert caught.value.code == "text_not_unicode"
    assert caught.value.params == {"position": 3}


def test_a_newer_database_is_refused_and_left_alone(home: Path) -> None:
    open_database(home).close()
    with closing(sqlite3.connect(home / "workbench.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    with pytest.raises(Unavailable) as caught:
        open_database(home)
    assert caught.value.code == "database_newer"
    assert caught.value.params["found"] == "0999"
    assert caught.value.params["known"] == HEAD
    assert not list(home.glob("workbench-*"))


def test_opening_again_finds_what_was_kept(home: Path) -> None:
    first = open_database(home, TickingClock())
    WorkspaceRepository(first).set("language", "zh")
    first.close()
    second = open_database(home)
    assert WorkspaceRepository(second).get("language") == "zh"
    second.close()


def test_opening_a_current_database_loads_no_alembic_and_logs_nothing(home: Path) -> None:
    open_database(home).close()
    code = (
        "import logging, sys, pathlib\n"
        "from workbench.store.database import open_database\n"
        "open_database(pathlib.Path(sys.argv[1])).close()\n"
        "assert not [m for m in sys.modules if m.startswith('alembic')]\n"
        "assert logging.getLogger().handlers == []\n"
    )
    done = _python(code, home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_making_a_database_configures_no_logging(home: Path) -> None:
    code = (
        "import logging, sys, pathlib\n"
        "from workbench.store.database import open_database\n"
        "open_database(pathlib.Path(sys.argv[1])).close()\n"
        "assert 'alembic' in sys.modules\n"
        "names = [None, *logging.root.manager.loggerDict]\n"
        "real = [h for name in names for h in logging.getLogger(name).handlers]\n"
        "assert [h for h in real if not isinstance(h, logging.NullHandler)] == []\n"
        "assert logging.getLogger('alembic').level == logging.NOTSET\n"
    )
    done = _python(code, home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_three_processes_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    # All are started before any may begin, so that they reach the empty folder together.
    code = (
        "import sys, pathlib, time\n"
        "from workbench.store.database import open_database\n"
        "from workbench.store.workspace import WorkspaceRepository\n"
        "import workbench.store.migrate\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "database = open_database(pathlib.Path(sys.argv[1]))\n"
        "WorkspaceRepository(database).update('opened', lambda n: (n or 0) + 1)\n"
        "database.close()\n"
    )
    home = tmp_path / "home"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        _, problems = child.communicate(timeout=60)
        assert (child.returncode, problems) == (0, "")
    opened = open_database(home)
    assert WorkspaceRepository(opened).get("opened") == 3
    opened.close()


def _python(code: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-c", code, str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
