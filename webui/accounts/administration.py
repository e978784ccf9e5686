"""What an administrator does: accounts, invitations, roles, who supervises whom. Never plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webui.accounts.ending import end_keys, end_links, end_sessions
from webui.accounts.names import name_problem, taken
from webui.accounts.own_limits import check_roles, check_shut_out, check_supervision
from webui.accounts.resets import end_asked_by
from webui.accounts.roles import give, is_last, last_problem, roles_problem
from webui.accounts.set_back import INVITED_FOR
from webui.accounts.sign_in import new_account
from webui.accounts.tokens import mark, new_secret
from webui.database.account_tables import Account, Invitation, Supervision
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository
from webui.words.texts import text

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An account as an administrator sees it."""

    account: Account
    supervisors: tuple[int, ...]
    invited: bool
    waits: bool
    """Whether a new link for it waits to be confirmed by another administrator."""


@dataclass(frozen=True, slots=True)
class Made:
    """Someone of a list who was invited, with the secret of the link."""

    number: int
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a list that was left, and why; `why` names the line."""

    line: str
    why: str


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
            if not problems:
                problems = taken(session, name)
            if problems:
                raise Unfit(problems)
            return self._add(session, person, name, roles)

    def add_several(
        self, person: Person, lines: Sequence[str], roles: Sequence[str]
    ) -> tuple[list[Made], list[Refused]]:
        """Make an account for each line that can have one; every other line says why it is left.

        Raises Unfit where no role was chosen, no line was typed, or more than `MOST_LINES`.
        """
        _administrator(person)
        typed = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
        problems = roles_problem(roles)
        if not 1 <= len(typed) <= MOST_LINES:
            problems["name"] = text("several_number", most=MOST_LINES)
        if problems:
            raise Unfit(problems)
        made: list[Made] = []
        refused: list[Refused] = []
        with self.database.write() as session:
            for number, line in typed:
                problem = name_problem(line) or taken(session, line)
                if problem:
                    blanks = {"number": number, "who": line[:80], "why": problem["name"]}
                    refused.append(Refused(line, text("several_refused", **blanks)))
                else:
                    made.append(Made(*self._named(session, person, line, roles)))
        return made, refused

    def _named(
        self, session: Session, person: Person, name: str, roles: Sequence[str]
    ) -> tuple[int, str, str]:
        number, secret = self._add(session, person, name, roles)
        return number, session.get_one(Account, number).name, secret

    def _add(
        self, session: Session, person: Person, name: str, roles: Sequence[str]
    ) -> tuple[int, str]:
        """The row of an account with an invitation, and the invitation's secret."""
        account = new_account(name, tuple(roles), self.clock())
        session.add(account)
        session.flush()
        secret = self._invite(session, account.id)
        self._did(session, person, account.id, "account_made", " ".join(account.roles))
        return account.id, secret

    def invite(self, person: Person, number: int) -> str:
        """A new invitation for someone who has not come yet; older ones end.

        Raises NotHere for somebody who has a password: `Resets` are for them.
        """
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            if account.disabled or account.password:
                raise NotHere
            secret = self._invite(session, number)
            self._did(session, person, number, "invited")
            return secret

    def set_roles(self, person: Person, number: int, roles: Sequence[str]) -> str:
        """Give exactly these roles, and give the name; the last administrator stays one.

        Of one's own one can give up being administrator, and nothing else.
        """
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            problems = (
                roles_problem(roles)
                or last_problem(session, account, roles)
                or check_roles(session, person, account, roles)
            )
            if problems:
                raise Unfit(problems)
            give(session, self.clock(), person.id, account, roles)
            return account.name

    def set_supervisors(
        self, person: Person, number: int, supervisors: Sequence[int]
    ) -> tuple[str, list[str]]:
        """Say who supervises this therapist, and no one else; give their names.

        Nobody makes themselves a supervisor of somebody. The therapist is told, and so is each
        whose supervision begins or ends.
        """
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            above = (Account.supervisor, Account.id.in_(supervisors), Account.id != number)
            known = session.scalars(select(Account).where(*above).order_by(Account.name_key)).all()
            chosen = {one.id for one in known}
            if chosen != set(supervisors):
                raise Unfit({"supervisors": text("supervisors_problem")})
            before = set(_above(session, number))
            if problems := check_supervision(session, person, account, chosen - before):
                raise Unfit(problems)
            session.execute(delete(Supervision).where(Supervision.therapist_id == number))
            session.add_all(Supervision(supervisor_id=one, therapist_id=number) for one in chosen)
            session.flush()
            self._tell(session, person, number, before, chosen)
            self._did(session, person, number, "supervisors_changed")
            return account.name, [one.name for one in known]

    def _tell(
        self, session: Session, person: Person, number: int, before: set[int], now: set[int]
    ) -> None:
        """Write for both sides whose supervision begins and whose ends."""
        for action, changed in (("begun", now - before), ("ended", before - now)):
            for one in sorted(changed):
                self._did(session, person, number, f"supervisor_{action}", f"account-{one}")
                self._did(session, person, one, f"supervision_{action}", f"account-{number}")

    def disable(self, person: Person, number: int, *, disabled: bool) -> str:
        """Disable an account, which ends its sessions, or enable it again; give its name.

        Its plans stay.
        """
        _administrator(person)
        with self.database.write() as session:
            account = _account(session, number)
            if disabled and is_last(session, account):
                raise Unfit({"disable": text("disable_problem")})
            if problems := check_shut_out(session, person, account):
                raise Unfit(problems)
            account.disabled = disabled
            if disabled:
                end_sessions(session, number)
                end_keys(session, self.clock(), person.id, number, "disabled")
                end_links(session, number)
                end_asked_by(session, number)
            session.flush()
            self._did(session, person, number, "disabled" if disabled else "enabled")
            return account.name

    def _invite(self, session: Session, number: int) -> str:
        session.execute(delete(Invitation).where(Invitation.account_id == number))
        secret = new_secret()
        expires = self.clock() + INVITED_FOR
        session.add(Invitation(token_hash=mark(secret), account_id=number, expires_at=expires))
        return secret

    def _did(
        self, session: Session, person: Person, number: int, action: str, detail: str = ""
    ) -> None:
        self.note(session, person, Event(action, f"account-{number}", detail=detail))


def _administrator(person: Person) -> None:
    if not person.administrator:
        raise NotHere


def _account(session: Session, number: int) -> Account:
    account = session.get(Account, number, with_for_update=True)
    if account is None:
        raise NotHere
    return account


def _entry(session: Session, account: Account) -> Entry:
    waiting = select(Invitation).where(Invitation.account_id == account.id)
    link = session.scalars(waiting).one_or_none()
    asked = bool(link and link.asked_by and not link.confirmed_by)
    return Entry(account, _above(session, account.id), bool(link), asked)


def _above(session: Session, therapist: int) -> tuple[int, ...]:
    """The supervisors of a therapist, by the numbers of their accounts."""
    whom = select(Supervision.supervisor_id).where(Supervision.therapist_id == therapist)
    return tuple(session.scalars(whom))
