"""What people practiced and wanted to keep, for themselves alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "practiced",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("accounts.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("case_key", sa.String(24), nullable=False),
        sa.Column("goes_on", sa.String(16), nullable=False),
        sa.Column("first_item", sa.String(4), nullable=False),
        sa.Column("waits", sa.String(40), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.UniqueConstraint("account_id", "case_key"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("practiced")
