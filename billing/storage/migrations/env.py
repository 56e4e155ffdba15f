"""What alembic runs: the revisions, within the transaction that the caller has begun."""

from __future__ import annotations

from alembic import context

from billing.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
