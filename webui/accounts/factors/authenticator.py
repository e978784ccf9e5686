"""Authenticator apps: six digits that change every half minute (TOTP, RFC 6238).

The secret has to be read to compute a code, so it cannot be a hash: it is sealed with the key that
stands outside the database, for this account alone. Each code works once.
"""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

import pyotp
import segno
from sqlalchemy.orm import Session

from webui.accounts import throttle
from webui.accounts.factors.held import AUTHENTICATOR, end_other_sessions
from webui.accounts.factors.recovery_codes import RecoveryCodes
from webui.database.factor_tables import Authenticator
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository
from webui.database.sealed import factor_secrets
from webui.database.sealed.keys import Keys
from webui.words.texts import text

STEP = 30
"""Seconds for which a code is shown."""
DRIFT = 1
"""Steps by which the clock of a phone may be ahead or behind."""
DIGITS = 6
ISSUER = "Repair Planner"
_NONCE = 12


class Authenticators(Repository):
    """One's own authenticator app: at most one."""

    def begin(self, person: Person) -> None:
        """Draw a secret that is confirmed by a code later; one that was not confirmed is gone.

        Raises NotHere where there is an authenticator already.
        """
        with self.database.write() as session:
            found = session.get(Authenticator, person.id, with_for_update=True)
            if found and found.added_at:
                raise NotHere
            sealed = factor_secrets.sealed(self.database.keys, person.id, pyotp.random_base32())
            session.merge(Authenticator(account_id=person.id, sealed=sealed, last_step=0))
            event = Event("factor_begun", f"account-{person.id}", detail=AUTHENTICATOR)
            self.note(session, person, event)

    def begun(self, person: Person) -> str:
        """The secret that waits for its first code; empty where none does."""
        with self.database.read() as session:
            found = session.get(Authenticator, person.id)
            if found is None or found.added_at:
                return ""
            return factor_secrets.opened(self.database.keys, person.id, found.sealed)

    def confirm(self, person: Person, browser: str, typed: str) -> list[str]:
        """Let the authenticator count from now on, by a code of it. Gives recovery codes, or none.

        Raises NotHere where none waits, Unfit where the code is wrong, TooMany.
        """
        attempt = throttle.begin(self.database, self.clock(), f"confirm {person.id}")
        with self.database.write() as session:
            found = session.get(Authenticator, person.id, with_for_update=True)
            if found is None or found.added_at:
                raise NotHere
            if not _takes(self.database.keys, found, typed, self.clock()):
                raise Unfit({"code": text("authenticator_code_wrong")})
            found.added_at = self.clock()
            event = Event("factor_added", f"account-{person.id}", detail=AUTHENTICATOR)
            self.note(session, person, event)
            end_other_sessions(session, person.id, browser)
            codes = RecoveryCodes(self.database, self.clock).first(session, person)
        throttle.succeeded(self.database, attempt)
        return codes


def use(session: Session, sealing: Keys, account: int, typed: str, at: datetime) -> bool:
    """Take a code of somebody's authenticator, once, within a transaction."""
    found = session.get(Authenticator, account, with_for_update=True)
    return bool(found and found.added_at and _takes(sealing, found, typed, at))


def is_code(typed: str) -> bool:
    """Whether this looks like a code of an authenticator, and not like a recovery code."""
    bare = "".join(typed.split())
    return len(bare) == DIGITS and bare.isascii() and bare.isdigit()


def picture(person: Person, secret: str) -> str:
    """What the app reads with its camera, as SVG without a style of its own."""
    address = pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=ISSUER)
    made = segno.make(address, micro=False, error="m")
    return made.svg_inline(omitsize=True, border=3, svgclass="rp-qr__modules", lineclass=None)


def spaced(secret: str) -> str:
    """The secret in groups of four letters, as it is typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _takes(sealing: Keys, found: Authenticator, typed: str, at: datetime) -> bool:
    """Whether this is a code of now that was not used; if so, it is used, with all before it."""
    if not is_code(typed):
        return False
    bare, now = "".join(typed.split()), int(at.timestamp()) // STEP
    codes = pyotp.TOTP(
        factor_secrets.opened(sealing, found.account_id, found.sealed), digits=DIGITS
    )
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > found.last_step and compare_digest(codes.generate_otp(step), bare):
            found.last_step, found.used_at = step, at
            return True
    return False
