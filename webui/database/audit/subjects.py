"""What the history binds: plans, accounts and what hangs on them, the site's contacts.

A subject is named by one text: a plan's reference, `account-3`, `account-3 tokens` for the rows of
another table that belong to that account, or `site`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webui.database.account_tables import Account
from webui.database.audit.bound_tables import ON_PLANS, fields, of_accounts, row_values
from webui.database.base import Base
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


def account(number: int) -> str:
    """The subject of an account's own row."""
    return f"account-{number}"


def of_account(number: int, table: str) -> str:
    """The subject of the rows of another table that belong to an account."""
    return f"account-{number} {table}"


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
