"""Runs the steps on the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context

from webui.database.tables import KeptPlan

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=KeptPlan.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
