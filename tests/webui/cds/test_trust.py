"""Which calls are believed: each refusal is asked for over HTTP, with tokens that PyJWT made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.webui.support.people import Clock
from tests.webui.support.records import ISSUER, Record, elliptic, other_elliptic, rsa_key
from webui.cds import seen

HOUR = 3600


def part(told: object) -> str:
    """A part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def by_hand(head: dict[str, Any], claims: dict[str, Any], secret: bytes = b"") -> str:
    """A token that PyJWT refuses to make: unsigned, or signed by HMAC with this secret."""
    signed = f"{part(head)}.{part(claims)}"
    if not secret:
        return f"{signed}."
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def public_pem(key: Any) -> bytes:
    public: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return public


def at(seconds: float) -> int:
    return int(time.time() + seconds)


REFUSED: dict[str, tuple[Callable[[Record], str], str]] = {
    "unsigned": (
        lambda it: by_hand({"alg": "none", "typ": "JWT", "kid": "ec-1"}, it.claims()),
        "`alg` must be ES384",
    ),
    "signed with the public key as a secret": (
        lambda it: by_hand(
            {"alg": "HS256", "typ": "JWT", "kid": "ec-1"}, it.claims(), public_pem(elliptic())
        ),
        "`alg` must be ES384",
    ),
    "signed with the public RSA key as a secret": (
        lambda it: by_hand(
            {"alg": "HS384", "typ": "JWT", "kid": "rsa-1"}, it.claims(), public_pem(rsa_key())
        ),
        "`alg` must be RS384",
    ),
    "RS256": (
        lambda it: it.token(rsa_key(), "RS256", {"kid": "rsa-1"}),
        "`alg` must be RS384",
    ),
    "PS384": (lambda it: it.token(rsa_key(), "PS384", {"kid": "rsa-1"}), "`alg` must be RS384"),
    "ES256": (
        lambda it: it.token(ec.generate_private_key(ec.SECP256R1()), "ES256"),
        "`alg` must be ES384",
    ),
    "the other key's algorithm": (
        lambda it: it.token(rsa_key(), "RS384", {"kid": "ec-1"}),
        "`alg` must be ES384",
    ),
    "a stranger's key": (lambda it: it.token(other_elliptic()), "signature does not fit"),
    "a stranger's RSA key": (
        lambda it: it.token(rsa.generate_private_key(65537, 2048), "RS384", {"kid": "rsa-1"}),
        "signature does not fit",
    ),
    "a claim changed afterwards": (
        lambda it: changed(it.token(), {"tenant": "another"}),
        "signature does not fit",
    ),
    "no kid": (lambda it: it.token(head={}), "`kid` names none"),
    "an unknown kid": (lambda it: it.token(head={"kid": "ec-2"}), "`kid` names none"),
    "a key that the token brings": (
        lambda it: it.token(
            other_elliptic(),
            head={"jku": f"{it.address}/keys", "jwk": {"kty": "EC"}, "kid": "mine"},
        ),
        "`kid` names none",
    ),
    "a wrong typ": (lambda it: it.token(head={"kid": "ec-1", "typ": "at+jwt"}), "`typ`"),
    "no typ": (lambda it: it.token(head={"kid": "ec-1", "typ": None}), "`typ`"),
    "crit": (lambda it: it.token(head={"kid": "ec-1", "crit": ["exp"]}), ""),
    "an unknown iss": (lambda it: it.token(iss="https://ehr.other.example"), "`iss` is none"),
    "no iss": (lambda it: it.token(iss=None), "`iss` is none"),
    "another aud": (lambda it: it.token(aud="https://other.example/cds-services/x"), "`aud` must"),
    "the aud of the server alone": (lambda it: it.token(aud=it.base), "`aud` must"),
    "the aud of feedback": (lambda it: it.token(aud=f"{it.service}/feedback"), "`aud` must"),
    "the address behind the proxy": (
        lambda it: it.token(aud=f"{it.address}/cds-services/repair-plan"),
        "`aud` must",
    ),
    "no aud": (lambda it: it.token(aud=None), "`aud` is missing"),
    "run out": (lambda it: it.token(iat=at(-600), exp=at(-60)), "run out"),
    "no exp": (lambda it: it.token(exp=None), "`exp` is missing"),
    "no iat": (lambda it: it.token(iat=None), "`iat` is missing"),
    "iat ahead": (lambda it: it.token(iat=at(120), exp=at(400)), "not valid yet"),
    "nbf ahead": (lambda it: it.token(nbf=at(120)), "not valid yet"),
    "no jti": (lambda it: it.token(jti=None), "`jti` is missing"),
    "an empty jti": (lambda it: it.token(jti=""), "`jti` must"),
    "a long life": (lambda it: it.token(exp=at(2 * HOUR)), "lives longer"),
    "exp before iat": (lambda it: it.token(iat=at(20), exp=at(10)), "a time after"),
    "a tenant that is no text": (lambda it: it.token(tenant=["a"]), "`tenant`"),
    "a huge token": (lambda it: it.token(more="x" * 9000), "longer than"),
    "no JWT": (lambda _it: "a.b.c", "no JWT"),
    "one word": (lambda _it: "secret", "no JWT"),
}


def changed(token: str, more: dict[str, Any]) -> str:
    head, claims, signature = token.split(".")
    padded = claims + "=" * (-len(claims) % 4)
    return f"{head}.{part({**json.loads(base64.urlsafe_b64decode(padded)), **more})}.{signature}"


@pytest.mark.parametrize("name", REFUSED)
def test_a_token_is_refused(record: Record, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """With 401, a challenge, a line in the log, and no card."""
    make, why = REFUSED[name]
    with caplog.at_level(logging.WARNING):
        answer = record.ask(record.body(), make(record))
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="cds-services", error="invalid_token"')
    assert challenge.count('"') == 6
    assert why in answer.json["detail"]
    assert why in caplog.text
    assert "cards" not in answer.json


def test_nothing_that_was_sent_stands_in_the_log(
    record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    told: dict[str, Any] = {
        "iss": "quirin.other",
        "sub": "Quirin Other",
        "jti": "quirin-1",
        "tenant": "quirin-2",
    }
    with caplog.at_level(logging.INFO):
        record.ask(record.body(), record.token(**told))
        record.ask(record.body(), record.token(other_elliptic(), **{**told, "iss": ISSUER}))
        record.ask(record.body(), record.token(aud="quirin.example", sub="Quirin Other"))
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("webui")]
    assert len(ours) == 3
    assert "quirin" not in " ".join(ours).lower()
    assert "https://ehr.clinic.example" in ours[2]


def test_without_a_token_nobody_is_answered(record: Record) -> None:
    answer = record.ask(record.body(), "")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="cds-services"',
    )
    for header in ("Basic YTpi", "Bearer", "Bearer ", record.token()):
        sent = {"Authorization": header, "Content-Type": "application/json"}
        told = json.dumps(record.body()).encode()
        assert record.send("POST", "/cds-services/repair-plan", told, sent).status == 401


def test_both_algorithms_are_believed(record: Record) -> None:
    assert record.ask(record.body()).card
    assert record.ask(record.body(), record.token(rsa_key(), "RS384", {"kid": "rsa-1"})).card


def test_several_audiences_and_a_tenant_are_believed(record: Record) -> None:
    aud = ["https://other.example/", record.service]
    assert record.ask(record.body(), record.token(aud=aud, tenant="north")).card


def test_what_a_token_says_of_keys_is_passed_over(record: Record) -> None:
    """`jku` may be there, as the specification allows; nothing is fetched from it."""
    head = {"kid": "ec-1", "jku": "http://127.0.0.1:1/keys"}
    assert record.ask(record.body(), record.token(head=head)).card


def test_clocks_may_be_a_little_apart(record: Record) -> None:
    assert record.ask(record.body(), record.token(iat=at(15), exp=at(200))).card
    assert record.ask(record.body(), record.token(iat=at(-300), exp=at(-15))).card


def test_a_token_serves_once(record: Record, caplog: pytest.LogCaptureFixture) -> None:
    token = record.token()
    assert record.ask(record.body(), token).card
    again = record.ask(record.body(), token)
    assert again.status == 401
    assert "was used before" in again.json["detail"]
    assert "was used before" in caplog.text


def test_another_token_with_the_same_jti_is_refused_too(record: Record) -> None:
    jti = str(uuid4())
    assert record.ask(record.body(), record.token(jti=jti)).card
    assert record.ask(record.body(), record.token(jti=jti, exp=at(500))).status == 401


def test_a_token_that_was_not_believed_is_not_used_up(record: Record) -> None:
    """Else a stranger who guesses a `jti` could shut the record out."""
    jti = str(uuid4())
    assert record.ask(record.body(), record.token(other_elliptic(), jti=jti)).status == 401
    assert record.ask(record.body(), record.token(jti=jti)).card


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": float("inf")}, {"iat": float("nan")}, {"exp": "soon"}, {"iat": []}, {"exp": {}},
        {"exp": 10**400}, {"iat": -(10**300)}, {"aud": 5}, {"aud": [5]}, {"jti": 5}, {"sub": 7},
        {"jti": "\ud800"}, {"iss": ["a"]}, {"nbf": "x"}, {"iat": True, "exp": True}, {"tenant": {}},
    ],
    ids=str,
)  # fmt: skip
def test_no_claim_of_a_signed_token_breaks_anything(record: Record, claims: dict[str, Any]) -> None:
    whole = {**record.claims(), **claims}
    signed = jwt.PyJWS().encode(
        json.dumps(whole).encode(), elliptic(), "ES384", {"kid": "ec-1", "typ": "JWT"}
    )
    assert record.ask(record.body(), signed).status == (200 if claims == {"jti": "\ud800"} else 401)


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"null", b"[" * 2000, b"\xff", b'{"iss":1'])
def test_no_payload_of_a_signed_token_breaks_anything(record: Record, payload: bytes) -> None:
    signed = jwt.PyJWS().encode(payload, elliptic(), "ES384", {"kid": "ec-1", "typ": "JWT"})
    assert record.ask(record.body(), signed).status == 401


def test_used_tokens_are_forgotten_once_they_have_run_out_and_are_never_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    memory = seen.InMemory(clock)
    monkeypatch.setattr(seen, "MOST", 3)
    soon = clock() + timedelta(minutes=5)
    assert [memory.first(one, soon) for one in ("a", "b", "a", "c")] == [True, True, False, True]
    with pytest.raises(seen.Crowded):
        memory.first("d", soon)
    assert not memory.first("a", soon)
    clock.forward(minutes=6)
    later = clock() + timedelta(minutes=5)
    assert [memory.first(one, later) for one in ("d", "a")] == [True, True]
    clock.forward(minutes=2)
    assert [memory.first(one, later) for one in ("d", "e", "a")] == [False, True, False]


def test_the_database_forgets_used_tokens_likewise(
    database: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = seen.InDatabase(database, clock)
    monkeypatch.setattr(seen, "MOST", 3)
    soon = clock() + timedelta(minutes=5)
    assert [memory.first(one, soon) for one in ("a", "b", "a", "c")] == [True, True, False, True]
    with pytest.raises(seen.Crowded):
        memory.first("d", soon)
    clock.forward(minutes=6)
    assert memory.first("a", clock() + timedelta(minutes=5))


def test_too_many_tokens_are_told_to_come_back(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "MOST", 0)
    answer = record.ask(record.body())
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    assert answer.headers["Content-Type"] == "application/problem+json"
