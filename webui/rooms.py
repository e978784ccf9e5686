"""Everything that needs a database, made once for the application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from webui.accounts.doors import Doors
from webui.accounts.keys import Keys
from webui.accounts.office import Office
from webui.accounts.passwords import Passwords
from webui.register.afterwards import Afterwards
from webui.register.base import now
from webui.register.cases import Cases
from webui.register.database import Database
from webui.register.keeping import Keeping
from webui.register.looking import Looking
from webui.register.refusals import Stale
from webui.register.reviewing import Reviewing
from webui.register.tables import Setting
from webui.register.trends import Counting

SIGNING = "secret_key"


@dataclass(frozen=True)
class Rooms:
    """The register and the accounts, on one database and by one clock."""

    database: Database
    keeping: Keeping
    reviewing: Reviewing
    looking: Looking
    afterwards: Afterwards
    cases: Cases
    counting: Counting
    doors: Doors
    office: Office
    keys: Keys

    @classmethod
    def of(
        cls,
        database: Database,
        clock: Callable[[], datetime] = now,
        passwords: Passwords | None = None,
    ) -> Rooms:
        """Every room on this database."""
        both = (database, clock)
        return cls(
            database,
            Keeping(*both),
            Reviewing(*both),
            Looking(*both),
            Afterwards(*both),
            Cases(*both),
            Counting(*both),
            Doors(*both, passwords or Passwords()),
            Office(*both),
            Keys(*both),
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


def rooms() -> Rooms:
    """The running application's rooms."""
    return cast("Rooms", current_app.extensions["rooms"])
