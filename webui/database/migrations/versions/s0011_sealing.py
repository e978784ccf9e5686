"""The history is sealed with a key that is not in the database, and binds what it tells of.

Rows of before have no seal: the first start seals them all with one row that says so. Going down
loses the seals, and with them the proof of what was sealed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

COLUMNS = (("bound", sa.Text()), ("key_id", sa.String(8)), ("seal", sa.String(64)))


def upgrade() -> None:
    """Add the seal to each row, and the table of what each thing is like now."""
    for name, kind in COLUMNS:
        op.add_column("history", sa.Column(name, kind))
    op.create_table(
        "bound_states",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("row", sa.Integer, nullable=False, index=True),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drop both; what the rows tell stays."""
    op.drop_table("bound_states")
    for name, _kind in reversed(COLUMNS):
        op.drop_column("history", name)
