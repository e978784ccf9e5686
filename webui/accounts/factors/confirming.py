"""Being asked again: the second page of a sign-in, and before what weighs most.

A session says when its password or second factor was given last. Where that is longer ago than
five minutes, one of them is asked for once more. A time in the future is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from webui.accounts import asked_password, devices, session_secrets, throttle
from webui.accounts.devices import UNKNOWN, Browser
from webui.accounts.ending import end_links
from webui.accounts.factors import authenticator, challenges, recovery_codes
from webui.accounts.factors.held import AUTHENTICATOR, PASSKEY
from webui.accounts.factors.passkeys import Passkeys, Site
from webui.accounts.live_sessions import person_of
from webui.accounts.sign_in import Sessions
from webui.database import history
from webui.database.account_tables import Account, SignIn
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.words.texts import text

WITHIN = timedelta(minutes=5)
RECOVERY = "recovery"
"""What a line of history says of a sign-in by recovery code."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave to show that it is them; one of these is enough."""

    password: str = ""
    code: str = ""
    passkey: str = ""


@dataclass(frozen=True)
class Confirming:
    """Second factors as they are given, at sign-in and later."""

    sessions: Sessions

    def is_recent(self, browser: str) -> bool:
        """Whether this session's password or factor was given within the last five minutes."""
        at = self.sessions.clock()
        with self.sessions.database.read() as session:
            found = session_secrets.found(session, browser)
        given = found.confirmed_at if found and not found.half else None
        return given is not None and given <= at < given + WITHIN

    def again(self, person: Person, browser: str, given: Given, site: Site) -> None:
        """Take a password, a code or a passkey once more.

        Raises Unfit under `password`, `code` or `passkey`, or TooMany.
        """
        database, at = self.sessions.database, self.sessions.clock()
        attempt = throttle.begin(database, at, f"again {person.id}")
        self._by_passkey(person.id, browser, given, site, challenges.AGAIN)
        if not given.passkey and not given.code:
            asked_password.look(self.sessions, attempt, person.id, given.password, "password")
        with database.write() as session:
            if given.code and not given.passkey:
                self._by_code(session, person.id, given.code)
            own = update(SignIn).where(SignIn.id_hash == session_secrets.marked(session, browser))
            session.execute(own.values(confirmed_at=at))
        throttle.succeeded(database, attempt)

    def waiting(self, browser: str) -> Person | None:
        """Whose sign-in waits in this browser for a second factor; None where none does."""
        with self.sessions.database.read() as session:
            found = session_secrets.found(session, browser)
            if found is None or not self._waits(found):
                return None
            account = session.get_one(Account, found.account_id)
            return None if account.disabled else person_of(account)

    def second_step(self, browser: str, given: Given, site: Site, came: Browser = UNKNOWN) -> str:
        """Give the second factor of a sign-in: begins the session, and gives its secret.

        A recovery code is taken too. Raises NotHere where no sign-in waits, Unfit under `code` or
        `passkey`, or TooMany.
        """
        someone = self.waiting(browser)
        if someone is None:
            raise NotHere
        database, at = self.sessions.database, self.sessions.clock()
        attempt = throttle.begin(database, at, f"factor {someone.id}")
        try:
            self._by_passkey(someone.id, browser, given, site, challenges.SIGNING_IN)
            with database.write() as session:
                how = PASSKEY if given.passkey else self._by_any_code(session, someone, given.code)
                secret = self._completed(session, browser, how, came)
        except Unfit:
            with database.write() as session:
                failed = Event("sign_in_failed", f"account-{someone.id}", detail="factor")
                history.record(session, at, someone.id, failed)
            raise
        throttle.succeeded(database, attempt)
        return secret

    def _by_passkey(
        self, account: int, browser: str, given: Given, site: Site, purpose: str
    ) -> None:
        if given.passkey:
            passkeys = Passkeys(self.sessions.database, self.sessions.clock)
            passkeys.signed(account, browser, site, given.passkey, purpose)

    def _by_code(self, session: Session, account: int, typed: str) -> None:
        keys, at = self.sessions.database.keys, self.sessions.clock()
        if not authenticator.use(session, keys, account, typed, at):
            raise Unfit({"code": text("factor_code_wrong")})

    def _by_any_code(self, session: Session, someone: Person, typed: str) -> str:
        """Take a code of the authenticator, or a recovery code; says which it was."""
        if authenticator.is_code(typed):
            self._by_code(session, someone.id, typed)
            return AUTHENTICATOR
        if not recovery_codes.use(session, someone.id, typed):
            raise Unfit({"code": text("factor_code_wrong")})
        used = Event("recovery_used", f"account-{someone.id}")
        history.record(session, self.sessions.clock(), someone.id, used)
        return RECOVERY

    def _completed(self, session: Session, browser: str, how: str, came: Browser) -> str:
        """The half session becomes a whole one, under a secret that nobody had before.

        From now on this browser is known.
        """
        found = session_secrets.found(session, browser, lock=True)
        if found is None or not self._waits(found):
            raise NotHere
        at, account = self.sessions.clock(), found.account_id
        secret = session_secrets.drawn(account, half=False)
        session.delete(found)
        number = session_secrets.marked(session, secret)
        whole = SignIn(id_hash=number, account_id=account, began_at=at, seen_at=at)
        whole.confirmed_at = at
        session.add(whole)
        if devices.is_known(session, came, account, at):
            throttle.forgive_strangers(session, f"account {account}", at)
        devices.remember(session, came, account, at)
        if end_links(session, account):
            history.record(session, at, account, Event("reset_ended", f"account-{account}"))
        history.record(session, at, account, Event("signed_in", f"account-{account}", detail=how))
        return secret

    def _waits(self, found: SignIn) -> bool:
        at = self.sessions.clock()
        return found.half and found.began_at <= at < found.began_at + WITHIN
