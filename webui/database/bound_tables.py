"""Which tables and columns the history binds: those that come later too, by themselves.

What is not bound is named here, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from webui.database import cds_tables, practice_tables, work_tables
from webui.database.base import Base
from webui.database.refusals import Refusal
from webui.database.tables import (
    ChosenReviewer,
    Comment,
    Decision,
    KeptPlan,
    Outcome,
    OutcomeDetail,
    Version,
)

LOADED = (cds_tables, practice_tables, work_tables)
"""Modules of tables that are not bound, so that it is known of every table what becomes of it."""
NOT_BOUND = {
    "alembic_version": "the shape of the tables, not what stands in them",
    "history": "it is sealed itself",
    "history_head": "it is checked against the history",
    "bound_states": "it is what things are checked against",
    "sessions": "ends within twelve hours; what opens one is made with the key outside",
    "attempts": "counts of what failed, and no record of anybody's",
    "devices": "which browsers are known for whom: it opens nothing, and changes with each sign-in",
    "latest_moment": "the latest time that was seen, and nobody's",
    "challenges": "ends within minutes",
    "plans_in_work": "sealed, ends within a day, and is nobody's",
    "cds_used_tokens": "ends within the hour",
    "cds_feedback": "counts of nobody",
    "case_keys": "each is sealed with the key outside the database, and opens nothing else",
    "practiced": "no act on anyone's plan, and its person's alone",
    "review_drafts": "what was not sent yet, and is its author's alone",
    "settings": "what processes share; a key that signs forms is no record of anybody's",
}
"""Tables that no row of the history binds, and why."""
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "plans": frozenset(("revision",)),
    "versions": frozenset(("plan_json", "steps_json")),
}
"""Columns that are not bound: a counter of writes, and what `content_hash` stands for."""
VOLATILE = frozenset(("last_used_at", "used_at", "seen_at", "sign_count", "last_step", "told_upto"))
"""Columns of any table that change by use alone."""
OWNED_BY = {"supervision": "therapist_id"}
"""The column that says whose a row is, where there are several accounts in it."""
ON_PLANS: Mapping[type[Base], str] = {
    Version: "version",
    ChosenReviewer: "chosen reviewer",
    Decision: "decision",
    Comment: "comment",
    Outcome: "outcome",
    OutcomeDetail: "outcome detail",
}
"""What hangs on a plan, and what one row of it is called."""


@cache
def fields(kind: type[Base]) -> tuple[str, ...]:
    """The columns of a table that are bound, by name."""
    out = LEFT_OUT.get(kind.__tablename__, frozenset()) | VOLATILE
    return tuple(one.name for one in kind.__table__.columns if one.name not in out)


@cache
def attributes(kind: type[Base]) -> tuple[tuple[str, str], ...]:
    """The columns that are bound, each with the attribute that reads it in plain words."""
    mapper = kind.__mapper__
    return tuple(
        (name, name if hasattr(kind, name) else mapper.get_property_by_column(column).key)
        for name in fields(kind)
        for column in (kind.__table__.columns[name],)
    )


@cache
def of_accounts() -> Mapping[str, tuple[type[Base], str]]:
    """Tables whose rows belong to accounts, by name: the class, and the column that says whose."""
    found: dict[str, tuple[type[Base], str]] = {}
    for mapper in Base.registry.mappers:
        kind: type[Base] = mapper.class_
        name = kind.__tablename__
        pointing = [
            key for key in kind.__table__.foreign_keys if key.column.table.name == "accounts"
        ]
        if not pointing or name in NOT_BOUND or kind is KeptPlan or kind in ON_PLANS:
            continue
        found[name] = (kind, OWNED_BY.get(name) or pointing[0].parent.name)
    return found


def told(value: Any) -> Any:
    """A value as JSON has it, the same from either database."""
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def row_values(row: Base) -> dict[str, Any]:
    """What a row says in plain words, by the names of its columns."""
    return {name: _plain(row, key) for name, key in attributes(type(row))}


def _plain(row: Base, key: str) -> Any:
    """What stands in a column; of what cannot be opened, that: it fits nothing then."""
    try:
        return getattr(row, key)
    except Refusal:
        return {"unreadable": key}
