"""Coming in and going out: sessions, the first start, invitations, changed passwords.

Each public method is one request of a person: one transaction and one line of history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webui.accounts import (
    devices,
    failed_before,
    first_start,
    names,
    password_rules,
    passwords,
    session_secrets,
    set_back,
    throttle,
)
from webui.accounts.counted import counted_for
from webui.accounts.devices import UNKNOWN, Browser
from webui.accounts.ending import end_keys, end_links, end_sessions
from webui.accounts.factors.held import has_factor, take_away
from webui.accounts.failed_before import FAILED
from webui.accounts.first_start import FirstStart
from webui.accounts.links import keeps_factor, opened
from webui.accounts.live_sessions import LiveSessions
from webui.accounts.names import name_key, name_problem
from webui.accounts.passwords import Passwords
from webui.accounts.set_back import (
    ABSOLUTE,
    IDLE,
)
from webui.accounts.throttle import KNOWN, Counted, Try
from webui.database.account_tables import Account, Invitation, RecoveryLink, SignIn
from webui.database.audit import binding, subjects
from webui.database.person import FIRST_ROLE, ROLES, Person
from webui.database.refusals import Busy, NotHere, Spent, Unfit
from webui.words.texts import text

START = "start_code"


@dataclass(frozen=True)
class Sessions(LiveSessions):
    """The sessions of people, how they begin and how they end."""

    passwords: Passwords = field(default_factory=Passwords)

    def nobody_yet(self) -> bool:
        """Whether no account was made so far: the first start."""
        with self.database.read() as session:
            return not _any_account(session)

    def new_start_code(self) -> str:
        """A code that lets its reader make the first account; the one before no longer does."""
        return FirstStart(self.database, self.clock).new_code()

    def start(
        self,
        code: str,
        name: str,
        password: str,
        roles: tuple[str, ...],
        browser: str = "",
        came: Browser = UNKNOWN,
    ) -> str:
        """Make the owner's account and sign in: gives the session's secret.

        It takes the start code, or what the browser keeps that `serve` opened.
        Raises NotHere once there is an account, Unfit where an entry does not fit.
        """
        if not self.nobody_yet():
            raise NotHere
        at = self.clock()
        attempt = throttle.begin(self.database, at, f"{START} {came.place}")
        problems = name_problem(name) | password_problem(password, name)
        with self.database.read() as session:
            right = first_start.may_start(session, code, browser, at)
        hashed = self._hashed(password, attempt) if right and not problems else ""
        with self.database.write() as session:
            right = first_start.may_start(session, code, browser, at)
            if right:
                throttle.forgive(session, attempt)
            if hashed and right:
                if _any_account(session):
                    raise NotHere
                return self._first(
                    session, new_account(name, (*roles, FIRST_ROLE), at), hashed, came
                )
        raise Unfit(({} if right else {"code": text("start_code_problem")}) | problems)

    def _first(self, session: Session, account: Account, hashed: str, came: Browser) -> str:
        """Store the first account, end the first start, and begin its session."""
        account.password = hashed
        session.add(account)
        session.flush()
        first_start.end(session)
        self._note(session, account.id, "first_account")
        return self._begin(session, account, came)

    def sign_in(self, name: str, password: str, came: Browser = UNKNOWN) -> str:
        """Begin a session and give its secret; the one that this browser had before ends.

        Raises Unfit, TooMany, or Crowded, where nobody looked at the password.
        """
        at = self.clock()
        with self.database.read() as session:
            found = names.found(session, name)
            stored = found.password if found else None
            known = bool(found and devices.is_known(session, came, found.id, at))
        counted = counted_for(name, found, came, known=known)
        attempt = throttle.begin(self.database, at, *counted)
        right = self.fits(stored, password, attempt)
        if found is None or not right or found.disabled:
            self._failed(attempt, counted, found, came)
            raise Unfit({"password": text("sign_in_wrong")})
        hashed = self._anew(stored, password)
        with self.database.write() as session:
            account = session.get_one(Account, found.id)
            binding.expect(session, subjects.account(account.id), row=account)
            if account.password != stored or account.disabled:
                raise Unfit({"password": text("sign_in_wrong")})
            account.password = hashed or stored
            failed_before.note(session, at, account.id, counted[0], attempt)
            throttle.forgive(session, attempt)
            if not has_factor(session, account.id):  # else the second step does the same
                if known:
                    throttle.forgive_strangers(session, f"account {account.id}", at)
                if end_links(session, account.id):
                    self._note(session, account.id, "reset_ended")
                self._note(session, account.id, "signed_in")
            return self._begin(session, account, came)

    def _anew(self, stored: str | None, password: str) -> str:
        """The password hashed with today's care, where it was hashed with less; else empty."""
        if not stored or not self.passwords.is_dated(stored):
            return ""
        try:
            return self.passwords.hashed(password)
        except Busy:  # it can be done the next time
            return ""

    def fits(self, stored: str | None, password: str, attempt: Try) -> bool:
        """Whether it is the password; where nobody had the time, the try does not count."""
        try:
            return self.passwords.fits(stored, password)
        except Busy:
            throttle.taken_back(self.database, attempt)
            raise

    def _hashed(self, password: str, attempt: Try) -> str:
        """The password hashed; where nobody had the time, the try does not count."""
        try:
            return self.passwords.hashed(password)
        except Busy:
            throttle.taken_back(self.database, attempt)
            raise

    def _failed(
        self, attempt: Try, counted: tuple[Counted, ...], found: Account | None, came: Browser
    ) -> None:
        """Note a burst of failures at its 1st, 10th and 100th.

        A browser that failed too often is known no more.
        """
        first = counted[0]
        times = attempt.of(first)
        noted = failed_before.is_noted(times)
        unknown = found is not None and first.most == KNOWN and times >= KNOWN
        if not noted and not unknown:
            return
        with self.database.write() as session:
            if noted:
                told = failed_before.told(first, times)
                self._note(session, found.id if found else None, FAILED, told)
            if found is not None and unknown:
                devices.forget(session, came, found.id)

    def change_password(self, person: Person, old: str, new: str, came: Browser = UNKNOWN) -> str:
        """Change a password, end every session, and begin a new one."""
        attempt = throttle.begin(self.database, self.clock(), f"change {person.id}")
        with self.database.read() as session:
            stored = session.get_one(Account, person.id).password
            factor = has_factor(session, person.id)
        right = self.fits(stored, old, attempt)
        problems = {} if right else {"old": text("password_old_problem")}
        problems |= password_problem(new, person.name, factor=factor)
        if right:
            throttle.succeeded(self.database, attempt)
        if problems:
            raise Unfit(problems)
        hashed = self.passwords.hashed(new)
        with self.database.write() as session:
            account = session.get_one(Account, person.id)
            account.password = hashed
            end_sessions(session, account.id)
            devices.forget_all(session, account.id)
            end_links(session, account.id)
            end_keys(session, self.clock(), account.id, account.id, "password_changed")
            self._note(session, account.id, "password_changed")
            return self._begin(session, account, came, half=False)

    def invited(self, secret: str) -> str:
        """The name that an invitation is for. Raises Spent when it is used, old or none."""
        return self._invitation(secret)[0]

    def least_of(self, person: Person) -> int:
        """Letters that a new password of this person needs."""
        with self.database.read() as session:
            beside = has_factor(session, person.id)
        return password_rules.SHORTEST_BESIDE if beside else password_rules.SHORTEST

    def least(self, secret: str) -> int:
        """Letters that the password needs that is chosen by this invitation."""
        beside = self._invitation(secret)[1]
        return password_rules.SHORTEST_BESIDE if beside else password_rules.SHORTEST

    def _invitation(self, secret: str) -> tuple[str, bool]:
        """Whom a link is for, and whether they keep a second factor. Raises Spent."""
        at = self.clock()
        set_back.mend(self.database, at)
        try:
            with self.database.read() as session:
                link, account = opened(session, secret, at)
                return account.name, keeps_factor(session, link)
        except Spent:
            set_back.remember(self.database, at)
            raise

    def accept(self, secret: str, password: str, came: Browser = UNKNOWN) -> str:
        """Choose a password by invitation, once, and sign in. Every other session ends."""
        name, beside = self._invitation(secret)
        problems = password_problem(password, name, factor=beside)
        if problems:
            raise Unfit(problems)
        hashed = self.passwords.hashed(password)
        with self.database.write() as session:
            link, account = opened(session, secret, self.clock())
            anew = bool(account.password)
            account.password = hashed
            session.delete(link)
            end_sessions(session, account.id)
            devices.forget_all(session, account.id)
            throttle.forget(session, f"account {account.id}")
            if isinstance(link, RecoveryLink) and link.without_second_factor:
                take_away(session, account.id)
                self._note(session, account.id, "factor_removed")
            self._note_entry(session, account, link, anew=anew)
            return self._begin(session, account, came)

    def _note_entry(
        self, session: Session, account: Account, link: Invitation | RecoveryLink, *, anew: bool
    ) -> None:
        """Note which kind of link was used; with a new one for an old account its keys end."""
        recovered = isinstance(link, RecoveryLink)
        if anew:  # whoever put away what was told came in by another way than this one
            account.told_upto = None
            why = "recovered" if recovered else "reset_used"
            end_keys(session, self.clock(), account.id, account.id, why)
            self._note(session, account.id, why)
        else:
            self._note(session, account.id, "recovered" if recovered else "invitation_accepted")

    def _begin(
        self, session: Session, account: Account, came: Browser, *, half: bool | None = None
    ) -> str:
        """A new session for this account in this browser, whose earlier one ends.

        Those that ended by themselves are swept away. It is `half` a session where the account
        has a second factor, unless that is told.
        """
        at = self.clock()
        old = (SignIn.seen_at <= at - IDLE) | (SignIn.began_at <= at - ABSOLUTE)
        session.execute(delete(SignIn).where(old))
        earlier = session_secrets.found(session, came.earlier) if came.earlier else None
        if earlier is not None:
            self._note(session, earlier.account_id, "signed_out")
            session.delete(earlier)
        set_back.saw(session, at)
        waits = has_factor(session, account.id) if half is None else half
        secret = session_secrets.drawn(account.id, half=waits)
        number = session_secrets.marked(session, secret)
        row = SignIn(id_hash=number, account_id=account.id, began_at=at, seen_at=at, half=waits)
        if not row.half:
            devices.remember(session, came, account.id, at)
        row.confirmed_at = None if row.half else at
        session.add(row)
        return secret


def new_account(name: str, roles: tuple[str, ...], at: datetime) -> Account:
    """The row of an account that has no password yet."""
    held = {role: role in roles for role in ROLES}
    plain = names.plain(name)
    return Account(name=plain, name_key=name_key(plain), made_at=at, disabled=False, **held)


def password_problem(password: str, name: str, *, factor: bool = False) -> dict[str, str]:
    """Why this cannot be a password, under its field; `factor`: beside a second factor."""
    problem = passwords.problem(password, name, factor)
    return {"password": problem} if problem else {}


def _any_account(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(Account)))
