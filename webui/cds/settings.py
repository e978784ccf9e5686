"""How CDS Hooks are set up: who may ask, with which keys, and under which address we are asked.

`CDS_CLIENTS` names a JSON file with the clients, `CDS_BASE_URL` our own address as the clients know
it. Neither is given: CDS Hooks are off. Whatever is wrong is told at once, by file and place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from planner.errors import PlannerError
from webui.cds.keys import Key, NoPyJWT, read_keys

CLIENTS, BASE = "CDS_CLIENTS", "CDS_BASE_URL"
HOOK = "example.repair-planner.form-answered"
"""The hook's name where the file gives none. Nobody else can own it: `example` is reserved."""
SERVICE = "repair-plan"
_REVERSE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*){2,}")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PLAIN = re.compile(r"[!#-;=?-\[\]^-~]+")
"""Neither blanks nor quotes, which a header could not carry."""
_LOCAL = frozenset(("127.0.0.1", "localhost", "::1"))
_KNOWN = {"hook", "clients"}
_OF_CLIENT = {"iss", "keys", "origins", "tenants"}


class WrongSettings(PlannerError):  # noqa: N818 - it says what is wrong
    """CDS Hooks cannot be set up so; each line of the text is a place and its mend."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask: its `iss`, its keys by `kid`, its pages' origins, its tenants.

    Without tenants any is taken, and none need be named.
    """

    issuer: str
    keys: Mapping[str, Key]
    origins: tuple[str, ...] = ()
    tenants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """CDS Hooks as they are set up. `base` is our own address, without a slash at its end."""

    base: str
    hook: str
    clients: Mapping[str, Client]

    @property
    def service(self) -> str:
        """The address of the service, which a token's `aud` has to name."""
        return f"{self.base}/cds-services/{SERVICE}"

    @property
    def feedback(self) -> str:
        """The address that takes feedback."""
        return f"{self.service}/feedback"

    @property
    def reasons(self) -> str:
        """The code system of the reasons for which a card may be overridden."""
        return f"{self.base}/cds-services/override-reasons"

    @property
    def origins(self) -> frozenset[str]:
        """Whose pages may ask from within a browser."""
        return frozenset(one for client in self.clients.values() for one in client.origins)


def from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the environment says of CDS Hooks, as the application's configuration."""
    return {name: environ[name] for name in (CLIENTS, BASE) if environ.get(name)}


def is_on(config: Mapping[str, Any]) -> bool:
    """Whether anything was said of CDS Hooks."""
    return bool(config.get(CLIENTS) or config.get(BASE))


def read(config: Mapping[str, Any]) -> Settings:
    """The settings of a configuration. Raises WrongSettings, with every problem at once."""
    for name, other in ((CLIENTS, BASE), (BASE, CLIENTS)):
        if not config.get(name):
            raise WrongSettings(f"{other} is set and {name} is not: CDS Hooks need both.")
    reading = _Reading(Path(str(config[CLIENTS])))
    base = _base(str(config[BASE]), reading)
    told = reading.loaded(reading.file)
    settings = reading.settings(base, told)
    if reading.problems:
        raise WrongSettings("\n".join(reading.problems))
    return settings


def _base(told: str, reading: _Reading) -> str:
    """Our own address: https, or http on this machine alone."""
    base = told.rstrip("/")
    try:
        parts = urlsplit(base)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
    odd = parts.query or parts.fragment or "@" in parts.netloc or not _PLAIN.fullmatch(base)
    if not host or not secure or odd:
        reading.problems.append(
            f"{BASE}: must be the address under which clients reach this server, by https. "
            "Write one like https://planner.clinic.example."
        )
    return base


@dataclass(slots=True)
class _Reading:
    """The file of clients while it is read; `problems` are lines for whoever mends it."""

    file: Path
    problems: list[str] = field(default_factory=list)

    def say(self, place: str, what: str, mend: str) -> None:
        """Note what is wrong at a place of the file, and what to write instead."""
        self.problems.append(f"{self.file}: {place} {what}. {mend}")

    def loaded(self, file: Path) -> object:
        """A JSON file; None where it cannot be read, which is noted."""
        try:
            told: object = json.loads(file.read_text("utf-8"))
        except OSError as error:
            self.problems.append(f"{file}: {error.strerror}. Name a file that can be read.")
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            self.problems.append(f"{file}: is no JSON: {error.msg} in {where}.")
        except (ValueError, RecursionError):
            self.problems.append(f"{file}: is no JSON in UTF-8. Save it as such.")
        else:
            return told
        return None

    def settings(self, base: str, told: object) -> Settings:
        """The whole file."""
        if self.problems and told is None:
            return Settings(base, HOOK, {})
        if not isinstance(told, dict):
            self.say("the file", "holds no object", 'Write `{"clients": […]}`.')
            return Settings(base, HOOK, {})
        self._strange(told, _KNOWN, "")
        hook = told.get("hook", HOOK)
        if not isinstance(hook, str) or not _REVERSE.fullmatch(hook):
            self.say("hook", "is no name in reverse-domain notation", f"Write one like `{HOOK}`.")
        listed = told.get("clients")
        if not isinstance(listed, list) or not listed:
            self.say("clients", "is no list of clients", 'Write `[{"iss": "…", "keys": "…"}]`.')
            listed = []
        clients: dict[str, Client] = {}
        for number, one in enumerate(listed):
            client = self._client(one, f"clients[{number}]")
            if client and client.issuer in clients:
                self.say(f"clients[{number}].iss", "is another client's too", "Merge the two.")
            elif client:
                clients[client.issuer] = client
        return Settings(base, str(hook), clients)

    def _client(self, told: object, here: str) -> Client | None:
        """One client; None where it has no name."""
        if not isinstance(told, dict):
            self.say(here, "is no client", 'Write `{"iss": "…", "keys": "…"}`.')
            return None
        self._strange(told, _OF_CLIENT, f"{here}.")
        issuer = told.get("iss")
        if not isinstance(issuer, str) or not issuer:
            self.say(f"{here}.iss", "is missing", "Write what its tokens say in `iss`.")
            return None
        origins = self._texts(told, "origins", here)
        for one in origins:
            if not _is_origin(one):
                mend = "Write scheme and host, like `https://ehr.clinic.example`."
                self.say(f"{here}.origins", "has an entry that is no origin", mend)
        tenants = frozenset(self._texts(told, "tenants", here))
        return Client(issuer, self._keys(told.get("keys"), f"{here}.keys"), origins, tenants)

    def _keys(self, told: object, here: str) -> Mapping[str, Key]:
        """A client's keys: a JWK Set in the file itself, or the name of a file beside it."""
        if isinstance(told, str) and told:
            told = self.loaded(self.file.parent / told)
            if told is None:
                return {}
        try:
            return read_keys(told, here, self.say)
        except NoPyJWT:
            mend = "CDS Hooks need PyJWT to check tokens: pip install '.[cds]'"
            raise WrongSettings(mend) from None

    def _texts(self, told: Mapping[str, object], name: str, here: str) -> tuple[str, ...]:
        """A list of texts that may be left out."""
        listed = told.get(name, [])
        if isinstance(listed, list) and all(isinstance(one, str) and one for one in listed):
            return tuple(listed)
        self.say(f"{here}.{name}", "is no list of texts", 'Write `["…"]`, or leave it out.')
        return ()

    def _strange(self, told: Mapping[str, object], known: set[str], here: str) -> None:
        """Note each key that means nothing here, which may be a slip of the pen."""
        for name in sorted(told.keys() - known):
            names = ", ".join(f"`{one}`" for one in sorted(known))
            self.say(f"{here}{name}", "means nothing here", f"The names are {names}.")


def _is_origin(told: str) -> bool:
    """Whether this is an origin as browsers send it: scheme, host, and a port if need be."""
    return _ORIGIN.fullmatch(told) is not None
