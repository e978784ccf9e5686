"""Reviews, their comments and drafts, and what came of a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make what is said and decided about a plan, and its outcomes."""
    op.create_table(
        "decisions",
        *_about(),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("edition", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    decision = sa.ForeignKey("decisions.id", ondelete="CASCADE")
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("decision_id", sa.Integer, decision, nullable=False, index=True),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("tag", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _drafts_and_outcomes()


def downgrade() -> None:
    """Drop them, those that point to others first."""
    for table in ("outcomes", "review_drafts", "comments", "decisions"):
        op.drop_table(table)


def _drafts_and_outcomes() -> None:
    """Make what is typed before a decision, and what is told after the session."""
    op.create_table(
        "review_drafts",
        sa.Column(
            "plan_id", sa.Integer, sa.ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
    )
    op.create_table(
        "outcomes",
        *_about(),
        sa.Column("tried", sa.String(16), nullable=False),
        sa.Column("response", sa.Text, nullable=False),
        sa.Column("resolved", sa.Integer),
        sa.Column("new_rupture", sa.Boolean, nullable=False),
        sa.Column("srs_tenths", sa.Integer),
        sa.Column("wai", sa.Integer),
        sa.CheckConstraint("resolved BETWEEN 1 AND 5", name="resolved"),
    )


def _about() -> tuple[sa.Column[object], ...]:
    """Columns of whatever someone says about one version of a plan."""
    plan = sa.ForeignKey("plans.id", ondelete="CASCADE")
    return (
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan_id", sa.Integer, plan, nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
