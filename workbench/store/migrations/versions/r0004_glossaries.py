"""Revision 0004: corpora have a bilingual glossary."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; no corpus has a glossary yet."""
    op.create_table(
        "glossaries",
        sa.Column("corpus_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("previous", sa.JSON(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.corpus_id"], name="fk_glossaries_corpus_id_corpora"
        ),
        sa.PrimaryKeyConstraint("corpus_id", name="pk_glossaries"),
    )
