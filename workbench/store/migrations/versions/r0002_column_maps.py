"""Revision 0002: documents keep how the columns of their table are read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no document has chosen columns yet."""
    # Rebuilt, so that the table reads exactly as one that was created today.
    with op.batch_alter_table("documents", recreate="always") as documents:
        documents.add_column(sa.Column("columns", sa.JSON(), nullable=True))
