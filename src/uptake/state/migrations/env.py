"""What alembic runs: it takes the open transaction that `state.schema.ensure` hands it."""

from __future__ import annotations

from alembic import context

from uptake.state.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, transaction_per_migration=False
)
context.run_migrations()
