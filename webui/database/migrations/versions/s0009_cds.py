"""CDS Hooks: tokens that were used, and feedback as counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "cds_used_tokens",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("until", Moment, nullable=False, index=True),
    )
    op.create_table(
        "cds_feedback",
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("reason", sa.String(40), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("cds_feedback")
    op.drop_table("cds_used_tokens")
