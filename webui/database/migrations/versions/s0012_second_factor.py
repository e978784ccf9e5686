"""A second factor beside the password, recovery codes, and when a session was confirmed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webui.database.base import Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables, and the columns of sessions; whoever is signed in stays so."""
    op.create_table(
        "authenticators",
        sa.Column("account_id", sa.Integer, _account(), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("added_at", Moment),
        sa.Column("used_at", Moment),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer, primary_key=True),
        _whose(),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False, unique=True),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
    )
    _passing()
    op.add_column("sessions", sa.Column("confirmed_at", Moment))
    half = sa.Column("half", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("sessions", half)


def downgrade() -> None:
    """Drop them; a sign-in that waits for its second factor ends, for it would be a whole one."""
    op.execute(sa.text("DELETE FROM sessions WHERE half"))
    op.drop_column("sessions", "half")
    op.drop_column("sessions", "confirmed_at")
    for table in ("challenges", "recovery_codes", "passkeys", "authenticators"):
        op.drop_table(table)


def _passing() -> None:
    """Make what is used once."""
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        _whose(),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "challenges",
        sa.Column("challenge_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        _whose(),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )


def _account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")


def _whose() -> sa.Column[int]:
    return sa.Column("account_id", sa.Integer, _account(), nullable=False, index=True)
