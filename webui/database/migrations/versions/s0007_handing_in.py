"""What lists show of a plan, from which version on others read it, and who was asked to review it.

The lists' words are taken from the newest version, so that no list has to read the steps.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIMES = ("now", "later_this_session", "future_session")
WORDS, LETTERS = 9, 120


def upgrade() -> None:
    """Add the columns and fill them; whatever was handed in so far was shared as a whole."""
    plain = sa.Column("first_words", sa.String(160), nullable=False, server_default="")
    op.add_column("plans", plain)
    op.add_column("plans", sa.Column("shared_from", sa.Integer))
    plan = sa.ForeignKey("plans.id", ondelete="CASCADE")
    op.create_table(
        "chosen_reviewers",
        sa.Column("plan_id", sa.Integer, plan, primary_key=True),
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True
        ),
    )
    fill(op.get_bind())


def downgrade() -> None:
    """Drop them again; nothing else is lost."""
    op.drop_table("chosen_reviewers")
    for column in ("shared_from", "first_words"):
        op.drop_column("plans", column)


def fill(bind: sa.Connection) -> None:
    """Take the words from each plan's newest version; an older backup is filled by this too."""
    bind.execute(sa.text("UPDATE plans SET shared_from = 1 WHERE submitted_at IS NOT NULL"))
    newest = bind.execute(
        sa.text(
            "SELECT plans.id, versions.steps_json FROM plans JOIN versions "
            "ON versions.plan_id = plans.id AND versions.number = plans.version"
        )
    ).all()
    change = sa.text("UPDATE plans SET first_words = :words WHERE id = :id")
    for number, steps in newest:
        bind.execute(change, {"words": _opening(json.loads(steps)), "id": number})


def _opening(steps: list[dict[str, Any]]) -> str:
    """The first words of the first step in use, as this version of the program cut them."""
    ordered = [
        step.get("short") or step["words"]
        for when in TIMES
        for step in steps
        if step["where"] == when
    ]
    words = ordered[0].split() if ordered else []
    start = " ".join(words[:WORDS])[:LETTERS]
    return f"{start} …" if len(words) > WORDS else start
