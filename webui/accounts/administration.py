"""What an administrator does: accounts, invitations, roles, who supervises whom. Never plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webui.accounts.sign_in import end_sessions, name_key, name_problem, new_account
from webui.accounts.tokens import mark, new_secret
from webui.database.account_tables import Account, Invitation, Supervision, Token
from webui.database.history import Event
from webui.database.person import ROLES, Person
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository

INVITED_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Entry:
    """An account as an administrator sees it."""

    account: Account
    supervisors: tuple[int, ...]
    invited: bool


class Administration(Repository):
    """Accounts."""

    def listed(self, person: Person) -> Sequence[Entry]:
        """Every account, by name."""
        _administrator(person)
        with self.database.read() as session:
            accounts = session.scalars(select(Account).order_by(Account.name_key)).all()
            return [_entry(session, account) for account in accounts]

    def open(self, person: Person, number: int) -> Entry:
        """One account."""
        _administrator(person)
        with self.database.read() as session:
            return _entry(session, _account(session, number))

    def add(self, person: Person, name: str, roles: Sequence[str]) -> tuple[int, str]:
        """Make an account and the secret of its invitation, which is shown this once."""
        _administrator(person)
        problems = name_problem(name) | roles_problem(roles)
        with self.database.write() as session:
            taken = select(Account.id).where(Account.name_key == name_key(name))
            if not problems and session.scalar(taken):
                problems["name"] = "Someone has this name already. Add a letter or a number."
            if problems:
                raise Unfit(problems)
            account = new_account(name, tuple(roles), self.clock())
            session.add(account)
            session.flush()
            self._did(session, person, account.id, "account_made")
            return account.id, self._invite(session, account.id)

    def invite(self, person: Person, number: int) -> str:
        """A new invitation, also for someone who forgot their password; older ones end."""
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            if account.disabled:
                raise NotHere
            self._did(session, person, number, "invited")
            return self._invite(session, number)

    def set_roles(self, person: Person, number: int, roles: Sequence[str]) -> None:
        """Give exactly these roles; the last administrator stays one."""
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            problems = roles_problem(roles)
            if "administrator" not in roles and _is_last(session, account):
                problems["roles"] = "Someone has to be the administrator. Name another one first."
            if problems:
                raise Unfit(problems)
            for role in ROLES:
                setattr(account, role, role in roles)
            self._did(session, person, number, "roles_changed")

    def set_supervisors(self, person: Person, number: int, supervisors: Sequence[int]) -> None:
        """Say who supervises this therapist, and no one else."""
        _administrator(person)
        with self.database.write() as session:
            _account(session, number)
            able = session.scalars(
                select(Account.id).where(Account.supervisor, Account.id.in_(supervisors))
            )
            chosen = set(able) - {number}
            if chosen != set(supervisors):
                raise Unfit({"supervisors": "Choose people who are supervisors, and not yourself."})
            session.execute(delete(Supervision).where(Supervision.therapist_id == number))
            session.add_all(Supervision(supervisor_id=one, therapist_id=number) for one in chosen)
            self._did(session, person, number, "supervisors_changed")

    def disable(self, person: Person, number: int, *, disabled: bool) -> None:
        """Disable an account, which ends its sessions, or enable it again. Its plans stay."""
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            if disabled and _is_last(session, account):
                raise Unfit({"disable": "The last administrator cannot be shut out."})
            account.disabled = disabled
            if disabled:
                end_sessions(session, number)
                session.execute(delete(Token).where(Token.account_id == number))
                session.execute(delete(Invitation).where(Invitation.account_id == number))
            self._did(session, person, number, "disabled" if disabled else "enabled")

    def _invite(self, session: Session, number: int) -> str:
        session.execute(delete(Invitation).where(Invitation.account_id == number))
        secret = new_secret()
        expires = self.clock() + INVITED_FOR
        session.add(Invitation(token_hash=mark(secret), account_id=number, expires_at=expires))
        return secret

    def _did(self, session: Session, person: Person, number: int, action: str) -> None:
        self.note(session, person, Event(action, f"account-{number}"))


def roles_problem(roles: Sequence[str]) -> dict[str, str]:
    """Why these cannot be someone's roles."""
    if not roles or set(roles) - set(ROLES):
        return {"roles": "Tick at least one."}
    return {}


def _administrator(person: Person) -> None:
    if not person.administrator:
        raise NotHere


def _account(session: Session, number: int) -> Account:
    account = session.get(Account, number, with_for_update=True)
    if account is None:
        raise NotHere
    return account


def _entry(session: Session, account: Account) -> Entry:
    whom = select(Supervision.supervisor_id).where(Supervision.therapist_id == account.id)
    waiting = select(Invitation.account_id).where(Invitation.account_id == account.id)
    return Entry(account, tuple(session.scalars(whom)), bool(session.scalar(waiting)))


def _is_last(session: Session, account: Account) -> bool:
    """Whether no other administrator could come in."""
    if not account.administrator:
        return False
    able = (Account.administrator, ~Account.disabled, Account.password.is_not(None))
    others = select(func.count()).select_from(Account).where(*able, Account.id != account.id)
    return not session.scalar(others)
