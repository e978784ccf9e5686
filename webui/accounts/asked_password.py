"""Asking a signed-in person for their password again, before what another could do in their name.

Tries are counted with those at changing it, so that an open session is no place to guess.
"""

from __future__ import annotations

from webui.accounts import throttle
from webui.accounts.sign_in import Sessions
from webui.accounts.throttle import Try
from webui.database.account_tables import Account
from webui.database.person import Person
from webui.database.refusals import Unfit
from webui.words.texts import text


def ask(sessions: Sessions, person: Person, typed: str, field: str) -> None:
    """Raise Unfit under this field where it is not the person's password, TooMany after five."""
    attempt = throttle.begin(sessions.database, sessions.clock(), f"change {person.id}")
    look(sessions, attempt, person.id, typed, field)
    throttle.succeeded(sessions.database, attempt)


def look(sessions: Sessions, attempt: Try, account: int, typed: str, field: str) -> None:
    """Look at a password while no transaction waits. Raises Unfit under this field, or Crowded."""
    with sessions.database.read() as session:
        stored = session.get_one(Account, account).password
    if not sessions.fits(stored, typed, attempt):
        raise Unfit({field: text("password_old_problem")})
