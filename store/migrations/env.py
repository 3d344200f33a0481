"""Alembic's entry: run migrations on the connection that `store.database.migrate` opened and locked."""

from alembic import context

from store.schema import whole

context.configure(connection=context.config.attributes["connection"], target_metadata=whole())
with context.begin_transaction():
    context.run_migrations()
