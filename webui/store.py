"""Every part of register and accounts on one database, made once for the application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from webui.accounts.administration import Administration
from webui.accounts.api_keys import Keys
from webui.accounts.first_day import FirstDay
from webui.accounts.first_start import FirstStart
from webui.accounts.happened import Happened
from webui.accounts.passwords import Passwords
from webui.accounts.resets import Resets
from webui.accounts.sign_in import Sessions
from webui.accounts.site_contacts import Contacts
from webui.database.base import now
from webui.database.connection import Database
from webui.database.refusals import Stale
from webui.database.tables import Setting
from webui.register.cases import Cases
from webui.register.outcomes import Outcomes
from webui.register.own_plans import OwnPlans
from webui.register.practiced import Practiced
from webui.register.records import Records
from webui.register.reviews import Reviews
from webui.register.trends import Counting
from webui.register.waiting import WaitingPlans

SIGNING = "secret_key"


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
        return cls(
            database,
            OwnPlans(*both),
            Reviews(*both),
            Records(*both),
            Outcomes(*both),
            Cases(*both),
            Counting(*both),
            Sessions(*both, passwords or Passwords()),
            Administration(*both),
            Keys(*both),
            FirstStart(*both),
            FirstDay(*both),
            Contacts(*both),
            WaitingPlans(*both),
            Practiced(*both),
            Resets(*both),
            Happened(*both),
        )

    def secret_key(self) -> str:
        """The key that signs forms: one for all processes, drawn at the first start.

        Where several processes start at once and each draws one, the first to be stored is theirs.
        """
        try:
            return self._drawn()
        except Stale:
            return self._drawn()

    def _drawn(self) -> str:
        """The key as it is stored, or a new one, which another process may store first."""
        with self.database.write() as session:
            found = session.get(Setting, SIGNING)
            if found is None:
                found = Setting(name=SIGNING, value=secrets.token_hex(32))
                session.add(found)
            return found.value


def store() -> Store:
    """The running application's store."""
    return cast("Store", current_app.extensions["store"])
