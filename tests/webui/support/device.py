"""A device that makes passkeys and signs with them, as WebAuthn says, without a browser."""

from __future__ import annotations

import json
import secrets
import struct
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as letters

from tests.webui.support.people import Clock, House
from webui.accounts.factors.confirming import Given
from webui.accounts.factors.passkeys import Site
from webui.store import Store

SITE = Site("localhost", "http://localhost")
PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey for one host; `counter` is what it says of how often it signed."""

    host: str = SITE.host
    origin: str = SITE.origin
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, options: str) -> str:
        """What a browser sends of a new passkey."""
        client = self._client("webauthn.create", options)
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        about = bytes(16) + struct.pack(">H", len(self.number)) + self.number + public
        stated = {"fmt": "none", "attStmt": {}, "authData": self._said(NEW) + about}
        return self._sent(clientDataJSON=client, attestationObject=cbor2.dumps(stated))

    def signs(self, options: str) -> str:
        """What a browser sends of a challenge that was signed."""
        client, said = self._client("webauthn.get", options), self._said()
        signature = self.key.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._sent(clientDataJSON=client, authenticatorData=said, signature=signature)

    def _said(self, more: int = 0) -> bytes:
        host = sha256(self.host.encode()).digest()
        return host + struct.pack(">BI", self.flags | more, self.counter)

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def _sent(self, **parts: bytes) -> str:
        number = letters(self.number)
        response: dict[str, Any] = {name: letters(part) for name, part in parts.items()}
        told = {"id": number, "rawId": number, "type": "public-key", "response": response}
        return json.dumps(told)


@dataclass(frozen=True)
class Entrance:
    """How the people of a house come in with more than a password."""

    house: House

    @property
    def store(self) -> Store:
        return Store.of(self.house.database, self.house.clock, self.house.passwords)

    def with_app(self, name: str = "Toni") -> tuple[str, list[str]]:
        """Give somebody an authenticator app: its secret, and their recovery codes."""
        someone, apps = self.house[name], self.store.authenticators
        apps.begin(someone)
        secret = apps.begun(someone)
        codes = apps.confirm(someone, "", code(secret, self.house.clock))
        if isinstance(self.house.clock, Clock):
            self.house.clock.forward(seconds=30)  # so that the next code is another one
        return secret, codes

    def with_passkey(self, name: str = "Toni", device: Device | None = None) -> Device:
        """Give somebody a passkey."""
        made, someone, keys = device or Device(), self.house[name], self.store.passkeys
        options = keys.asked_to_add(someone, "", SITE)
        keys.add(someone, "", SITE, made.makes(options), "Phone")
        return made

    def step(self, half: str, *, site: Site = SITE, **given: str) -> str:
        """The second step of a sign-in."""
        return self.store.confirming.second_step(half, Given(**given), site)


def code(secret: str, clock: Clock, *, steps: int = 0) -> str:
    """What the app shows, so many half minutes from now."""
    return str(pyotp.TOTP(secret).at(clock() + steps * timedelta(seconds=30)))
