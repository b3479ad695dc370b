"""The tables of questions, labels and experiments, beside those of ``tables``."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from workbench.store.tables import METADATA as METADATA

criteria = Table(
    "criteria",
    METADATA,
    Column("criterion_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

queries = Table(
    "queries",
    METADATA,
    Column("query_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_queries_owner_text", "owner", "text"),
)

query_sets = Table(
    "query_sets",
    METADATA,
    Column("query_set_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("queries", JSON, nullable=False),
    Column("created_at", Text, nullable=False),
    # No foreign key: a set outlives the corpus that it was made for.
    Column("corpus_id", Text),
    # The same in every version of a set.
    Column("deleted_at", Text),
    PrimaryKeyConstraint("query_set_id", "version"),
)

instructions = Table(
    "instructions",
    METADATA,
    Column("instruction_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("criterion_id", Text, ForeignKey("criteria.criterion_id"), nullable=False),
    Column("created_at", Text, nullable=False),
)

judgements = Table(
    "judgements",
    METADATA,
    # The order in which events arrived; clocks of two machines may disagree, this does not.
    Column("event", Integer, primary_key=True),
    Column("judgement_id", Text, nullable=False),
    Column("judge", Text, nullable=False),
    Column("query_id", Text, ForeignKey("queries.query_id"), nullable=False),
    Column("criterion_id", Text, ForeignKey("criteria.criterion_id"), nullable=False),
    # No foreign key: a judgement outlives the document that it was given on.
    Column("document_id", Text, nullable=False),
    Column("edition_id", Text, nullable=False),
    Column("section_key", Text, nullable=False),
    Column("spans", JSON, nullable=False),
    Column("quote", Text, nullable=False),
    Column("quote_hash", Text, nullable=False),
    Column("chunk_id", Text, nullable=False),
    Column("grade", Integer),
    Column("note", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("supersedes", Text),
    # Under which conditions it was given; grades of different ways are kept apart.
    Column("way", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    UniqueConstraint("judgement_id"),
    CheckConstraint("grade IS NULL OR grade BETWEEN 0 AND 3", name="grade"),
    Index("ix_judgements_query_id_criterion_id", "query_id", "criterion_id"),
    Index("ix_judgements_document_id", "document_id"),
)

searches = Table(
    "searches",
    METADATA,
    # The order in which they were asked.
    Column("event", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("corpora", JSON, nullable=False),
    Column("instruction", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_searches_owner", "owner"),
)

label_queues = Table(
    "label_queues",
    METADATA,
    Column("queue_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("query_set_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("criterion_id", Text, ForeignKey("criteria.criterion_id"), nullable=False),
    Column("mode", Text, nullable=False),
    # Everything else that it was made from: arms, depth, seed.
    Column("params", JSON, nullable=False),
    # Pairs of query and chunk, in the order in which they are graded.
    Column("items", JSON, nullable=False),
    # Places of items that were put off.
    Column("later", JSON, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_label_queues_owner", "owner"),
)

experiments = Table(
    "experiments",
    METADATA,
    Column("experiment_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    # No foreign keys: an experiment outlives what it was made from.
    Column("corpus_id", Text, nullable=False),
    Column("query_set_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    # What stands on its page beside numbers: arms, criteria, questions, reranker, seconds.
    Column("details", JSON, nullable=False),
    Column("reproduces", Text),
    Column("created_at", Text, nullable=False),
    Column("archived_at", Text),
    Column("deleted_at", Text),
    UniqueConstraint("job_id"),
    Index("ix_experiments_owner", "owner"),
    Index("ix_experiments_query_set_id", "query_set_id"),
)

experiment_candidates = Table(
    "experiment_candidates",
    METADATA,
    Column("experiment_id", Text, ForeignKey("experiments.experiment_id"), nullable=False),
    Column("query_id", Text, nullable=False),
    # Chunk and hash of what was read, in recall order.
    Column("candidates", JSON, nullable=False),
    PrimaryKeyConstraint("experiment_id", "query_id"),
)

experiment_texts = Table(
    "experiment_texts",
    METADATA,
    Column("text_hash", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

experiment_runs = Table(
    "experiment_runs",
    METADATA,
    Column("experiment_id", Text, ForeignKey("experiments.experiment_id"), nullable=False),
    Column("arm", Integer, nullable=False),
    Column("query_id", Text, nullable=False),
    # Places among the candidates, best first, as unsigned 32-bit numbers.
    Column("places", LargeBinary, nullable=False),
    # Margins and scores as 64-bit floats in the same order; NULL where there are none.
    Column("margins", LargeBinary),
    Column("scores", LargeBinary),
    PrimaryKeyConstraint("experiment_id", "arm", "query_id"),
)

experiment_labels = Table(
    "experiment_labels",
    METADATA,
    Column("experiment_id", Text, ForeignKey("experiments.experiment_id"), nullable=False),
    Column("criterion_id", Text, nullable=False),
    Column("query_id", Text, nullable=False),
    Column("grades", JSON, nullable=False),
    PrimaryKeyConstraint("experiment_id", "criterion_id", "query_id"),
)

experiment_measures = Table(
    "experiment_measures",
    METADATA,
    Column("experiment_id", Text, ForeignKey("experiments.experiment_id"), nullable=False),
    Column("arm", Integer, nullable=False),
    Column("criterion_id", Text, nullable=False),
    Column("query_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("value", Float, nullable=False),
    PrimaryKeyConstraint("experiment_id", "arm", "criterion_id", "measure", "query_id"),
)
