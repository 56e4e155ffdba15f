"""The history of the tables, run by alembic; `versions` holds one file for each revision."""
