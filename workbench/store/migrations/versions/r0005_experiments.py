"""Revision 0005: entries of question sets in full, ways of judging, queues, experiments."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write entries with all their fields, tell imported labels, and add the new tables."""
    with op.batch_alter_table("query_sets", recreate="always") as query_sets:
        query_sets.add_column(sa.Column("deleted_at", sa.Text(), nullable=True))
    _write_entries()
    # Until now every label came from a file.
    _fill("judgements", sa.Column("way", sa.Text(), nullable=False, server_default="imported"))
    _fill("judgements", sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default="0"))
    _searches()
    _label_queues()
    _experiments()
    _experiment_parts()


def _fill(table: str, column: sa.Column[object]) -> None:
    """Add a column that every row there gets its default in, and no row after them."""
    with op.batch_alter_table(table, recreate="always") as changed:
        changed.add_column(column)
    with op.batch_alter_table(table, recreate="always") as changed:
        changed.alter_column(column.name, server_default=None)


def _write_entries() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT query_set_id, version, queries FROM query_sets")
    ).all()
    for one, version, queries in rows:
        entries = [
            {"query_id": query, "tags": tags, "criterion_id": None, "note": ""}
            for query, tags in json.loads(queries)
        ]
        connection.execute(
            sa.text(
                "UPDATE query_sets SET queries = :queries "
                "WHERE query_set_id = :one AND version = :version"
            ),
            {"queries": json.dumps(entries), "one": one, "version": version},
        )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _searches() -> None:
    op.create_table(
        "searches",
        sa.Column("event", sa.Integer(), nullable=False),
        *_texts("owner", "text"),
        sa.Column("corpora", sa.JSON(), nullable=False),
        *_texts("instruction", "at"),
        sa.PrimaryKeyConstraint("event", name="pk_searches"),
    )
    op.create_index("ix_searches_owner", "searches", ["owner"])


def _label_queues() -> None:
    op.create_table(
        "label_queues",
        *_texts("queue_id", "owner", "query_set_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("criterion_id", "mode"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("params", "items", "later")),
        *_texts("created_at"),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criteria.criterion_id"],
            name="fk_label_queues_criterion_id_criteria",
        ),
        sa.PrimaryKeyConstraint("queue_id", name="pk_label_queues"),
    )
    op.create_index("ix_label_queues_owner", "label_queues", ["owner"])


def _experiments() -> None:
    op.create_table(
        "experiments",
        *_texts("experiment_id", "owner", "kind", "name", "note", "corpus_id", "query_set_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("job_id", "identity", "manifest"),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reproduces", sa.Text(), nullable=True),
        *_texts("created_at"),
        sa.Column("archived_at", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("experiment_id", name="pk_experiments"),
        sa.UniqueConstraint("job_id", name="uq_experiments_job_id"),
    )
    for column in ("owner", "query_set_id"):
        op.create_index(f"ix_experiments_{column}", "experiments", [column])


def _experiment_parts() -> None:
    op.create_table(
        "experiment_texts",
        *_texts("text_hash", "text"),
        sa.PrimaryKeyConstraint("text_hash", name="pk_experiment_texts"),
    )
    _part(
        "experiment_candidates", ("query_id",), sa.Column("candidates", sa.JSON(), nullable=False)
    )
    _part(
        "experiment_runs",
        ("arm", "query_id"),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("margins", sa.LargeBinary(), nullable=True),
        sa.Column("scores", sa.LargeBinary(), nullable=True),
    )
    _part(
        "experiment_labels",
        ("criterion_id", "query_id"),
        sa.Column("grades", sa.JSON(), nullable=False),
    )
    _part(
        "experiment_measures",
        ("arm", "criterion_id", "measure", "query_id"),
        sa.Column("value", sa.Float(), nullable=False),
    )


def _part(table: str, key: tuple[str, ...], *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        *_texts("experiment_id"),
        *(
            sa.Column(name, sa.Integer() if name == "arm" else sa.Text(), nullable=False)
            for name in key
        ),
        *columns,
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.experiment_id"],
            name=f"fk_{table}_experiment_id_experiments",
        ),
        sa.PrimaryKeyConstraint("experiment_id", *key, name=f"pk_{table}"),
    )
