"""What the history binds: plans, accounts and what hangs on them, the site's contacts.

A subject is named by one text: a plan's reference, `account-3`, `account-3 tokens` for the rows of
another table that belong to that account, or `site`. Columns and tables that come later are bound
by themselves; what is not bound is named here, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webui.database import cds_tables, practice_tables, work_tables
from webui.database.account_tables import Account
from webui.database.base import Base
from webui.database.refusals import Refusal
from webui.database.tables import (
    ChosenReviewer,
    Comment,
    Decision,
    KeptPlan,
    Outcome,
    OutcomeDetail,
    SiteContact,
    Version,
)

Values = Mapping[str, Any]
"""What a subject holds: a value under the name of each of its parts."""
SITE = "site"
_PLANS = "plans at hand"
LOADED = (cds_tables, practice_tables, work_tables)
"""Modules of tables that are not bound, so that it is known of every table what becomes of it."""
NOT_BOUND = {
    "alembic_version": "the shape of the tables, not what stands in them",
    "history": "it is sealed itself",
    "history_head": "it is checked against the history",
    "bound_states": "it is what things are checked against",
    "sessions": "ends within twelve hours, and changes with every request",
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
VOLATILE = frozenset(("last_used_at", "used_at", "seen_at", "sign_count", "last_step"))
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


def account(number: int) -> str:
    """The subject of an account's own row."""
    return f"account-{number}"


def of_account(number: int, table: str) -> str:
    """The subject of the rows of another table that belong to an account."""
    return f"account-{number} {table}"


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


def plan_values(session: Session, kept: KeptPlan) -> Values:
    """What a plan is like, with everything that hangs on it, as the database has it now."""
    found = row_values(kept)
    some = _versions(session, kept.id, found)
    if some[0]:
        chosen = session.connection().execute(
            _columns(ChosenReviewer).where(ChosenReviewer.plan_id == kept.id)
        )
        found["chosen reviewer"] = [list(row) for row in chosen]
    if some[1]:
        _with_details(session, (Decision, Comment), kept.id, found)
    if some[2]:
        _with_details(session, (Outcome, OutcomeDetail), kept.id, found)
    return found


def values(session: Session, subject: str) -> Values | None:
    """What a subject is like, as the database has it now; None where it is not there."""
    if subject == SITE:
        rows = session.connection().execute(_columns(SiteContact).order_by(SiteContact.position))
        return {f"contact {row.position}": list(row) for row in rows}
    number, _blank, table = subject.removeprefix("account-").partition(" ")
    if number == subject:
        kept = _at_hand(session, subject)
        return plan_values(session, kept) if kept else None
    if table:
        return owned_values(session, int(number), table)
    row = (
        session.connection()
        .execute(_columns(Account).where(Account.id == int(number)))
        .one_or_none()
    )
    return row._asdict() if row else None


def at_hand(session: Session, kept: KeptPlan) -> None:
    """Remember a plan that this transaction has read, so that it need not be asked for again."""
    session.info.setdefault(_PLANS, {})[kept.ref] = kept


def _at_hand(session: Session, ref: str) -> KeptPlan | None:
    kept: KeptPlan | None = session.info.get(_PLANS, {}).get(ref)
    if kept is not None and kept in session:
        return kept
    return session.scalars(select(KeptPlan).where(KeptPlan.ref == ref)).unique().one_or_none()


def owned_values(session: Session, number: int, table: str) -> Values:
    """The rows of a table that belong to an account, each under a name of its own."""
    kind, column = of_accounts()[table]
    rows = session.connection().execute(_columns(kind).where(getattr(kind, column) == number))
    keys = [key.name for key in kind.__table__.primary_key if key.name != column]
    return {
        f"{table} {'-'.join(str(getattr(row, key)) for key in keys)}": list(row) for row in rows
    }


def changed_by(session: Session, row: object) -> list[str]:
    """The subjects that a row is part of; none where it is not bound."""
    kind: Any = type(row)
    if isinstance(row, KeptPlan):
        at_hand(session, row)
        return [row.ref]
    if isinstance(row, Account):
        return [account(row.id)] if row.id else []
    if isinstance(row, SiteContact):
        return [SITE]
    name = kind.__tablename__
    if name in of_accounts():
        return [of_account(getattr(row, of_accounts()[name][1]), name)]
    return _plans_of(session, row) if kind in ON_PLANS else []


def meant_by(session: Session, table: Table, condition: Any) -> list[str]:
    """The subjects whose rows of a table a condition is true of, before a change or deletion.

    The table comes from a statement, and is another object there than the class's own.
    """
    session.info.pop(_PLANS, None)
    on_plans: tuple[type[Base], ...] = (KeptPlan, *ON_PLANS)
    for kind in on_plans:
        if kind.__tablename__ == table.name:
            return _plans_where(session, kind, condition)
    if table.name == Account.__tablename__:
        return [account(one) for one in session.scalars(_where(Account.id, condition))]
    if table.name == SiteContact.__tablename__:
        return [SITE]
    if table.name not in of_accounts():
        return []
    kind, column = of_accounts()[table.name]
    owners = session.scalars(_where(getattr(kind, column), condition).distinct())
    return [of_account(one, table.name) for one in owners]


def existing(session: Session) -> Iterator[str]:
    """Every subject that is there now."""
    yield from list(session.scalars(select(KeptPlan.ref).order_by(KeptPlan.id)))
    for number in list(session.scalars(select(Account.id).order_by(Account.id))):
        yield account(number)
    for name, (kind, column) in sorted(of_accounts().items()):
        owner = getattr(kind, column)
        for number in list(session.scalars(select(owner).distinct().order_by(owner))):
            yield of_account(number, name)
    if session.scalar(select(SiteContact.position).limit(1)) is not None:
        yield SITE


def _columns(kind: type[Base]) -> Any:
    return select(*(kind.__table__.columns[name] for name in fields(kind)))


def _where(column: InstrumentedAttribute[Any], condition: Any) -> Any:
    asked = select(column)
    return asked if condition is None else asked.where(condition)


def _versions(session: Session, plan: int, found: dict[str, Any]) -> tuple[bool, ...]:
    """Put each version there; tell of choice, decisions and outcomes whether there are any."""
    rows = session.connection().execute(_versions_of(), {"plan": plan}).all()
    for row in rows:
        found[f"version {row.number}"] = list(row[:-3])
    return tuple(rows[0][-3:]) if rows else (True, True, True)


@cache
def _versions_of() -> Any:
    """Asked whenever a plan is opened, so it is put together once."""
    plan: Any = bindparam("plan")
    others = (exists().where(kind.plan_id == plan) for kind in (ChosenReviewer, Decision, Outcome))
    return _columns(Version).add_columns(*others).where(Version.plan_id == plan)


def _with_details(
    session: Session, kinds: tuple[Any, Any], plan: int, found: dict[str, Any]
) -> None:
    """Put decisions there with their comments, or outcomes with their details."""
    whole, part = kinds
    [link] = part.__table__.foreign_keys
    of_plan = session.scalars(select(whole).where(whole.plan_id == plan)).unique().all()
    for row in of_plan:
        found[f"{ON_PLANS[whole]} {row.id}"] = row_values(row)
    column = getattr(part, link.parent.name)
    for row in session.scalars(select(part).where(column.in_([one.id for one in of_plan]))):
        key = "-".join(str(getattr(row, one.name)) for one in part.__table__.primary_key)
        found[f"{ON_PLANS[part]} {key}"] = row_values(row)


def _plans_of(session: Session, row: Any) -> list[str]:
    """The plan that a row hangs on; none where what it hangs on is new itself."""
    number = getattr(row, "plan_id", None)
    for parent, column in ((Decision, "decision_id"), (Outcome, "outcome_id")):
        if linked := getattr(row, column, None):
            above: Any = session.get(parent, linked)
            number = above.plan_id if above else None
    kept = session.get(KeptPlan, number) if number else None
    return [kept.ref] if kept else []


def _plans_where(session: Session, kind: Any, condition: Any) -> list[str]:
    """The plans that a change of a table's rows concerns, and what follows a plan that goes."""
    concerned: Any
    if kind is KeptPlan:
        gone = _where(KeptPlan.id, condition)
        concerned = KeptPlan.id.in_(gone) | KeptPlan.follows_id.in_(gone)
    elif hasattr(kind, "plan_id"):
        concerned = KeptPlan.id.in_(_where(kind.plan_id, condition))
    else:
        above = Decision if kind is Comment else Outcome
        column = kind.decision_id if kind is Comment else kind.outcome_id
        rows = select(above.plan_id).where(above.id.in_(_where(column, condition)))
        concerned = KeptPlan.id.in_(rows)
    return list(session.scalars(select(KeptPlan.ref).where(concerned)))
