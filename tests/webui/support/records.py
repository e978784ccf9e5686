"""A clinic's record as CDS Hooks meets it: it signs tokens with PyJWT, and asks over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from planner import Planner
from planner.interop.fhir import response_of

ISSUER = "https://ehr.clinic.example"
HOOK = "example.repair-planner.form-answered"
FORM, PATIENT = "form-7", "client-12"
LATE: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20, "cause": "avoidable"}],
    "context": {"phase": "middle", "alliance": "good", "apology": "none"},
    "safety": {"flags": {}},
}


def observed(**flags: str) -> dict[str, Any]:
    """A therapist was late, with these flags."""
    return {**LATE, "safety": {"flags": flags}}


@cache
def elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@cache
def other_elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwks() -> dict[str, Any]:
    """The public keys: one of each kind."""
    first: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(elliptic().public_key()))
    second: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(rsa_key().public_key()))
    return {"keys": [{**first, "kid": "ec-1"}, {**second, "kid": "rsa-1"}]}


def settings(place: Path, base: str, **more: Any) -> dict[str, str]:
    """Write the files that set CDS Hooks up, and give the environment that names them."""
    (place / "ehr-keys.json").write_text(json.dumps(jwks()), "utf-8")
    client = {"iss": ISSUER, "keys": "ehr-keys.json", "origins": [ISSUER], **more}
    (place / "clients.json").write_text(json.dumps({"clients": [client]}), "utf-8")
    return {"CDS_CLIENTS": str(place / "clients.json"), "CDS_BASE_URL": base}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def card(self) -> Any:
        """The one card of a call that went well."""
        assert self.status == 200, self.text
        [card] = self.json["cards"]
        return card


@dataclass(slots=True)
class Record:
    """A record that asks the server at `address`, which it knows by the name `base`."""

    address: str
    base: str
    planner: Planner
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str:
        return f"{self.base}/cds-services/repair-plan"

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What a good token says; a claim that is changed to None is left out."""
        at = int(time.time())
        told = {"iss": ISSUER, "aud": self.service, "iat": at, "exp": at + 300, "jti": str(uuid4())}
        return {name: claim for name, claim in {**told, **changed}.items() if claim is not None}

    def token(
        self,
        key: Any = None,
        algorithm: str = "ES384",
        head: Mapping[str, Any] | None = None,
        **changed: Any,
    ) -> str:
        """A token signed with the record's key, or with another."""
        head = {"kid": "ec-1"} if head is None else dict(head)
        return jwt.encode(self.claims(**changed), key or elliptic(), algorithm, head)

    def form(self, observation: Mapping[str, Any] = LATE) -> dict[str, Any]:
        """The form as it was answered, stored in the record."""
        subject = {"reference": f"Patient/{PATIENT}"}
        told = response_of(observation, self.planner.rulebook)
        return {**told, "id": FORM, "subject": subject}

    def body(self, form: object = None, **changed: Any) -> dict[str, Any]:
        """A call's body; a key that is changed to None is left out."""
        told = {
            "hook": HOOK,
            "hookInstance": str(uuid4()),
            "context": {"observationId": FORM, "patientId": PATIENT},
            "prefetch": {"response": self.form() if form is None else form},
        }
        return {name: value for name, value in {**told, **changed}.items() if value is not None}

    def ask(self, body: object, token: str | None = None, path: str = "") -> Answer:
        """Call the service, with a good token unless another is given; "" sends none."""
        token = self.token() if token is None else token
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.send("POST", f"/cds-services/repair-plan{path}", sent, headers)

    def send(
        self, method: str, path: str, sent: bytes | None = None, headers: Any = None
    ) -> Answer:
        """One request, as it is."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.address + path, sent, headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())
