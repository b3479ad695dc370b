import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from workbench.store.database import Database
from workbench.store.evaluation_tables import METADATA


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_every_constraint_is_declared_and_migrated_alike(database: Database) -> None:
    # compare_metadata looks neither at checks nor at the order of columns; the statements do.
    with database.read() as connection:
        tables = text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        stored = {row.name: row.sql for row in connection.execute(tables)}
    for table in METADATA.sorted_tables:
        declared = str(CreateTable(table).compile(database.engine))
        assert _clauses(stored[table.name]) == _clauses(declared)


def _clauses(statement: str) -> list[str]:
    body = statement[statement.index("(") :]
    lines = (re.sub(r"\s+", " ", line).strip(" ,") for line in body.splitlines())
    return sorted(line for line in lines if line not in ("", "(", ")"))


def test_no_table_is_missing_or_unknown(database: Database) -> None:
    names = set(inspect(database.engine).get_table_names())
    assert names == {*METADATA.tables, "alembic_version"}


def test_rows_cannot_refer_to_rows_that_do_not_exist(database: Database) -> None:
    statement = (
        "INSERT INTO documents (document_id, corpus_id, name, edition_id, language, created_at)"
        " VALUES ('d', 'nowhere', 'n', 'e', 'zh', 't')"
    )
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql(statement)
