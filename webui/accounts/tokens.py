"""Secrets that are shown once and then only recognized: what is stored is their hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

BITS = 256
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Letters that are told apart when read aloud or copied by hand."""


def new_secret() -> str:
    """A secret that cannot be guessed: 256 bits, fit for a cookie, a link or a header."""
    return secrets.token_urlsafe(BITS // 8)


def mark(secret: str) -> str:
    """What is stored of a secret. A fast hash is enough: there is nothing to guess it from."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def random_letters(length: int) -> str:
    """So many letters by chance, to be read aloud or to stand in an address."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def spoken_code() -> str:
    """A code to be read from a screen and typed: 16 letters in groups, 78 bits."""
    letters = random_letters(16)
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def typed_code(text: str) -> str:
    """A spoken code as it was meant, however it was typed."""
    bare = "".join(letter for letter in text.casefold() if letter.isalnum())[:16]
    return "-".join(bare[at : at + 4] for at in range(0, 16, 4))
