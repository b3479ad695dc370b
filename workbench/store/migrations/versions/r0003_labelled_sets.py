"""Revision 0003: question sets name their corpus, and instructions are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the corpus of a question set, and the table of instructions."""
    # Rebuilt, so that the table reads exactly as one that was created today.
    with op.batch_alter_table("query_sets", recreate="always") as query_sets:
        query_sets.add_column(sa.Column("corpus_id", sa.Text(), nullable=True))
    op.create_table(
        "instructions",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "instruction_id",
                "owner",
                "name",
                "text",
                "language",
                "criterion_id",
                "created_at",
            )
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criteria.criterion_id"],
            name="fk_instructions_criterion_id_criteria",
        ),
        sa.PrimaryKeyConstraint("instruction_id", name="pk_instructions"),
    )
