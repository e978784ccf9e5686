"""The public keys of one client, from a JWK Set (RFC 7517) that stands in a file.

A key decides the algorithm, never the token: a P-384 key checks ES384, an RSA key RS384, and no
other algorithm is known here. No key is ever fetched from an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
"""Members of a JWK that are secret; a record keeps them to itself."""
SHORTEST = 2048
"""Bits of an RSA key, at least (RFC 7518, 3.3)."""
KINDS: Mapping[tuple[str, object], str] = {("EC", "P-384"): "ES384", ("RSA", None): "RS384"}
WANTED = 'Give an RSA key of at least 2048 bits, or an EC key with `"crv": "P-384"`.'

Say = Callable[[str, str, str], None]
"""Takes the place in the file, what is wrong there, and what to write instead."""


class NoPyJWT(Exception):  # noqa: N818 - it says what is missing
    """PyJWT with its cryptography is not installed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the one algorithm that it is used with."""

    algorithm: str
    public: Any


def read_keys(told: object, place: str, say: Say) -> dict[str, Key]:
    """The keys of a JWK Set by their `kid`; whatever is wrong is said. Raises NoPyJWT."""
    listed = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(listed, list) or not listed:
        say(place, "is no JWK Set", 'Write `{"keys": [{"kty": "EC", "kid": "…", …}]}`.')
        return {}
    found: dict[str, Key] = {}
    for number, one in enumerate(listed):
        here = f"{place}.keys[{number}]"
        if not isinstance(one, dict):
            say(here, "is no key", "Write a JWK, as RFC 7517 has it.")
            continue
        kid = one.get("kid")
        if not isinstance(kid, str) or not kid:
            say(f"{here}.kid", "is missing", "Give the key the name that tokens name it by.")
        elif kid in found:
            say(f"{here}.kid", "is another key's too", "Give each key a `kid` of its own.")
        elif key := _key(one, here, say):
            found[kid] = key
    return found


def _key(told: Mapping[str, Any], here: str, say: Say) -> Key | None:
    """One key; None where it cannot be used, which is said."""
    if secret := sorted(PRIVATE & told.keys()):
        members = ", ".join(f"`{one}`" for one in secret)
        say(here, f"holds a secret ({members})", "Give the public key only.")
        return None
    algorithm = KINDS.get((str(told.get("kty")), told.get("crv") if "crv" in told else None))
    if algorithm is None:
        say(here, "is of a kind that is not taken", WANTED)
        return None
    if told.get("alg", algorithm) != algorithm:
        say(f"{here}.alg", f"does not fit the key, which is for {algorithm}", WANTED)
        return None
    if told.get("use", "sig") != "sig":
        say(f"{here}.use", "is not `sig`", "Give the key that signs.")
        return None
    public = _public(told, algorithm)
    if public is None or getattr(public, "key_size", SHORTEST) < _least(algorithm):
        say(here, "cannot be read as a key, or is too short", WANTED)
        return None
    return Key(algorithm, public)


def _least(algorithm: str) -> int:
    return SHORTEST if algorithm == "RS384" else 0


def _public(told: Mapping[str, Any], algorithm: str) -> Any:
    """The key itself; None where its members are none."""
    try:
        from jwt import PyJWK, PyJWTError
        from jwt.algorithms import has_crypto
    except ImportError as error:
        raise NoPyJWT from error
    if not has_crypto:
        raise NoPyJWT
    try:
        return PyJWK(dict(told), algorithm=algorithm).key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
