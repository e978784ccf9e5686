"""Passwords: what is accepted, and how one is recognized without being kept.

`common-passwords.txt` holds those of eight letters and more from Royce Williams' list of the
20,000 most common ones, as Django ships it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webui.words.texts import text

SHORTEST, LONGEST, ADVISED = 8, 128, 15
COMMON = Path(__file__).with_name("common-passwords.txt")


@dataclass(frozen=True)
class Passwords:
    """Hashes with argon2id; tests hand in a hasher that is quick."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hashed(self, password: str) -> str:
        """What is stored in place of a password."""
        return self.hasher.hash(_normal(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether this is the password. Takes as long where there is none to compare with."""
        try:
            self.hasher.verify(stored or self._nobodys, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def is_dated(self, stored: str) -> bool:
        """Whether it was hashed with less care than today's."""
        return self.hasher.check_needs_rehash(stored)

    @property
    def _nobodys(self) -> str:
        return _decoy(self.hasher)


def problem(password: str, name: str = "") -> str:
    """Why this cannot be someone's password; empty if it can."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return text("password_too_short", least=SHORTEST, advised=ADVISED)
    if len(plain) > LONGEST:
        return text("password_too_long", most=LONGEST)
    if _is_common(plain) or len(set(plain)) < 4:
        return text("password_common")
    bare = _normal(name).casefold()
    if len(bare) > 2 and plain.casefold().strip("0123456789!.?-_ ") == bare:
        return text("password_own_name")
    return ""


def _normal(typed: str) -> str:
    """The same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", typed)


def _is_common(plain: str) -> bool:
    folded = plain.casefold()
    return folded in _common() or re.sub(r"[\d!.?$#@*-]+$", "", folded) in _common()


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split())


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    """A hash that no one's password fits, made with the same effort."""
    return hasher.hash("nobody has this password")
