"""Plans in work: what a browser's key opens, for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "plans_in_work",
        sa.Column("ref", sa.String(16), primary_key=True),
        sa.Column("chain", sa.String(16), nullable=False, index=True),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("plans_in_work")
