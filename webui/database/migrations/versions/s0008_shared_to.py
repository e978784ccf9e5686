"""Up to which version others read a plan: what its owner makes after taking it back is theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TOLD = (
    "submitted",
    "approve",
    "approve_with_changes",
    "ask_for_changes",
    "escalate",
    "acknowledge",
)
"""The lines of the history that name a version which others read."""


def upgrade() -> None:
    """Add the column and fill it from the history; without a line, with what stands for sure."""
    op.add_column("plans", sa.Column("shared_to", sa.Integer))
    fill(op.get_bind())


def fill(bind: sa.Connection) -> None:
    """Take the version from the history; a backup of an older release is filled by this too."""
    last = (
        "SELECT max(history.version) FROM history "
        "WHERE history.subject = plans.ref AND history.action IN :told"
    )
    begun = "CASE WHEN state IN ('draft', 'changes_asked') THEN shared_from ELSE version END"
    update = sa.text(
        f"UPDATE plans SET shared_to = COALESCE(({last}), {begun}) "  # noqa: S608 - our own words
        "WHERE submitted_at IS NOT NULL"
    )
    bind.execute(update.bindparams(sa.bindparam("told", TOLD, expanding=True)))


def downgrade() -> None:
    """Drop it again; nothing else is lost."""
    op.drop_column("plans", "shared_to")
