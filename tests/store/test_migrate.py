import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from workbench.domain.documents import Reading
from workbench.domain.errors import Unavailable
from workbench.domain.judgements import SetEntry
from workbench.store.corpora import CorpusRepository
from workbench.store.database import HEAD, Database, current_revision, open_database
from workbench.store.judgements import JudgementRepository
from workbench.store.migrate import MIGRATIONS, upgrade
from workbench.store.questions import QuestionRepository

NEXT = '''
"""A later revision, made for a test."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"


def upgrade():
    {body}
'''


@pytest.fixture
def later(tmp_path: Path) -> Callable[[str], Path]:
    def make(body: str) -> Path:
        folder = tmp_path / "later"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "later.py").write_text(NEXT.format(head=HEAD, body=body))
        return folder

    return make


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        return current_revision(connection)


def test_the_revision_that_the_code_names_is_the_newest() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_heads() == [HEAD]
    assert [step.revision for step in script.walk_revisions()][-1] == "0001"


def test_nothing_is_copied_where_nothing_was_upgraded(database: Database) -> None:
    assert upgrade(database) is None


def test_an_older_database_is_copied_and_then_upgraded(
    corpora: CorpusRepository,
    corpus_id: str,
    make_reading: Callable[..., Reading],
    database: Database,
    later: Callable[[str], Path],
) -> None:
    corpora.put_reading(corpus_id, "D1", "合同.txt", make_reading("D1", ["甲", "乙"]))
    folder = later('op.add_column("corpora", sa.Column("colour", sa.Text()))')
    copy = upgrade(database, folder)
    assert copy is not None
    assert copy.parent == database.path.parent
    assert _revision(database) == "later"
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT colour FROM corpora").all() == [(None,)]
        assert connection.exec_driver_sql("SELECT count(*) FROM chunks").scalar_one() == 2
    with closing(sqlite3.connect(copy)) as older:
        assert older.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert older.execute("SELECT count(*) FROM chunks").fetchall() == [(2,)]
        assert older.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not list(copy.parent.glob("*.partial"))
    if os.name != "nt":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_table_can_be_rebuilt_without_losing_the_rows_that_refer_to_it(
    corpora: CorpusRepository,
    corpus_id: str,
    make_reading: Callable[..., Reading],
    database: Database,
    later: Callable[[str], Path],
) -> None:
    corpora.put_reading(corpus_id, "D1", "合同.txt", make_reading("D1"))
    body = 'batch = op.batch_alter_table("documents", recreate="always")\n'
    body += '    with batch as table:\n        table.add_column(sa.Column("colour", sa.Text()))'
    upgrade(database, later(body))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT document_id FROM documents").all() == [("D1",)]
        assert connection.exec_driver_sql("SELECT count(*) FROM chunks").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_sets_and_labels_from_before_experiments_keep_all_they_had(
    older: Callable[[str], Database], home: Path
) -> None:
    old = older("0005")
    with old.write() as connection:
        for statement in (
            "INSERT INTO queries VALUES ('q1', 'local', '能退吗', 'zh', 'T')",
            "INSERT INTO criteria VALUES ('K1', 'local', 'question', '', 'zh', 'T')",
            "INSERT INTO query_sets VALUES"
            " ('S1', 1, 'local', '售后', '[[\"q1\", [\"no-answer\", \"退货\"]]]', 'T', NULL)",
            "INSERT INTO judgements VALUES (1, 'J1', '张三', 'q1', 'K1', 'D1', 'E1', 't1',"
            " '[]', '引文', 'h1', 'c1', 2, '', 'T', NULL)",
        ):
            connection.exec_driver_sql(statement)
    old.close()
    with closing(open_database(home)) as database:
        (kept,) = QuestionRepository(database).query_sets("local")
        (label,) = JudgementRepository(database).current()
    assert kept.queries == (SetEntry("q1", ("no-answer", "退货")),)
    assert not kept.queries[0].answerable
    assert (label.grade, label.way, label.withdrawn) == (2, "imported", False)


def test_a_revision_that_fails_changes_nothing(
    database: Database, later: Callable[[str], Path]
) -> None:
    body = 'op.add_column("corpora", sa.Column("colour", sa.Text()))\n'
    body += '    op.execute("SELECT * FROM nowhere")'
    with pytest.raises(OperationalError):
        upgrade(database, later(body))
    assert _revision(database) == HEAD
    with database.read() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(corpora)")]
    assert "colour" not in columns


def test_a_revision_that_breaks_references_is_refused(
    corpora: CorpusRepository,
    corpus_id: str,
    make_reading: Callable[..., Reading],
    database: Database,
    later: Callable[[str], Path],
) -> None:
    corpora.put_reading(corpus_id, "D1", "合同.txt", make_reading("D1"))
    with pytest.raises(Unavailable) as caught:
        upgrade(database, later('op.execute("DELETE FROM corpora")'))
    assert caught.value.code == "database_upgrade_failed"
    # the document and its one chunk refer to the corpus
    assert caught.value.params == {"revision": "later", "rows": 2}
    assert _revision(database) == HEAD
    assert corpora.get(corpus_id) is not None


def test_a_database_of_a_later_release_is_refused_by_this_one(
    database: Database, home: Path, later: Callable[[str], Path]
) -> None:
    upgrade(database, later("op.execute('SELECT 1')"))
    database.close()
    with pytest.raises(Unavailable) as caught:
        open_database(home)
    assert caught.value.code == "database_newer"
    assert caught.value.params == {
        "path": str(home / "workbench.db"),
        "found": "later",
        "known": HEAD,
    }
