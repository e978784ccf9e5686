"""People, sessions, invitations, keys for programs, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of people and their ways in."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_key", sa.String(128), nullable=False, unique=True),
        sa.Column("password", sa.Text),
        *(sa.Column(role, sa.Boolean, nullable=False) for role in ROLES),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "supervision",
        sa.Column("supervisor_id", sa.Integer, _account(), primary_key=True),
        sa.Column("therapist_id", sa.Integer, _account(), primary_key=True, index=True),
        sa.CheckConstraint("supervisor_id <> therapist_id", name="two_people"),
    )
    _ways_in()
    op.create_table(
        "settings",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them, those that point to others first."""
    for table in ("settings", "attempts", "tokens", "sessions", "invitations", "supervision"):
        op.drop_table(table)
    op.drop_table("accounts")


ROLES = ("therapist", "supervisor", "administrator")


def _account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")


def _whose() -> sa.Column[int]:
    return sa.Column("account_id", sa.Integer, _account(), nullable=False, index=True)


def _ways_in() -> None:
    """Make what lets a person or a program in."""
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _whose(),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(64), primary_key=True),
        _whose(),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        _whose(),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.String(120), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key_hash", sa.String(64), nullable=False, index=True),
        sa.Column("at", Moment, nullable=False),
    )
