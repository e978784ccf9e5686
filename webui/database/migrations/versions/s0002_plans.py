"""Kept plans and their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make plans, versions, and what is decided about a case as a whole."""
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ref", sa.String(16), nullable=False, unique=True),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("case_code", sa.String(64)),
        sa.Column("session_number", sa.Integer),
        sa.Column("kinds", sa.String(80), nullable=False),
        sa.Column("disposition", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("escalated", sa.Boolean, nullable=False),
        sa.Column("draft_key", sa.String(64)),
        sa.Column("follows_id", sa.Integer, sa.ForeignKey("plans.id", ondelete="SET NULL")),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("submitted_at", Moment),
        sa.Column("waiting_since", Moment),
        sa.UniqueConstraint("owner_id", "draft_key"),
    )
    op.create_index(None, "plans", ["owner_id", "case_code"])
    _versions()


def downgrade() -> None:
    """Drop them."""
    for table in ("case_files", "versions", "plans"):
        op.drop_table(table)


def _versions() -> None:
    """Make what hangs on a plan and on a case."""
    op.create_table(
        "versions",
        sa.Column(
            "plan_id", sa.Integer, sa.ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("plan_json", sa.Text, nullable=False),
        sa.Column("steps_json", sa.Text, nullable=False),
        sa.Column("edition", sa.String(80), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "case_files",
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("retain_until", sa.Date),
    )
