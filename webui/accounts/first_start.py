"""The first start: who may make the first account, by a code or in the browser that we opened.

On a laptop `serve` opens the browser itself, at an address that carries a secret once. The browser
that comes first with it gets another one for its own cookie, and needs no code; the address is
worthless from then on. A clinic's server opens no browser, so there only the code lets anyone in.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webui.accounts.tokens import mark, new_secret, spoken_code, typed_code
from webui.database.repository import Repository
from webui.database.tables import Setting

CODE, OPENING, BROWSER = "start_code", "start_opening", "start_browser"


class FirstStart(Repository):
    """The secrets of the first start. Only their hashes are stored, and all end with it."""

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
        with self.database.write() as session:
            found = session.get(Setting, OPENING, with_for_update=True)
            if found is None or found.value != mark(secret):
                return ""
            session.delete(found)
            kept = new_secret()
            session.merge(Setting(name=BROWSER, value=mark(kept)))
            return kept

    def is_browser(self, kept: str) -> bool:
        """Whether this is what the browser keeps that we opened."""
        with self.database.read() as session:
            return bool(kept) and _fits(session, BROWSER, kept)

    def _keep(self, name: str, secret: str) -> None:
        with self.database.write() as session:
            session.merge(Setting(name=name, value=mark(secret)))


def may_start(session: Session, code: str, browser: str) -> bool:
    """Whether the code is the one that was printed, or the browser is the one that we opened."""
    if _fits(session, CODE, typed_code(code)):
        return True
    return bool(browser) and _fits(session, BROWSER, browser)


def end(session: Session) -> None:
    """No secret of the first start works any more."""
    session.execute(delete(Setting).where(Setting.name.in_((CODE, OPENING, BROWSER))))


def _fits(session: Session, name: str, secret: str) -> bool:
    found = session.get(Setting, name, with_for_update=True)
    return found is not None and found.value == mark(secret)
