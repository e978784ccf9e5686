"""The secrets of authenticator apps, sealed with the key outside the database.

Each is sealed for its account alone, so that one account's secret is none of another's.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.factor_tables import Authenticator
from webui.database.refusals import NoKey
from webui.database.sealed.keys import STORAGE, Keys
from webui.words.texts import text

_NONCE = 12


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
    key, nonce = sealing.current, secrets.token_bytes(_NONCE)
    box = AESGCM(key.of(STORAGE)).encrypt(nonce, secret.encode(), _bound(account))
    return f"{key.id}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def opened(sealing: Keys, account: int, sealed: str) -> str:
    """The secret. Raises NoKey where the key that sealed it is not there, or it was changed."""
    number, _, letters = sealed.partition(".")
    key = sealing.find(number)
    if key is None:
        raise NoKey
    try:
        box = base64.urlsafe_b64decode(letters)
        plain = AESGCM(key.of(STORAGE)).decrypt(box[:_NONCE], box[_NONCE:], _bound(account))
    except (InvalidTag, ValueError) as error:
        raise NoKey(text("authenticator_unreadable")) from error
    return plain.decode()


def _bound(account: int) -> bytes:
    """What is sealed along, so that one account's secret is none of another's."""
    return f"authenticator of account {account}".encode()
