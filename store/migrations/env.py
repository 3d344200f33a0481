"""Alembic's entry: run migrations on the connection that `store.database.migrate` opened and locked."""

from alembic import context

import store.driver_tables  # noqa: F401 - its tables are part of the metadata
from store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
