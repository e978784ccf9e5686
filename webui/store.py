"""Every part of register and accounts on one database, made once for the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from webui.accounts.administration import Administration
from webui.accounts.api_keys import Keys
from webui.accounts.factors.authenticator import Authenticators
from webui.accounts.factors.confirming import Confirming
from webui.accounts.factors.held import Factors
from webui.accounts.factors.passkeys import Passkeys
from webui.accounts.factors.recovery_codes import RecoveryCodes
from webui.accounts.first_day import FirstDay
from webui.accounts.first_start import FirstStart
from webui.accounts.happened import Happened
from webui.accounts.own_sessions import OwnSessions
from webui.accounts.passwords import Passwords
from webui.accounts.resets import Resets
from webui.accounts.sign_in import Sessions
from webui.accounts.site_contacts import Contacts
from webui.database.base import now
from webui.database.connection import Database
from webui.database.sealed.keys import FORMS
from webui.register.cases import Cases
from webui.register.outcomes import Outcomes
from webui.register.own_plans import OwnPlans
from webui.register.practiced import Practiced
from webui.register.records import Records
from webui.register.reviews import Reviews
from webui.register.trends import Counting
from webui.register.waiting import WaitingPlans


@dataclass(frozen=True)
class Store:
    """The register and the accounts, on one database and by one clock."""

    database: Database
    own_plans: OwnPlans
    reviews: Reviews
    records: Records
    outcomes: Outcomes
    cases: Cases
    counting: Counting
    sessions: Sessions
    administration: Administration
    api_keys: Keys
    first_start: FirstStart
    first_day: FirstDay
    contacts: Contacts
    waiting: WaitingPlans
    practiced: Practiced
    factors: Factors
    authenticators: Authenticators
    passkeys: Passkeys
    recovery_codes: RecoveryCodes
    confirming: Confirming
    own_sessions: OwnSessions
    resets: Resets
    happened: Happened

    @classmethod
    def of(
        cls,
        database: Database,
        clock: Callable[[], datetime] = now,
        passwords: Passwords | None = None,
    ) -> Store:
        """All of it on this database."""
        both = (database, clock)
        sessions = Sessions(*both, passwords or Passwords())
        return cls(
            database,
            OwnPlans(*both),
            Reviews(*both),
            Records(*both),
            Outcomes(*both),
            Cases(*both),
            Counting(*both),
            sessions,
            Administration(*both),
            Keys(*both),
            FirstStart(*both),
            FirstDay(*both),
            Contacts(*both),
            WaitingPlans(*both),
            Practiced(*both),
            Factors(*both),
            Authenticators(*both),
            Passkeys(*both),
            RecoveryCodes(*both),
            Confirming(sessions),
            OwnSessions(*both),
            Resets(*both),
            Happened(*both),
        )

    def secret_key(self) -> str:
        """The key that signs forms: derived from the key outside the database, for all processes.

        Raises NoKey where that cannot be read.
        """
        return self.database.keys.current.of(FORMS).hex()


def store() -> Store:
    """The running application's store."""
    return cast("Store", current_app.extensions["store"])
