"""Bringing a database to the shape that this version of the program needs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from webui.database import sealing, witness
from webui.database.base import now
from webui.database.refusals import told

if TYPE_CHECKING:
    from alembic.config import Config

    from webui.database.connection import Database

_log = logging.getLogger(__name__)
STEPS = Path(__file__).with_name("migrations")
HEAD = "head"
_LOCK = 7_230_114
"""Any number that no one else uses: two processes that start at once change one after another."""


def prepare(database: Database) -> None:
    """Make every table, or bring those of an earlier version up to date, and seal its history."""
    change(database, HEAD)
    with database.write() as session:
        sealing.refuse_unsealed(session, database)
        sealing.seal_old_chain(session, now())
    if why := witness.hindrance(database.witness):
        _log.warning("The history's end cannot be written to %s: %s.", database.witness, why)


def change(database: Database, to: str, *, down: bool = False) -> None:
    """Go to a named step, up or down, in one transaction."""
    from alembic import command

    with told(), database.engine.execution_options(immediate=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        (command.downgrade if down else command.upgrade)(configured(connection), to)
    if down and database.witness is not None:
        database.witness.unlink(missing_ok=True)  # below the step that seals there is no such head


def configured(connection: Connection) -> Config:
    """Alembic's configuration: where the steps stand, and the connection to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
