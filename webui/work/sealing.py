"""Sealing with a key that only a browser's cookie holds: the server stores what it cannot read.

AES-256 in Galois/Counter Mode by `cryptography`. The key is derived from the browser's secret, and
the plan's reference is sealed along, so that one sealed text cannot be put in another's place.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webui.accounts import tokens
from webui.accounts.tokens import LETTERS

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE = 12
REF_LENGTH = 14


def new_secret() -> str:
    """A browser's secret: 256 bits, fit for a cookie."""
    return tokens.new_secret()


def is_secret(text: str) -> bool:
    """Whether a cookie holds what `new_secret` makes."""
    return bool(_SECRET.fullmatch(text))


def ref_of(secret: str, told: bytes) -> str:
    """The reference of what was told: the same for one browser and the same answers.

    So a button pressed twice makes one plan. Nobody without the secret can compute or guess it.
    """
    digest = int.from_bytes(hmac.digest(secret.encode(), b"ref" + told, sha256))
    letters = []
    for _ in range(REF_LENGTH):
        digest, at = divmod(digest, len(LETTERS))
        letters.append(LETTERS[at])
    return "".join(letters)


def sealed(secret: str, ref: str, data: bytes) -> bytes:
    """The data, for whoever holds the secret."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, data, ref.encode())


def opened(secret: str, ref: str, box: bytes) -> bytes | None:
    """What was sealed; None for another secret, another reference, or a changed byte."""
    try:
        return AESGCM(_key(secret)).decrypt(box[:_NONCE], box[_NONCE:], ref.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to have been sealed
        return None


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"seal", sha256)
