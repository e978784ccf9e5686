"""Bringing a database to the shape that this version of the program needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from webui.database.refusals import told
from webui.database.wiping import end_sealing

if TYPE_CHECKING:
    from alembic.config import Config

    from webui.database.connection import Database
    from webui.database.keys import Keys

STEPS = Path(__file__).with_name("migrations")
HEAD = "head"
_LOCK = 7_230_114
"""Any number that no one else uses: two processes that start at once change one after another."""


def prepare(database: Database) -> None:
    """Make every table, or bring those of an earlier version up to date, and leave nothing plain.

    What was plain before it was sealed is wiped afterwards, and at the next start where that fails.
    """
    change(database, HEAD)
    with told():
        end_sealing(database.engine)


def change(database: Database, to: str, *, down: bool = False) -> None:
    """Go to a named step, up or down, in one transaction."""
    from alembic import command

    with told(), database.engine.execution_options(immediate=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        (command.downgrade if down else command.upgrade)(configured(connection, database.keys), to)


def configured(connection: Connection, keys: Keys | None = None) -> Config:
    """Alembic's configuration: where the steps stand, and the connection and keys to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    return config
