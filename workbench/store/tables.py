"""The tables of documents and what they became, of jobs and of settings."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every time is UTC text with Z and six decimals, so that the order of texts is that of times."""

_LIVE = text("deleted_at IS NULL")
_ACTIVE = text("state IN ('queued', 'running')")

corpora = Table(
    "corpora",
    METADATA,
    Column("corpus_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("policy", JSON, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),
    # Only among corpora that were not deleted: their names can be used again.
    Index("uq_corpora_live_name", "owner", "name", unique=True, sqlite_where=_LIVE),
)

glossaries = Table(
    "glossaries",
    METADATA,
    Column("corpus_id", Text, ForeignKey("corpora.corpus_id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("previous", JSON, nullable=False),
    Column("entries", JSON, nullable=False),
)

documents = Table(
    "documents",
    METADATA,
    Column("document_id", Text, primary_key=True),
    Column("corpus_id", Text, ForeignKey("corpora.corpus_id"), nullable=False),
    Column("name", Text, nullable=False),
    # No foreign key: editions refer to documents, and a circle could not be created in order.
    Column("edition_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),
    # How the columns of its table are read; NULL where they are recognised.
    Column("columns", JSON(none_as_null=True)),
    Index("ix_documents_corpus_id", "corpus_id"),
)

editions = Table(
    "editions",
    METADATA,
    Column("document_id", Text, ForeignKey("documents.document_id"), nullable=False),
    Column("edition_id", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("encoding", Text),
    Column("title", Text, nullable=False),
    Column("page_count", Integer),
    Column("notices", JSON, nullable=False),
    # When it was last read; with edition_id it tells the chunks of one reading from another's.
    Column("created_at", Text, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("removed", JSON, nullable=False),
    Column("joins", JSON, nullable=False),
    # Last, because SQLite walks through a long value to reach the columns behind it.
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("document_id", "edition_id"),
    Index("ix_editions_sha256", "sha256"),
)

sections = Table(
    "sections",
    METADATA,
    Column("document_id", Text, nullable=False),
    Column("edition_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("parent", Text),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("level", Integer, nullable=False),
    Column("page", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("source", Text, nullable=False),
    PrimaryKeyConstraint("document_id", "edition_id", "ordinal"),
    ForeignKeyConstraint(
        ["document_id", "edition_id"], ["editions.document_id", "editions.edition_id"]
    ),
)

chunks = Table(
    "chunks",
    METADATA,
    Column("corpus_id", Text, ForeignKey("corpora.corpus_id"), nullable=False),
    Column("chunk_id", Text, nullable=False),
    Column("document_id", Text, ForeignKey("documents.document_id"), nullable=False),
    Column("section_key", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("path", JSON, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("page_start", Integer),
    Column("page_end", Integer),
    Column("printed_page", Text),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("corpus_id", "chunk_id"),
    UniqueConstraint("document_id", "ordinal"),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("job_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("params", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("outcome", JSON(none_as_null=True)),
    Column("result", Text),
    Column("lease_owner", Text),
    Column("heartbeat_at", Text),
    Column("cancel_requested", Boolean, nullable=False),
    # A successor does the same work; the row stays for whoever still holds its id.
    Column("retired", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Index("uq_jobs_active_key", "key", unique=True, sqlite_where=_ACTIVE),
    Index("ix_jobs_state", "state"),
)

workspace = Table(
    "workspace",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)
