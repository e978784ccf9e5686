"""Failures are counted in a row, one row a key; known browsers, recovery links, the latest time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0015"
down_revision = "0014"
PASSING = ("latest_moment", "recovery_links", "devices", "attempts")


def upgrade() -> None:
    """Make the tables; what was counted a minute ago is not worth keeping."""
    op.drop_table("attempts")
    op.create_table(
        "attempts",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("at", Moment, nullable=False, index=True),
        sa.Column("until", Moment),
    )
    op.create_table(
        "devices",
        sa.Column("id_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, _account(), primary_key=True, index=True),
        sa.Column("seen_at", Moment, nullable=False),
    )
    op.create_table(
        "recovery_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, _account(), nullable=False, index=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("without_second_factor", sa.Boolean, nullable=False),
    )
    op.create_table(
        "latest_moment",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Make the table of before."""
    for table in PASSING:
        op.drop_table(table)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key_hash", sa.String(64), nullable=False, index=True),
        sa.Column("at", Moment, nullable=False),
    )


def _account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")
