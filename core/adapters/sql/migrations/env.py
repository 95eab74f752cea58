"""What alembic runs: the revisions, over the connection that `core.adapters.sql.migrate` hands in."""

from alembic import context

from core.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
