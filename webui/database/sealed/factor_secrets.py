"""The secrets of authenticator apps, sealed with the key outside the database.

Each is sealed for its account alone, so that one account's secret is none of another's.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.factor_tables import Authenticator
from webui.database.refusals import NoKey, NotOpened
from webui.database.sealed.at_rest import Box
from webui.database.sealed.keys import STORAGE, Keys
from webui.words.texts import text


def seal_anew(session: Session, keys: Keys) -> None:
    """Seal every secret with the key in use; one that nobody can open stays as it is."""
    for found in session.scalars(select(Authenticator).with_for_update()):
        with suppress(NoKey):
            secret = opened(keys, found.account_id, found.sealed)
            found.sealed = sealed(keys, found.account_id, secret)


def still_needed(session: Session) -> Iterable[str]:
    """The ids of the keys that sealed a secret."""
    return {sealed.partition(".")[0] for sealed in session.scalars(select(Authenticator.sealed))}


def sealed(sealing: Keys, account: int, secret: str) -> str:
    """The secret for whoever holds the key: the key's id, and the rest in letters."""
    key = sealing.current
    return f"{key.id}.{Box(key.of(STORAGE)).seal(secret, _place(account))}"


def opened(sealing: Keys, account: int, sealed: str) -> str:
    """The secret. Raises NoKey where the key that sealed it is not there, or it was changed."""
    number, _, letters = sealed.partition(".")
    key = sealing.find(number)
    if key is None:
        raise NoKey
    try:
        return Box(key.of(STORAGE)).open(letters, _place(account))
    except NotOpened as error:
        raise NoKey(text("authenticator_unreadable")) from error


def _place(account: int) -> str:
    """What is sealed along, so that one account's secret is none of another's."""
    return f"authenticator of account {account}"
