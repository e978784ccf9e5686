"""Bringing a database to the shape that this version of the program needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from webui.database.refusals import told
from webui.database.two_roles import as_owner

if TYPE_CHECKING:
    from alembic.config import Config

    from webui.database.connection import Database

STEPS = Path(__file__).with_name("migrations")
HEAD = "head"
NEWER = "This version of the program needs other tables than there are"
_LOCK = 7_230_114
"""Any number that no one else uses: two processes that start at once change one after another."""


def prepare(database: Database) -> None:
    """Make every table, or bring those of an earlier version up to date.

    Raises NotOwner where that is to be done, and the role of the address may not do it.
    """
    what = "" if _is_current(database) else NEWER
    with as_owner(database, what=what) as owner:
        if what or owner is not database:
            change(owner, HEAD)


def _is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with told(), database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return found == (ScriptDirectory(str(STEPS)).get_current_head(),)


def change(database: Database, to: str, *, down: bool = False) -> None:
    """Go to a named step, up or down, in one transaction."""
    from alembic import command

    with told(), database.engine.execution_options(immediate=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        (command.downgrade if down else command.upgrade)(configured(connection), to)


def configured(connection: Connection) -> Config:
    """Alembic's configuration: where the steps stand, and the connection to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
