"""What happened to one's account: told at the next sign-in until it is put away, and on a page.

It is read from the history, so nobody can do it without a trace. What others did is told at once;
what was done in one's own name, as it could have been somebody else, from the next session on.
Whoever comes in by a new link is told everything of the last ninety days anew, also what another
who came in that way has put away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from webui.accounts import failed_before, session_secrets
from webui.accounts.failed_before import FAILED
from webui.database.account_tables import Account
from webui.database.person import Person
from webui.database.repository import Repository
from webui.database.tables import HistoryRow

BY_OTHERS = (
    "account_made",
    "roles_changed",
    "supervisor_begun",
    "supervisor_ended",
    "supervision_begun",
    "supervision_ended",
    "disabled",
    "enabled",
    "invited",
    "reset_asked",
    "reset_confirmed",
    "reset_refused",
    "recovery_link",
    "restored",
    "sessions_ended",
)
"""What an administrator, or who sits at the machine itself, does to an account."""
BY_ONESELF = (
    "reset_used",
    "reset_ended",
    "recovered",
    "recovery_used",
    "recovery_made",
    "password_changed",
    "keys_ended",
    "key_made",
    "key_revoked",
    "factor_added",
    "factor_removed",
    "signed_out_everywhere",
)
"""What is done in the account's own name, by its owner or by who came in as them."""
TOLD = frozenset((*BY_OTHERS, *BY_ONESELF, FAILED))
"""What is told. Everything else about an account stands on the page alone."""
COMES_IN = ("reset_used", "reset_ended", "recovered", "recovery_used", FAILED)
"""What a session begins with, and is told in it all the same."""
AT_ONCE = timedelta(seconds=5)
"""A changed password begins a session of its own: what is this much older belongs to it."""
TOLD_FOR = timedelta(days=90)
MOST = 200
"""Rows on the page, and in what is told."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history about an account; `who` did it and `whom` it names, where known.

    A burst of failed sign-ins is one happening, with their `times` and when the last one was.
    """

    number: int
    action: str
    at: datetime
    who: str
    whom: str
    detail: str
    own: bool
    times: int = 1


class Happened(Repository):
    """What happened to accounts, each for its owner alone."""

    def news(self, secret: str) -> Sequence[Happening]:
        """What the person of this session has not put away yet, newest first."""
        with self.database.read() as session:
            found = session_secrets.found(session, secret)
            if found is None:
                return ()
            account = session.get_one(Account, found.account_id)
            rows = session.scalars(
                _about(account.id, self.clock() - TOLD_FOR).where(
                    HistoryRow.id > (account.told_upto or 0),
                    HistoryRow.action.in_(TOLD),
                    ~_in_session(account.id, found.began_at),
                )
            ).all()
            return _one_of_failures(_read(session, rows, account.id))

    def listed(self, person: Person) -> Sequence[Happening]:
        """Everything of the last ninety days about one's own account, newest first."""
        with self.database.read() as session:
            rows = session.scalars(_about(person.id, self.clock() - TOLD_FOR)).all()
            return _read(session, rows, person.id)

    def put_away(self, secret: str, number: int) -> None:
        """Tell no more of what happened up to this row; what came later is still told.

        What is done in this very session cannot be put away in it.
        """
        with self.database.write() as session:
            found = session_secrets.found(session, secret)
            if found is None:
                return
            account = session.get_one(Account, found.account_id, with_for_update=True)
            last = session.scalar(select(func.max(HistoryRow.id))) or 0
            here = _in_session(account.id, found.began_at)
            mine = HistoryRow.subject == f"account-{account.id}"
            wanted = (mine, here, HistoryRow.action.in_(TOLD))
            own = session.scalar(select(func.min(HistoryRow.id)).where(*wanted))
            upto = min(number, last, *([own - 1] if own else []))
            account.told_upto = max(account.told_upto or 0, upto)


def _about(account: int, since: datetime) -> Select[Any]:
    subject = (HistoryRow.subject == f"account-{account}") | (HistoryRow.action == "restored")
    recent = HistoryRow.at >= since.isoformat(timespec="microseconds")
    return select(HistoryRow).where(subject, recent).order_by(HistoryRow.id.desc()).limit(MOST)


def _in_session(account: int, began: datetime) -> ColumnElement[bool]:
    """What is done in the account's name in this very session, or begins it."""
    since = (began - AT_ONCE).isoformat(timespec="microseconds")
    own = and_(HistoryRow.actor.is_not(None), HistoryRow.actor == account)
    return and_(own, HistoryRow.at >= since, HistoryRow.action.not_in(COMES_IN))


def _read(session: Session, rows: Sequence[HistoryRow], own: int) -> list[Happening]:
    numbers = {row.actor for row in rows} | {_number(row.detail) for row in rows}
    wanted = select(Account.id, Account.name).where(Account.id.in_(numbers - {None}))
    names = {number: name for number, name in session.execute(wanted)}  # noqa: C416 - rows are no pairs to `dict`
    return _bursts(
        [
            Happening(
                number=row.id,
                action=row.action,
                at=datetime.fromisoformat(row.at),
                who=names.get(row.actor or 0, ""),
                whom=names.get(_number(row.detail) or 0, ""),
                detail=row.detail,
                own=row.actor == own,
            )
            for row in rows
        ]
    )


def _bursts(found: list[Happening]) -> list[Happening]:
    """Each burst of failed sign-ins as one, where its last line stands; newest first."""
    failed = [one for one in reversed(found) if one.action == FAILED]
    said = [failed_before.read(one.detail, one.at) for one in failed]
    whole = {
        failed[place].number: replace(failed[place], times=said[place].times, at=said[place].last)
        for place in failed_before.bursts(said)
    }
    kept = (one for one in found if one.action != FAILED or one.number in whole)
    return [whole.get(one.number, one) for one in kept]


def _number(detail: str) -> int | None:
    """The account that a detail names, as `account-7` does."""
    kind, _, number = detail.partition("-")
    return int(number) if kind == "account" and number.isdecimal() else None


def _one_of_failures(happenings: Iterable[Happening]) -> list[Happening]:
    """All failed sign-ins as one, where the last of them stands."""
    found = list(happenings)
    failed = [one for one in found if one.action == FAILED]
    others = [one for one in found if one.action != FAILED]
    if not failed:
        return others
    times, last = sum(one.times for one in failed), max(one.at for one in failed)
    whole = replace(failed[0], who="", times=times, at=last)
    return sorted([*others, whole], key=lambda one: one.number, reverse=True)
