"""Passkeys (WebAuthn): a device signs a challenge, and proves that its owner unlocked it.

The browser signs the host and the address of the page along, so that what another site got signed
is worth nothing here. Of what a browser sends nothing is believed until py_webauthn has checked it.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import webauthn
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from webui.accounts.factors import challenges
from webui.accounts.factors.held import PASSKEY, end_other_sessions
from webui.accounts.factors.recovery_codes import RecoveryCodes
from webui.database.factor_tables import Passkey
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Unfit
from webui.database.repository import Repository
from webui.database.sealed import keys
from webui.database.typed_text import cleaned
from webui.words.texts import text

MOST, LONGEST_NAME = 10, 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
"""How a passkey is named: bytes in letters, at most as many as WebAuthn allows."""
LONGEST_SENT = 20_000
"""Letters of what a browser sends of a passkey; several times what any device makes."""
ISSUER = "Repair Planner"
VERIFIED = UserVerificationRequirement.REQUIRED
STRANGE = (WebAuthnException, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading something that is no passkey's answer may end in."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: the host without its port, and scheme, host and port together."""

    host: str
    origin: str


class Passkeys(Repository):
    """One's own passkeys, several of them."""

    def asked_to_add(self, person: Person, browser: str, site: Site) -> str:
        """What the browser needs in order to make a passkey, as JSON."""
        with self.database.write() as session:
            challenge = challenges.issue(
                session, person.id, browser, challenges.ADDING, self.clock()
            )
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=ISSUER,
            user_id=self._handle(person),
            user_name=person.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFIED
            ),
            exclude_credentials=self._known(person.id, site),
        )
        return webauthn.options_to_json(options)

    def asked_to_sign(self, account: int, browser: str, site: Site, purpose: str) -> str:
        """What the browser needs in order to have one of these passkeys sign, as JSON."""
        with self.database.write() as session:
            challenge = challenges.issue(session, account, browser, purpose, self.clock())
        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=self._known(account, site),
            user_verification=VERIFIED,
        )
        return webauthn.options_to_json(options)

    def add(self, person: Person, browser: str, site: Site, sent: str, name: str) -> list[str]:
        """Add the passkey that the browser made. Gives recovery codes, or none if there are some.

        Raises Unfit where it is not one that was asked for, or has no name.
        """
        plain = cleaned(name[:200], 200).strip()
        if not plain or len(plain) > LONGEST_NAME:
            raise Unfit({"label": text("passkey_name_problem")})
        made = self._registered(person, browser, site, sent)
        number = bytes_to_base64url(made.credential_id)
        row = Passkey(
            account_id=person.id,
            name=plain,
            host=site.host,
            credential_id=number,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            added_at=self.clock(),
        )
        with self.database.write() as session:
            same = session.scalar(select(Passkey.id).where(Passkey.credential_id == number))
            own = session.scalars(select(Passkey.id).where(Passkey.account_id == person.id)).all()
            if same:
                raise Unfit({"passkey": text("passkey_wrong")})
            if len(own) >= MOST:
                raise Unfit({"passkey": text("passkey_too_many", most=MOST)})
            session.add(row)
            self.note(
                session, person, Event("factor_added", f"account-{person.id}", detail=PASSKEY)
            )
            end_other_sessions(session, person.id, browser)
            return RecoveryCodes(self.database, self.clock).first(session, person)

    def signed(self, account: int, browser: str, site: Site, sent: str, purpose: str) -> None:
        """Check what one of this account's passkeys signed. Raises Unfit where it does not fit."""
        told, at = read(sent), self.clock()
        with self.database.write() as session:
            challenge = challenges.take(session, told, account, browser, purpose, at)
        if challenge is None:
            raise _wrong()
        with self.database.write() as session:
            own = (Passkey.account_id == account, Passkey.credential_id == str(told["id"]))
            found = session.scalar(select(Passkey).where(*own).with_for_update())
            if found is None:
                raise _wrong()
            try:
                checked = webauthn.verify_authentication_response(
                    credential=told,
                    expected_challenge=challenge,
                    expected_rp_id=site.host,
                    expected_origin=site.origin,
                    credential_public_key=base64url_to_bytes(found.public_key),
                    credential_current_sign_count=found.sign_count,
                    require_user_verification=True,
                )
            except STRANGE as error:
                raise _wrong() from error
            found.sign_count, found.used_at = checked.new_sign_count, at

    def _registered(
        self, person: Person, browser: str, site: Site, sent: str
    ) -> VerifiedRegistration:
        """What the browser made, once it is checked."""
        told = read(sent)
        with self.database.write() as session:
            challenge = challenges.take(
                session, told, person.id, browser, challenges.ADDING, self.clock()
            )
        if challenge is None:
            raise _wrong()
        try:
            return webauthn.verify_registration_response(
                credential=told,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except STRANGE as error:
            raise _wrong() from error

    def _known(self, account: int, site: Site) -> list[PublicKeyCredentialDescriptor]:
        """The passkeys that a browser may have for this host."""
        own = (Passkey.account_id == account, Passkey.host == site.host)
        with self.database.read() as session:
            found = session.scalars(select(Passkey.credential_id).where(*own)).all()
        return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in found]

    def _handle(self, person: Person) -> bytes:
        """What a device calls the account by: the same each time, and it names nobody."""
        key = self.database.keys.current.of(keys.STORAGE)
        return hmac.digest(key, f"passkeys of account {person.id}".encode(), sha256)


def read(sent: str) -> dict[str, Any]:
    """What a browser sent, as a mapping with an `id`. Raises Unfit where it is none."""
    try:
        told = json.loads(sent) if len(sent) <= LONGEST_SENT else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not _ID.fullmatch(str(told.get("id"))):
        raise _wrong()
    return told


def _wrong() -> Unfit:
    """What is told, whatever was wrong: a device has nothing to learn from more."""
    return Unfit({"passkey": text("passkey_wrong")})
