"""The first start: who may make the first account, by a code or in the browser that we opened.

On a laptop `serve` opens the browser itself, at an address that carries a secret once. The browser
that comes first with it gets another one for its own cookie, and needs no code; the address is
worthless from then on. A clinic's server opens no browser, so there only the code lets anyone in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webui.accounts.throttle import SKEW
from webui.accounts.tokens import mark, new_secret, spoken_code, typed_code
from webui.database.repository import Repository
from webui.database.tables import Setting

CODE, OPENING, BROWSER = "start_code", "start_opening", "start_browser"


class FirstStart(Repository):
    """The secrets of the first start. Only their hashes are stored, and all end with it.

    Each stands with the time at which it was made; one from later than now has ended.
    """

    def new_code(self) -> str:
        """A code that lets its reader make the first account; the one before no longer does."""
        code = spoken_code()
        self._keep(CODE, code)
        return code

    def new_opening(self) -> str:
        """What the address carries that `serve` opens; an earlier one no longer works."""
        secret = new_secret()
        self._keep(OPENING, secret)
        return secret

    def opened(self, secret: str) -> str:
        """What the browser keeps that came first with this address; empty for any other."""
        at = self.clock()
        with self.database.write() as session:
            if not _fits(session, OPENING, secret, at):
                return ""
            session.execute(delete(Setting).where(Setting.name == OPENING))
            kept = new_secret()
            session.merge(Setting(name=BROWSER, value=_made(kept, at)))
            return kept

    def is_browser(self, kept: str) -> bool:
        """Whether this is what the browser keeps that we opened."""
        with self.database.read() as session:
            return bool(kept) and _fits(session, BROWSER, kept, self.clock())

    def _keep(self, name: str, secret: str) -> None:
        with self.database.write() as session:
            session.merge(Setting(name=name, value=_made(secret, self.clock())))


def may_start(session: Session, code: str, browser: str, at: datetime) -> bool:
    """Whether the code is the one that was printed, or the browser is the one that we opened."""
    if _fits(session, CODE, typed_code(code), at):
        return True
    return bool(browser) and _fits(session, BROWSER, browser, at)


def end(session: Session) -> None:
    """No secret of the first start works any more."""
    session.execute(delete(Setting).where(Setting.name.in_((CODE, OPENING, BROWSER))))


def _made(secret: str, at: datetime) -> str:
    """What is stored of a secret: its hash, and when it was made."""
    return f"{mark(secret)} {at.isoformat(timespec='seconds')}"


def _fits(session: Session, name: str, secret: str, at: datetime) -> bool:
    found = session.get(Setting, name, with_for_update=True)
    if found is None:
        return False
    stored, _blank, made = found.value.partition(" ")  # without a time, it is one from before
    return stored == mark(secret) and (not made or datetime.fromisoformat(made) <= at + SKEW)
