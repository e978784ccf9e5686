"""What people typed is stored sealed, with a key for each case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from webui.database.refusals import NoKey
from webui.database.sealed import keys
from webui.database.sealed.sealing_rows import open_rows, seal_rows

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table of the keys, and seal what stands there with them."""
    op.create_table(
        "case_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("mark", sa.String(64)),
        sa.Column("wrapped", sa.String(120), nullable=False),
        sa.Column("wrapped_by", sa.String(8), nullable=False, index=True),
        sa.UniqueConstraint("owner_id", "mark"),
    )
    key = sa.Column("key_id", sa.Integer, nullable=False, server_default="0")
    op.add_column("plans", key)
    op.add_column("plans", sa.Column("listed", sa.Text, nullable=False, server_default=""))
    op.create_index(None, "plans", ["key_id"])
    op.drop_index("ix_plans_owner_id_case_code", "plans")
    if _anything():
        seal_rows(op.get_bind(), _keys())


def downgrade() -> None:
    """Open everything again, but where all of it is dropped."""
    if context.get_revision_argument() is not None and _anything():
        open_rows(op.get_bind(), _keys())
    op.create_index(None, "plans", ["owner_id", "case_code"])
    op.drop_index("ix_plans_key_id", "plans")
    for name in ("listed", "key_id"):
        op.drop_column("plans", name)
    op.drop_table("case_keys")


def _anything() -> bool:
    """Whether something stands there for which the keys are needed."""
    tables = ("plans", "case_files", "settings")
    counts = [sa.select(sa.func.count()).select_from(sa.table(name)) for name in tables]
    return any(op.get_bind().scalar(one) for one in counts)


def _keys() -> keys.Keys:
    """The keys outside the database, as whoever changes it handed them over."""
    found: keys.Keys | None = context.config.attributes.get("keys")
    if found is None:
        raise NoKey
    return found
