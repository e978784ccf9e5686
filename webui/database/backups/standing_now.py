"""What stands when a backup is restored, and outlives it: what was taken from people since then.

Who is shut out stays shut out, a role or a supervision that ended stays ended, a password that was
changed stays changed, and second factors are those of now: an older backup must not let anyone in
who may not come in now. People are recognized by their names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from webui.database import history
from webui.database.account_tables import Account, Supervision
from webui.database.backups import factors_now
from webui.database.backups.factors_now import Factors
from webui.database.history import BEGINNING, Event
from webui.database.person import ROLES
from webui.database.sealed.keys import Keys
from webui.database.tables import HistoryHead, HistoryRow, KeptPlan, Setting

Pair = tuple[str, str]


@dataclass
class Standing:
    """People, settings and the end of the history, as they are before a backup is restored."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the key of the name."""
    factors: dict[str, Factors] = field(default_factory=dict)
    """By the key of the name."""
    pairs: frozenset[Pair] = frozenset()
    settings: dict[str, str] = field(default_factory=dict)
    erasures: frozenset[str] = frozenset()
    """The plans that were erased, by their references."""
    length: int = 0
    head: str = BEGINNING

    @classmethod
    def of(cls, session: Session) -> Standing:
        """What this database holds now, at the newest step; nothing for one without tables."""
        if not inspect(session.connection()).has_table(Account.__tablename__):
            return cls()
        end = session.get(HistoryHead, 1)
        erased = select(HistoryRow.subject).where(HistoryRow.action == "erased")
        accounts = session.scalars(select(Account)).all()
        found = cls(
            {one.name_key: _held(one) for one in accounts},
            {one.name_key: Factors.of(session, one.id) for one in accounts},
            _pairs(session),
            {one.name: one.value for one in session.scalars(select(Setting))},
            frozenset(session.scalars(erased)),
            *((end.length, end.hash) if end else ()),
        )
        session.expunge_all()
        return found

    def keep(self, session: Session, at: datetime, keys: Keys) -> tuple[str, ...]:
        """Put what outlives a backup in place of what it says; give whom it concerns, by name.

        `keys` are the database's own.
        """
        for name, value in self.settings.items():
            session.merge(Setting(name=name, value=value))
        concerned = []
        accounts = session.scalars(select(Account).order_by(Account.id)).all()
        known = {
            one.id: self.factors[one.name_key] for one in accounts if one.name_key in self.factors
        }
        others = factors_now.keep(session, known, keys)
        for account in accounts:
            held = self.people.get(account.name_key)
            changes = _change(account, held) if held else []
            changes += self._end_supervision(session, account)
            changes += ["factors_kept"] if account.id in others else []
            session.flush()
            for action in changes:
                event = Event(action, f"account-{account.id}", detail="restored")
                history.record(session, at, None, event)
            if changes:
                concerned.append(account.name)
        return tuple(concerned)

    def gone(self, session: Session) -> tuple[str, ...]:
        """The names of those who had an account and have none now."""
        here = set(session.scalars(select(Account.name_key)))
        return tuple(held["name"] for key, held in self.people.items() if key not in here)

    def erased(self, session: Session) -> int:
        """How many plans are here that had been erased."""
        refs = session.scalars(select(KeptPlan.ref))
        return sum(ref in self.erasures for ref in refs) if self.erasures else 0

    def _end_supervision(self, session: Session, account: Account) -> list[str]:
        """End what supervises this person no longer, where both are known now."""
        above = select(Account).join(Supervision, Supervision.supervisor_id == Account.id)
        ended = [
            one.id
            for one in session.scalars(above.where(Supervision.therapist_id == account.id))
            if {one.name_key, account.name_key} <= self.people.keys()
            and (one.name_key, account.name_key) not in self.pairs
        ]
        of_them = (Supervision.therapist_id == account.id, Supervision.supervisor_id.in_(ended))
        session.execute(delete(Supervision).where(*of_them))
        return ["supervisors_changed"] if ended else []


def can_administer(session: Session) -> bool:
    """Whether there is an administrator who could sign in."""
    able = (Account.administrator, ~Account.disabled, Account.password.is_not(None))
    return bool(session.scalar(select(func.count()).select_from(Account).where(*able)))


def _held(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in ("name", "password", "disabled", *ROLES)}


def _change(account: Account, held: dict[str, Any]) -> list[str]:
    """Take away what was taken away; give what happened, in the history's words."""
    changes = []
    if held["disabled"] and not account.disabled:
        account.disabled = True
        changes.append("disabled")
    lost = [role for role in ROLES if getattr(account, role) and not held[role]]
    for role in lost:
        setattr(account, role, False)
    if lost:
        changes.append("roles_changed")
    if account.password != held["password"]:
        account.password = held["password"]
        changes.append("password_changed")
    return changes


def _pairs(session: Session) -> frozenset[Pair]:
    """Who supervises whom, by the keys of their names."""
    names = {one.id: one.name_key for one in session.scalars(select(Account))}
    return frozenset(
        (names[one.supervisor_id], names[one.therapist_id])
        for one in session.scalars(select(Supervision))
    )
