"""Runs the steps on the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context

from webui.database import cds_tables, practice_tables, work_tables
from webui.database.sealed import key_tables
from webui.database.tables import KeptPlan

TABLES = (
    KeptPlan,
    work_tables.PlanInWork,
    key_tables.CaseKey,
    cds_tables.UsedToken,
    practice_tables.Practiced,
)  # loaded, so that the metadata knows all of them

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=KeptPlan.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
