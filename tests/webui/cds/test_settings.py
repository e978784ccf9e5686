"""A wrong configuration keeps the server from starting, and says where and how to mend it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.support.command import called
from tests.webui.support.records import ISSUER, elliptic, jwks, settings
from webui.cds.settings import HOOK, WrongSettings, from_environment, is_on, read

BASE = "https://planner.clinic.example"
EC, RSA = jwks()["keys"]


def private() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(elliptic()))
    return {**told, "kid": "ec-1"}


def curve() -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**json.loads(ECAlgorithm.to_jwk(key)), "kid": "ec-1"}


def short() -> dict[str, Any]:
    key = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - it is to be refused
    return {**json.loads(RSAAlgorithm.to_jwk(key)), "kid": "rsa-1"}


def client(**changed: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "keys": {"keys": [EC]}, **changed}


def clients(**changed: Any) -> dict[str, Any]:
    return {"clients": [client(**changed)]}


def keys(*listed: Any) -> dict[str, Any]:
    return clients(keys={"keys": list(listed)})


WRONG: dict[str, tuple[Any, str]] = {
    "no object": ([], "the file holds no object"),
    "no clients": ({}, "clients is no list of clients"),
    "an empty list": ({"clients": []}, "clients is no list of clients"),
    "a client that is a text": ({"clients": ["ehr"]}, "clients[0] is no client"),
    "no iss": (clients(iss=None), "clients[0].iss is missing"),
    "an iss twice": ({"clients": [client(), client()]}, "clients[1].iss is another client's too"),
    "no keys": (clients(keys=None), "clients[0].keys is no JWK Set"),
    "no key": (keys(), "clients[0].keys is no JWK Set"),
    "a key that is a text": (keys("PEM"), "clients[0].keys.keys[0] is no key"),
    "no kid": (keys({**EC, "kid": ""}), "clients[0].keys.keys[0].kid is missing"),
    "a kid twice": (keys(EC, EC), "clients[0].keys.keys[1].kid is another key's too"),
    "a private key": (keys(private()), "clients[0].keys.keys[0] holds a secret (`d`)"),
    "a secret": (
        keys({"kty": "oct", "k": "c2VjcmV0", "kid": "a"}),
        "clients[0].keys.keys[0] holds a secret (`k`)",
    ),
    "another kind": (
        keys({"kty": "OKP", "crv": "Ed25519", "x": "a", "kid": "a"}),
        "clients[0].keys.keys[0] is of a kind that is not taken",
    ),
    "another curve": (keys(curve()), "clients[0].keys.keys[0] is of a kind that is not taken"),
    "a short key": (keys(short()), "clients[0].keys.keys[0] cannot be read as a key, or is too"),
    "a broken key": (keys({**EC, "x": "a"}), "clients[0].keys.keys[0] cannot be read as a key"),
    "another algorithm": (keys({**RSA, "alg": "RS256"}), "clients[0].keys.keys[0].alg does not"),
    "a key to encrypt": (keys({**RSA, "use": "enc"}), "clients[0].keys.keys[0].use is not `sig`"),
    "an origin with a path": (
        clients(origins=[f"{ISSUER}/"]),
        "clients[0].origins has an entry that is no origin",
    ),
    "every origin": (clients(origins=["*"]), "clients[0].origins has an entry that is no origin"),
    "origins as a text": (clients(origins=ISSUER), "clients[0].origins is no list of texts"),
    "tenants as a text": (clients(tenants="north"), "clients[0].tenants is no list of texts"),
    "a slip of the pen": (clients(origin=[ISSUER]), "clients[0].origin means nothing here"),
    "a hook of one word": ({**clients(), "hook": "form-answered"}, "hook is no name in reverse"),
    "a hook that is a list": ({**clients(), "hook": []}, "hook is no name in reverse-domain"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_by_place_and_mend(tmp_path: Path, name: str) -> None:
    told, why = WRONG[name]
    file = tmp_path / "clients.json"
    file.write_text(json.dumps(told), "utf-8")
    with pytest.raises(WrongSettings) as raised:
        read({"CDS_CLIENTS": str(file), "CDS_BASE_URL": BASE})
    [line] = str(raised.value).splitlines()
    assert line.startswith(f"{file}: {why}")
    assert len(line.rpartition(". ")[2]) > 8
    assert line.endswith(".")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text(json.dumps({**clients(origins=["*"], keys={}), "hook": "x"}), "utf-8")
    with pytest.raises(WrongSettings) as raised:
        read({"CDS_CLIENTS": str(file), "CDS_BASE_URL": "http://planner.example"})
    assert len(str(raised.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("clients.json", None, "No such file"),
        ("clients.json", b"{", "is no JSON: Expecting property name"),
        ("clients.json", b"\xff\xfe", "is no JSON in UTF-8"),
        ("ehr-keys.json", None, "No such file"),
        ("ehr-keys.json", b"-----BEGIN PUBLIC KEY-----", "is no JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    config = settings(tmp_path, BASE)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongSettings) as raised:
        read(config)
    assert str(raised.value).startswith(f"{tmp_path / name}: {why}")


@pytest.mark.parametrize(
    "base",
    ["planner.example", "http://planner.example", "https://", "https://a:b@planner.example",
     "https://planner.example?x=1", "https://planner.example/#x", "ftp://planner.example",
     "https://[", "https://planner.example/a b", 'https://planner.example/"', "https://ä.example", "https://planner.example:port"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(WrongSettings, match=r"^CDS_BASE_URL: "):
        read(settings(tmp_path, base))


@pytest.mark.parametrize("base", [BASE, f"{BASE}/", f"{BASE}/repair", "http://127.0.0.1:8321"])
def test_an_address_may_have_a_path_and_be_on_this_machine(tmp_path: Path, base: str) -> None:
    found = read(settings(tmp_path, base))
    assert found.service == f"{base.rstrip('/')}/cds-services/repair-plan"
    assert found.hook == HOOK


def test_a_clinic_may_give_the_hook_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text(json.dumps({**clients(), "hook": "org.clinic.form-answered"}), "utf-8")
    assert read({"CDS_CLIENTS": file, "CDS_BASE_URL": BASE}).hook == "org.clinic.form-answered"


def test_one_setting_asks_for_the_other() -> None:
    assert not is_on(from_environment({"CDS_CLIENTS": "", "OTHER": "x"}))
    with pytest.raises(WrongSettings, match="CDS_BASE_URL is set and CDS_CLIENTS is not"):
        read({"CDS_BASE_URL": BASE})
    with pytest.raises(WrongSettings, match="CDS_CLIENTS is set and CDS_BASE_URL is not"):
        read({"CDS_CLIENTS": "clients.json", "CDS_BASE_URL": ""})


def test_without_pyjwt_it_says_what_to_install(tmp_path: Path) -> None:
    config = settings(tmp_path, BASE)
    code = (
        "import sys; sys.modules['jwt'] = None\n"
        "from webui import create_app\n"
        "from webui.cds.settings import WrongSettings\n"
        "create_app()\n"
        f"try: create_app({config!r})\n"
        "except WrongSettings as error: print(error)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install '.[cds]'" in ended.stdout


def test_serve_does_not_start_and_says_why(tmp_path: Path) -> None:
    environment = {**settings(tmp_path, BASE), "REPAIR_PLANNER_DATA": str(tmp_path)}
    (tmp_path / "ehr-keys.json").write_text("{}", "utf-8")
    ended = called(["serve", "--no-browser", "--port", "0"], environment)
    assert ended.returncode == 2
    assert f"{tmp_path / 'clients.json'}: clients[0].keys is no JWK Set." in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_gunicorn_does_not_start_and_says_why(tmp_path: Path) -> None:
    environment = {**os.environ, "REPAIR_PLANNER_DATA": str(tmp_path), **settings(tmp_path, "x")}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        "127.0.0.1:0",
        "webui.wsgi:application()",
    ]
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode != 0
    assert "CDS_BASE_URL: must be the address" in ended.stderr
