"""The record of who did what: rows are added, and the database itself refuses anything else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the record, its head, and what guards it."""
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.Integer),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False, index=True),
        sa.Column("version", sa.Integer),
        sa.Column("detail", sa.String(80), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    head = op.create_table(
        "history_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "length": 0, "hash": "0" * 64}])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the record; its guards go with it."""
    op.drop_table("history_head")
    op.drop_table("history")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION history_is_only_added_to()")


GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER history_no_{event.lower()} BEFORE {event} ON history "
        "BEGIN SELECT RAISE(ABORT, 'history is only added to'); END"
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION history_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is only added to'; END $$"
        ),
        (
            "CREATE TRIGGER history_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON history "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_is_only_added_to()"
        ),
    ],
}
