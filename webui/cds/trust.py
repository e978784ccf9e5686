"""Whether a call is believed: a JWT that one of our clients signed, for this address, just once.

The keys are those of the configuration. What a token says of keys itself (`jku`, `jwk`, `x5u`,
`x5c`) is never looked at, and its `alg` has to be the one that the key is for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from webui.cds.keys import Key
from webui.cds.seen import Seen
from webui.cds.settings import Client, Settings

LEEWAY = timedelta(seconds=30)
"""How far the clocks of two machines may be apart."""
LONGEST = timedelta(hours=1)
"""How long a token may live. It is remembered for so long, and what is remembered stays little."""
LARGEST = 8 * 1024
"""Bytes of a token."""
NEEDED = ["iss", "aud", "exp", "iat", "jti"]
SCHEME = "bearer"


class Unbelieved(Exception):  # noqa: N818 - it says what the call is
    """The call is not believed. The text says what to send, in our words; nothing sent is in it.

    `issuer` is the client that it came from, as far as that is known.
    """

    def __init__(self, why: str, issuer: str = "") -> None:
        """Say why."""
        super().__init__(why)
        self.issuer = issuer


class NoToken(Unbelieved):
    """There is no token at all."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe, and which tokens were there before."""

    settings: Settings
    seen: Seen

    def believed(self, header: str, audiences: Collection[str]) -> Client:
        """The client whose token an `Authorization` header carries, which is used up with it.

        `audiences` are the addresses of ours that it may be for. Raises Unbelieved.
        """
        token = _token(header)
        head, claims = _opened(token)
        client = self._client(claims)
        try:
            key = _key(client, head)
            sure = _verified(token, key, client, audiences)
            _fits(sure, client)
            self._first(sure, client)
        except Unbelieved as error:
            raise Unbelieved(str(error), client.issuer) from error
        return client

    def _client(self, claims: Mapping[str, Any]) -> Client:
        """Who the token says it is from, if that is one of ours; nothing of it is proved yet."""
        issuer = claims.get("iss")
        client = self.settings.clients.get(issuer) if isinstance(issuer, str) else None
        if client is None:
            raise Unbelieved("`iss` is none of the clients that are set up here")
        return client

    def _first(self, claims: Mapping[str, Any], client: Client) -> None:
        """Remember the token, and refuse it where it was there before."""
        named = f"{client.issuer}\n{claims['jti']}".encode("utf-8", "surrogatepass")
        mark = sha256(named).hexdigest()
        until = datetime.fromtimestamp(claims["exp"], UTC) + 2 * LEEWAY
        if not self.seen.first(mark, until):
            raise Unbelieved("this `jti` was used before; sign a new token for each call")


def _token(header: str) -> str:
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise NoToken("send a signed token: `Authorization: Bearer …`")
    if len(token) > LARGEST:
        raise Unbelieved(f"the token is longer than {LARGEST} bytes")
    return token.strip()


def _opened(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, to find the key that checks them: nothing is believed yet."""
    import jwt

    try:
        opened = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Unbelieved("the token is no JWT") from None
    return opened["header"], opened["payload"]


def _key(client: Client, head: Mapping[str, Any]) -> Key:
    """The client's key that the token names."""
    if str(head.get("typ")).upper() != "JWT":
        raise Unbelieved("`typ` must be JWT")
    if "crit" in head or "b64" in head:
        raise Unbelieved("`crit` and `b64` are not taken")
    kid = head.get("kid")
    key = client.keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise Unbelieved("`kid` names none of the keys that are set up for this `iss`")
    if head.get("alg") != key.algorithm:
        raise Unbelieved(f"`alg` must be {key.algorithm}, which this key is for")
    return key


def _verified(
    token: str, key: Key, client: Client, audiences: Collection[str]
) -> Mapping[str, Any]:
    """The claims, now that signature, time and address are checked."""
    import jwt

    try:
        return jwt.decode(
            token,
            key.public,
            algorithms=[key.algorithm],
            audience=list(audiences),
            issuer=client.issuer,
            leeway=LEEWAY,
            options={"require": NEEDED},
        )
    except jwt.MissingRequiredClaimError as error:
        raise Unbelieved(f"`{error.claim}` is missing") from None
    except jwt.InvalidAudienceError:
        wanted = " or ".join(sorted(audiences))
        raise Unbelieved(f"`aud` must be {wanted}") from None
    except jwt.ExpiredSignatureError:
        raise Unbelieved("the token has run out (`exp`)") from None
    except jwt.ImmatureSignatureError:
        raise Unbelieved("the token is not valid yet (`iat`, `nbf`)") from None
    except jwt.InvalidSignatureError:
        raise Unbelieved("the signature does not fit the key") from None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        raise Unbelieved("a claim has a value that it cannot have") from None


def _fits(claims: Mapping[str, Any], client: Client) -> None:
    """Check what PyJWT leaves to us: how long the token lives, its number, whom it speaks for."""
    begins, ends = claims["iat"], claims["exp"]
    if not all(isinstance(one, int | float) for one in (begins, ends)) or ends <= begins:
        raise Unbelieved("`exp` must be a time after `iat`, both in seconds")
    if ends - begins > LONGEST.total_seconds():
        raise Unbelieved(f"the token lives longer than {LONGEST.total_seconds():.0f} seconds")
    if not isinstance(claims["jti"], str) or not claims["jti"]:
        raise Unbelieved("`jti` must be a text that no other token has")
    tenant = claims.get("tenant")
    if tenant is not None and not isinstance(tenant, str):
        raise Unbelieved("`tenant` must be a text")
    if client.tenants and tenant not in client.tenants:
        raise Unbelieved("`tenant` is none of those that are set up for this `iss`")
