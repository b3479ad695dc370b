import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.store.samples import reading
from workbench.domain.documents import SlicePolicy
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database, open_database

ROOT = Path(__file__).parents[2]
TEXTS = [f"第{number}条 甲方支付第{number}期价款。" for number in range(40)]

CHILD = """
import pathlib, sys, time
from sqlalchemy import event
from tests.store.samples import reading
from workbench.store.corpora import CorpusRepository
from workbench.store.database import open_database

home, corpus_id, stop = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
database = open_database(home)
seen = 0

def wait_for_the_end():
    print("here", flush=True)
    time.sleep(600)

def before(*_):
    global seen
    seen += 1
    if seen == stop:
        wait_for_the_end()

event.listen(database.engine, "before_cursor_execute", before)
texts = [f"第{number}条 甲方支付第{number}期价款。" for number in range(40)]
CorpusRepository(database).put_reading(corpus_id, "D2", "b.txt", reading("D2", texts + ["新"]))
wait_for_the_end()
"""

WRITER = """
import pathlib, sys
from tests.store.samples import reading
from workbench.store.corpora import CorpusRepository
from workbench.store.database import open_database

corpora = CorpusRepository(open_database(pathlib.Path(sys.argv[1])))
print("here", flush=True)
for number in range(10_000):
    texts = [f"{number} {at}" for at in range(60)]
    document = f"D{number % 7}"
    corpora.put_reading(sys.argv[2], document, f"{document}.txt", reading(document, texts))
"""


@pytest.fixture
def statements(database: Database) -> list[str]:
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    return seen


def test_a_reading_of_any_size_takes_the_same_few_statements(
    corpora: CorpusRepository, corpus_id: str, statements: list[str]
) -> None:
    corpora.put_reading(corpus_id, "D1", "a.txt", reading("D1", ["甲", "乙"]))
    small = len(statements)
    statements.clear()
    corpora.put_reading(corpus_id, "D2", "b.txt", reading("D2", TEXTS))
    assert len(statements) == small
    assert small <= 14


def test_an_error_in_the_last_step_leaves_nothing(
    corpora: CorpusRepository, corpus_id: str, database: Database
) -> None:
    class Interrupted(BaseException):
        """What a user's Ctrl-C raises, at a moment that the test chooses."""

    def interrupt(*args: object) -> None:
        if str(args[2]).startswith("INSERT INTO chunks"):
            raise Interrupted

    event.listen(database.engine, "before_cursor_execute", interrupt)
    with pytest.raises(Interrupted):
        corpora.put_reading(corpus_id, "D1", "a.txt", reading("D1", TEXTS))
    event.remove(database.engine, "before_cursor_execute", interrupt)
    assert corpora.documents(corpus_id) == ()
    assert corpora.generation(corpus_id) == 0
    corpora.put_reading(corpus_id, "D1", "a.txt", reading("D1", TEXTS))
    assert corpora.documents(corpus_id)[0].chunks == 40


def _new_home(home: Path) -> str:
    database = open_database(home)
    corpora = CorpusRepository(database)
    corpus_id = corpora.create("合同", "local", SlicePolicy()).corpus_id
    corpora.put_reading(corpus_id, "D1", "a.txt", reading("D1", TEXTS))
    database.close()
    return corpus_id


def _killed(code: str, *arguments: str, after: float = 0.0) -> None:
    command = [sys.executable, "-c", code, *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "here\n"
    time.sleep(after)
    child.kill()
    child.wait(60)
    child.stdout.close()


def _whole(corpora: CorpusRepository, database: Database, corpus_id: str) -> dict[str, int]:
    """Check that each document stands in all tables or in none; return its number of chunks."""
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    whole = {}
    for document in corpora.documents(corpus_id):
        chunks = corpora.chunks_of_document(document.document_id)
        edition = corpora.edition(document.document_id)
        # the samples put one chunk and one section on every line
        assert [chunk.text for chunk in chunks] == edition.text.split("\n")
        assert len(corpora.outline(document.document_id)) == len(chunks) + 1
        assert document.chunks == len(chunks)
        whole[document.document_id] = len(chunks)
    return whole


@pytest.mark.fault
def test_killed_before_any_statement_of_a_reading_leaves_nothing_and_after_it_everything(
    home: Path,
) -> None:
    corpus_id = _new_home(home)
    outcomes = []
    for stop in range(1, 40):
        _killed(CHILD, str(home), corpus_id, str(stop))
        database = open_database(home)
        corpora = CorpusRepository(database)
        whole, generation = _whole(corpora, database, corpus_id), corpora.generation(corpus_id)
        database.close()
        outcomes.append((whole, generation))
        if "D2" in whole:
            break
    nothing, everything = ({"D1": 40}, 1), ({"D1": 40, "D2": 41}, 2)
    assert len(outcomes) >= 8  # one for each statement, then one for the commit
    assert outcomes == [nothing] * (len(outcomes) - 1) + [everything]


@pytest.mark.fault
def test_killed_at_any_moment_leaves_whole_documents_only(home: Path) -> None:
    corpus_id = _new_home(home)
    last = 1
    for after in (0.0, 0.013, 0.05, 0.11, 0.23):
        _killed(WRITER, str(home), corpus_id, after=after)
        database = open_database(home)
        corpora = CorpusRepository(database)
        whole = _whole(corpora, database, corpus_id)
        assert set(whole.values()) <= {40, 60}
        assert corpora.generation(corpus_id) >= last
        last = corpora.generation(corpus_id)
        database.close()
    assert last > 1  # something was written in between
