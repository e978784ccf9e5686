"""What an administrator did to whom is told to them; keys for programs show their use.

A plan that was taken back, and that nobody decided on, is its owner's alone again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0014"
down_revision = "0013"

ADDED = {
    "accounts": (("told_upto", sa.Integer()),),
    "invitations": (
        ("asked_by", sa.Integer()),
        ("asked_at", Moment()),
        ("confirmed_by", sa.Integer()),
    ),
    "tokens": (("last_used_at", Moment()),),
}
"""The columns of each table; all are empty at first."""


def upgrade() -> None:
    """Add the columns, and take back what was taken back."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    fill(op.get_bind())


def fill(bind: sa.Connection) -> None:
    """Let others read of a draft what was decided on; a backup of before is mended by this too."""
    decided = (
        "SELECT max(decisions.version) FROM decisions "
        "WHERE decisions.plan_id = plans.id AND decisions.version >= plans.shared_from"
    )
    bind.execute(
        sa.text(f"UPDATE plans SET shared_to = ({decided}) WHERE state = 'draft'")  # noqa: S608 - our own words
    )
    bind.execute(
        sa.text("UPDATE plans SET shared_from = NULL WHERE state = 'draft' AND shared_to IS NULL")
    )


def downgrade() -> None:
    """Drop the columns; what others may read of a draft stays as it is."""
    for table, columns in ADDED.items():
        for name, _kind in columns:
            op.drop_column(table, name)
