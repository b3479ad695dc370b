"""Revision 0001: every table of the first release."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, those first that others refer to."""
    _corpora_and_documents()
    _sections_and_chunks()
    _jobs_and_settings()
    _questions()
    _judgements()


def _required(kind: type[sa.types.TypeEngine[Any]], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=False) for name in names]


def _optional(kind: type[sa.types.TypeEngine[Any]], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=True) for name in names]


def _corpora_and_documents() -> None:
    op.create_table(
        "corpora",
        *_required(sa.Text, "corpus_id", "owner", "name"),
        *_required(sa.JSON, "policy"),
        *_required(sa.Integer, "generation"),
        *_required(sa.Text, "created_at"),
        *_optional(sa.Text, "deleted_at"),
        sa.PrimaryKeyConstraint("corpus_id", name="pk_corpora"),
    )
    op.create_index(
        "uq_corpora_live_name",
        "corpora",
        ["owner", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "documents",
        *_required(
            sa.Text, "document_id", "corpus_id", "name", "edition_id", "language", "created_at"
        ),
        *_optional(sa.Text, "deleted_at"),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.corpus_id"], name="fk_documents_corpus_id_corpora"
        ),
        sa.PrimaryKeyConstraint("document_id", name="pk_documents"),
    )
    op.create_index("ix_documents_corpus_id", "documents", ["corpus_id"], unique=False)
    op.create_table(
        "editions",
        *_required(sa.Text, "document_id", "edition_id", "sha256"),
        *_required(sa.Integer, "size"),
        *_required(sa.Text, "kind", "reader"),
        *_optional(sa.Text, "encoding"),
        *_required(sa.Text, "title"),
        *_optional(sa.Integer, "page_count"),
        *_required(sa.JSON, "notices"),
        *_required(sa.Text, "created_at"),
        *_required(sa.JSON, "pages", "removed", "joins"),
        *_required(sa.Text, "text"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_editions_document_id_documents"
        ),
        sa.PrimaryKeyConstraint("document_id", "edition_id", name="pk_editions"),
    )
    op.create_index("ix_editions_sha256", "editions", ["sha256"], unique=False)


def _sections_and_chunks() -> None:
    op.create_table(
        "sections",
        *_required(sa.Text, "document_id", "edition_id"),
        *_required(sa.Integer, "ordinal"),
        *_required(sa.Text, "key"),
        *_optional(sa.Text, "parent"),
        *_required(sa.Text, "title"),
        *_optional(sa.Text, "number"),
        *_required(sa.Integer, "level"),
        *_optional(sa.Integer, "page"),
        *_required(sa.Integer, "start", "end"),
        *_required(sa.Text, "source"),
        sa.ForeignKeyConstraint(
            ["document_id", "edition_id"],
            ["editions.document_id", "editions.edition_id"],
            name="fk_sections_document_id_edition_id_editions",
        ),
        sa.PrimaryKeyConstraint("document_id", "edition_id", "ordinal", name="pk_sections"),
    )
    op.create_table(
        "chunks",
        *_required(sa.Text, "corpus_id", "chunk_id", "document_id", "section_key"),
        *_required(sa.Integer, "ordinal"),
        *_required(sa.JSON, "path", "spans"),
        *_optional(sa.Integer, "page_start", "page_end"),
        *_optional(sa.Text, "printed_page"),
        *_required(sa.Text, "language", "kind"),
        *_required(sa.Integer, "tokens", "part", "parts"),
        *_required(sa.Text, "text_hash", "prefix", "text"),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.corpus_id"], name="fk_chunks_corpus_id_corpora"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_chunks_document_id_documents"
        ),
        sa.PrimaryKeyConstraint("corpus_id", "chunk_id", name="pk_chunks"),
        sa.UniqueConstraint("document_id", "ordinal", name="uq_chunks_document_id_ordinal"),
    )


def _jobs_and_settings() -> None:
    op.create_table(
        "jobs",
        *_required(sa.Text, "job_id", "kind", "key", "owner"),
        *_required(sa.JSON, "params"),
        *_required(sa.Text, "state"),
        *_required(sa.Integer, "done", "total"),
        *_required(sa.Text, "stage"),
        *_optional(sa.JSON, "outcome"),
        *_optional(sa.Text, "result", "lease_owner", "heartbeat_at"),
        *_required(sa.Boolean, "cancel_requested", "retired"),
        *_required(sa.Text, "created_at"),
        *_optional(sa.Text, "started_at", "finished_at"),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"], unique=False)
    op.create_index(
        "uq_jobs_active_key",
        "jobs",
        ["key"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "workspace",
        *_required(sa.Text, "key"),
        *_required(sa.JSON, "value"),
        sa.PrimaryKeyConstraint("key", name="pk_workspace"),
    )


def _questions() -> None:
    op.create_table(
        "criteria",
        *_required(sa.Text, "criterion_id", "owner", "kind", "text", "language", "created_at"),
        sa.PrimaryKeyConstraint("criterion_id", name="pk_criteria"),
    )
    op.create_table(
        "queries",
        *_required(sa.Text, "query_id", "owner", "text", "language", "created_at"),
        sa.PrimaryKeyConstraint("query_id", name="pk_queries"),
    )
    op.create_index("ix_queries_owner_text", "queries", ["owner", "text"], unique=False)
    op.create_table(
        "query_sets",
        *_required(sa.Text, "query_set_id"),
        *_required(sa.Integer, "version"),
        *_required(sa.Text, "owner", "name"),
        *_required(sa.JSON, "queries"),
        *_required(sa.Text, "created_at"),
        sa.PrimaryKeyConstraint("query_set_id", "version", name="pk_query_sets"),
    )


def _judgements() -> None:
    op.create_table(
        "judgements",
        *_required(sa.Integer, "event"),
        *_required(
            sa.Text,
            "judgement_id",
            "judge",
            "query_id",
            "criterion_id",
            "document_id",
            "edition_id",
            "section_key",
        ),
        *_required(sa.JSON, "spans"),
        *_required(sa.Text, "quote", "quote_hash", "chunk_id"),
        *_optional(sa.Integer, "grade"),
        *_required(sa.Text, "note", "at"),
        *_optional(sa.Text, "supersedes"),
        sa.CheckConstraint(
            "grade IS NULL OR grade BETWEEN 0 AND 3", name=op.f("ck_judgements_grade")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.criterion_id"], name="fk_judgements_criterion_id_criteria"
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.query_id"], name="fk_judgements_query_id_queries"
        ),
        sa.PrimaryKeyConstraint("event", name="pk_judgements"),
        sa.UniqueConstraint("judgement_id", name="uq_judgements_judgement_id"),
    )
    op.create_index("ix_judgements_document_id", "judgements", ["document_id"], unique=False)
    op.create_index(
        "ix_judgements_query_id_criterion_id",
        "judgements",
        ["query_id", "criterion_id"],
        unique=False,
    )
