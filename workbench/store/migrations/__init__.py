"""The steps from an older database to the newest, as Alembic revisions."""
