"""Sealing what is stored: a key for each case, and the keys outside the database that wrap it.

A sealed value is AES-256-GCM with a random nonce, as base64. What it is sealed with names its
place (table, column, row), so that it opens nowhere else. To erase a case is to forget its key.
"""

from __future__ import annotations

import binascii
import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webui.database.refusals import NotOpened
from webui.database.sealed import keys
from webui.database.sealed.keys import Key, Keys

CASE, DRAFT = "case", "draft"
"""What a blind mark stands for: a case code, or the answers of an untouched draft."""
_NONCE = 12


class Wrapped(NamedTuple):
    """A case's key as it is stored, with what its place is made of.

    `mark` is the blind mark of the case's code; None for a plan without one.
    """

    id: int
    owner_id: int
    mark: str | None
    wrapped: str
    wrapped_by: str

    @property
    def place(self) -> str:
        """Where it stands, and whose it is."""
        return f"case_keys.wrapped {self.id} {self.owner_id} {self.mark or ''}"

    def columns(self) -> dict[str, int | str | None]:
        """The values of its row."""
        return self._asdict()


class Box:
    """Seals and opens texts with one key."""

    def __init__(self, secret: bytes) -> None:
        """Use a key of 32 bytes."""
        self._cipher = AESGCM(secret)

    def seal(self, text: str, place: str) -> str:
        """A text, sealed for one place."""
        return self._seal(text.encode("utf-8", "surrogatepass"), place)

    def open(self, sealed: object, place: str) -> str:
        """The text that was sealed for this place. Raises NotOpened."""
        return self._open(sealed, place).decode("utf-8", "surrogatepass")

    def wrap(self, secret: bytes, place: str) -> str:
        """A key, sealed for one place."""
        return self._seal(secret, place)

    def unwrap(self, sealed: object, place: str) -> bytes:
        """The key that was sealed for this place. Raises NotOpened."""
        return self._open(sealed, place)

    def _seal(self, plain: bytes, place: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        whole = nonce + self._cipher.encrypt(nonce, plain, place.encode())
        return binascii.b2a_base64(whole, newline=False).decode()

    def _open(self, sealed: object, place: str) -> bytes:
        """What a database gave need not be a text: a column of SQLite takes anything."""
        if not isinstance(sealed, str):
            raise NotOpened
        try:
            whole = binascii.a2b_base64(sealed, strict_mode=True)
            return self._cipher.decrypt(whole[:_NONCE], whole[_NONCE:], place.encode())
        except (InvalidTag, ValueError, OverflowError) as error:
            raise NotOpened from error


@dataclass(frozen=True)
class _Derived:
    """What of one key outside the database is used here."""

    id: str
    box: Box
    marking: bytes

    @classmethod
    def of(cls, key: Key) -> Self:
        return cls(key.id, Box(key.of(keys.STORAGE)), key.of(f"{keys.STORAGE} marks"))

    def mark(self, kind: str, owner_id: int, text: str) -> str:
        said = f"{kind}\n{owner_id}\n{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self.marking, said, sha256).hexdigest()


class Storage:
    """What the keys outside the database do for what is stored: wrap keys of cases, and mark."""

    def __init__(self, outside: Keys) -> None:
        """Derive what is needed of each key, when it is needed."""
        self.keys = outside

    @cached_property
    def _all(self) -> tuple[_Derived, ...]:
        return tuple(_Derived.of(key) for key in self.keys.all)

    @cached_property
    def _by_id(self) -> dict[str, _Derived]:
        return {one.id: one for one in self._all}

    @property
    def current(self) -> str:
        """The id of the key that wraps at present."""
        return self._all[0].id

    def mark(self, kind: str, owner_id: int, text: str) -> str:
        """A blind mark: equal for equal texts of one owner, and no guess can be tried on it."""
        return self._all[0].mark(kind, owner_id, text)

    def marks(self, kind: str, owner_id: int, text: str) -> tuple[str, ...]:
        """The marks by every key, for what was marked before a key was replaced."""
        return tuple(one.mark(kind, owner_id, text) for one in self._all)

    def new(self, number: int, owner_id: int, code: str | None) -> tuple[Wrapped, Box]:
        """A new key for a case, wrapped; a plan without a code has one of its own."""
        mark = None if code is None else self.mark(CASE, owner_id, code)
        secret = secrets.token_bytes(keys.BYTES)
        return self._wrapped(secret, number, owner_id, mark), Box(secret)

    def open(self, stored: Wrapped) -> Box:
        """The box of a case. Raises NotOpened where its key cannot be unwrapped."""
        return Box(self._unwrapped(stored))

    def again(self, stored: Wrapped, code: str | None) -> Wrapped:
        """The same key of a case, wrapped and marked by the key in use. Raises NotOpened."""
        mark = stored.mark if code is None else self.mark(CASE, stored.owner_id, code)
        return self._wrapped(self._unwrapped(stored), stored.id, stored.owner_id, mark)

    def _wrapped(self, secret: bytes, number: int, owner_id: int, mark: str | None) -> Wrapped:
        plain = Wrapped(number, owner_id, mark, "", self.current)
        sealed = self._all[0].box.wrap(secret, plain.place)
        return Wrapped(number, owner_id, mark, sealed, self.current)

    def _unwrapped(self, stored: Wrapped) -> bytes:
        by = self._by_id.get(stored.wrapped_by)
        if by is None:
            raise NotOpened
        return by.box.unwrap(stored.wrapped, stored.place)
