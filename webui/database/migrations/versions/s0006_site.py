"""Contacts of the site, and what was ticked of an outcome: words said, cues, how it landed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "site_contacts",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
    )
    outcome = sa.ForeignKey("outcomes.id", ondelete="CASCADE")
    op.create_table(
        "outcome_details",
        sa.Column("outcome_id", sa.Integer, outcome, primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("key", sa.String(16), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("outcome_details")
    op.drop_table("site_contacts")
