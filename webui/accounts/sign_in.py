"""Coming in and going out: sessions, the first start, invitations, changed passwords.

Each public method is one request of a person: one transaction and one line of history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webui.accounts import first_start, passwords, resets, throttle
from webui.accounts.ending import end_keys, end_links, end_sessions
from webui.accounts.first_start import FirstStart
from webui.accounts.passwords import Passwords
from webui.accounts.tokens import mark, new_secret
from webui.database import history
from webui.database.account_tables import Account, Invitation, SignIn
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.person import FIRST_ROLE, ROLES, Person
from webui.database.refusals import NotHere, Spent, Unfit
from webui.database.typed_text import cleaned
from webui.words.texts import text

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=30)
"""How often `seen_at` is written; a session may end too early by this much."""
LONGEST_NAME = 64
START = "start_code"


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many seconds a session still has, and whether staying would give it more."""

    seconds: int
    renewable: bool


@dataclass(frozen=True)
class Sessions:
    """The sessions of people, how they begin and how they end."""

    database: Database
    clock: Callable[[], datetime] = now
    passwords: Passwords = field(default_factory=Passwords)

    def nobody_yet(self) -> bool:
        """Whether no account was made so far: the first start."""
        with self.database.read() as session:
            return not _any_account(session)

    def new_start_code(self) -> str:
        """A code that lets its reader make the first account; the one before no longer does."""
        return FirstStart(self.database, self.clock).new_code()

    def start(
        self, code: str, name: str, password: str, roles: tuple[str, ...], browser: str = ""
    ) -> str:
        """Make the owner's account and sign in: gives the session's secret.

        It takes the start code, or what the browser keeps that `serve` opened.
        Raises NotHere once there is an account, Unfit where an entry does not fit.
        """
        if not self.nobody_yet():
            raise NotHere
        attempt = throttle.begin(self.database, self.clock(), START)
        with self.database.write() as session:
            problems = {}
            if not first_start.may_start(session, code, browser):
                problems["code"] = text("start_code_problem")
            problems |= name_problem(name) | password_problem(password, name)
            if not problems and _any_account(session):
                raise NotHere
            if not problems:
                account = new_account(name, (*roles, FIRST_ROLE), self.clock())
                account.password = self.passwords.hashed(password)
                session.add(account)
                session.flush()
                first_start.end(session)
                self._note(session, account.id, "first_account")
                secret = self._begin(session, account)
        if "code" not in problems:
            throttle.succeeded(self.database, attempt)
        if problems:
            raise Unfit(problems)
        return secret

    def sign_in(self, name: str, password: str) -> str:
        """Begin a session and give its secret. Raises Unfit, or TooMany."""
        key = name_key(name)
        attempt = throttle.begin(self.database, self.clock(), f"name {key}")
        with self.database.read() as session:
            found = session.scalars(select(Account).where(Account.name_key == key)).one_or_none()
            stored = found.password if found else None
        right = self.passwords.fits(stored, password)
        if found is None or not right or found.disabled:
            with self.database.write() as session:
                self._note(session, found.id if found else None, "sign_in_failed")
            raise Unfit({"password": text("sign_in_wrong")})
        with self.database.write() as session:
            account = session.get_one(Account, found.id)
            if account.password != stored or account.disabled:
                raise Unfit({"password": text("sign_in_wrong")})
            if stored and self.passwords.is_dated(stored):
                account.password = self.passwords.hashed(password)
            if end_links(session, account.id):
                self._note(session, account.id, "reset_ended")
            self._note(session, account.id, "signed_in")
            secret = self._begin(session, account)
        throttle.succeeded(self.database, attempt)
        return secret

    def who(self, secret: str) -> Person | None:
        """The person of a session that still lives; None for any other."""
        at = self.clock()
        with self.database.read() as session:
            found = session.get(SignIn, mark(secret))
            if found is None or not _alive(found, at):
                return None
            account = session.get_one(Account, found.account_id)
        if account.disabled:
            return None
        if at - found.seen_at >= SEEN_EVERY:
            with self.database.write() as session:
                session.query(SignIn).filter_by(id_hash=found.id_hash).update({"seen_at": at})
        return person_of(account)

    def remaining(self, secret: str) -> Remaining | None:
        """How long a session still lives without another request; None for any other."""
        at = self.clock()
        with self.database.read() as session:
            found = session.get(SignIn, mark(secret))
        if found is None or not _alive(found, at):
            return None
        idle, last = found.seen_at + IDLE, found.began_at + ABSOLUTE
        return Remaining(int((min(idle, last) - at).total_seconds()), last > idle)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self.database.write() as session:
            found = session.get(SignIn, mark(secret))
            if found:
                self._note(session, found.account_id, "signed_out")
                session.delete(found)

    def sign_out_everywhere(self, person: Person) -> None:
        """End every session of this person."""
        with self.database.write() as session:
            end_sessions(session, person.id)
            self._note(session, person.id, "signed_out_everywhere")

    def change_password(self, person: Person, old: str, new: str) -> str:
        """Change a password, end every session, and begin a new one."""
        attempt = throttle.begin(self.database, self.clock(), f"change {person.id}")
        with self.database.read() as session:
            stored = session.get_one(Account, person.id).password
        right = self.passwords.fits(stored, old)
        problems = {} if right else {"old": text("password_old_problem")}
        problems |= password_problem(new, person.name)
        if right:
            throttle.succeeded(self.database, attempt)
        if problems:
            raise Unfit(problems)
        hashed = self.passwords.hashed(new)
        with self.database.write() as session:
            account = session.get_one(Account, person.id)
            account.password = hashed
            end_sessions(session, account.id)
            end_links(session, account.id)
            end_keys(session, self.clock(), account.id, account.id, "password_changed")
            self._note(session, account.id, "password_changed")
            return self._begin(session, account)

    def invited(self, secret: str) -> str:
        """The name that an invitation is for. Raises Spent when it is used, old or none."""
        with self.database.read() as session:
            return _invited(session, secret, self.clock())[1].name

    def accept(self, secret: str, password: str) -> str:
        """Choose a password by invitation, once, and sign in."""
        self.invited(secret)
        hashed = self.passwords.hashed(password[: passwords.LONGEST])
        with self.database.write() as session:
            invitation, account = _invited(session, secret, self.clock())
            problems = password_problem(password, account.name)
            if problems:
                raise Unfit(problems)
            anew = bool(account.password)
            account.password = hashed
            session.delete(invitation)
            end_sessions(session, account.id)
            if anew:  # whoever put away what was told came in by another way than this one
                account.told_upto = None
                end_keys(session, self.clock(), account.id, account.id, "reset_used")
            session.flush()
            self._note(session, account.id, "reset_used" if anew else "invitation_accepted")
            return self._begin(session, account)

    def _begin(self, session: Session, account: Account) -> str:
        """A new session for this account; those that ended by themselves are swept away."""
        at = self.clock()
        old = (SignIn.seen_at <= at - IDLE) | (SignIn.began_at <= at - ABSOLUTE)
        session.execute(delete(SignIn).where(old))
        secret = new_secret()
        row = SignIn(id_hash=mark(secret), account_id=account.id, began_at=at, seen_at=at)
        session.add(row)
        return secret

    def _note(self, session: Session, actor: int | None, action: str) -> None:
        subject = f"account-{actor}" if actor else ""
        history.record(session, self.clock(), actor, Event(action, subject))


def person_of(account: Account) -> Person:
    """An account as the register knows it."""
    return Person(account.id, account.name, **dict.fromkeys(account.roles, True))


def new_account(name: str, roles: tuple[str, ...], at: datetime) -> Account:
    """The row of an account that has no password yet."""
    held = {role: role in roles for role in ROLES}
    plain = cleaned(name, LONGEST_NAME)
    return Account(name=plain, name_key=name_key(name), made_at=at, disabled=False, **held)


def name_key(name: str) -> str:
    """A sign-in name as it is compared: case and spaces do not matter."""
    return " ".join(name.split()).casefold()[:128]


def name_problem(name: str) -> dict[str, str]:
    """Why this cannot be a sign-in name."""
    if not name_key(name) or len(name) > LONGEST_NAME:
        return {"name": text("name_problem", most=LONGEST_NAME)}
    return {}


def password_problem(password: str, name: str) -> dict[str, str]:
    """Why this cannot be a password, under its field."""
    problem = passwords.problem(password, name)
    return {"password": problem} if problem else {}


def _alive(found: SignIn, at: datetime) -> bool:
    return at - found.seen_at < IDLE and at - found.began_at < ABSOLUTE


def _any_account(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(Account)))


def _invited(session: Session, secret: str, at: datetime) -> tuple[Invitation, Account]:
    found = session.get(Invitation, mark(secret), with_for_update=True)
    if found is None or found.expires_at <= at:
        raise Spent
    account = session.get_one(Account, found.account_id)
    if account.disabled:
        raise Spent
    resets.usable(found)
    return found, account
