"""The steps that lead from one shape of the tables to the next, and where a database stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import planner
from webui.database.refusals import NoDatabase

if TYPE_CHECKING:
    from alembic.config import Config

    from webui.database.sealed.keys import Keys

STEPS = Path(__file__).with_name("migrations")
HEAD = "head"


def configured(connection: Connection | None = None, keys: Keys | None = None) -> Config:
    """Alembic's configuration: where the steps stand, and the connection and keys to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    return config


def step(connection: Connection, to: str, keys: Keys, *, down: bool = False) -> None:
    """Go to a named step, up or down, within the transaction of this connection.

    A step that seals rows, or opens them, does it with these keys.
    """
    from alembic import command

    (command.downgrade if down else command.upgrade)(configured(connection, keys), to)


def revision_of(connection: Connection) -> str | None:
    """The step that a database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


@cache
def revisions() -> tuple[str, ...]:
    """Every step, from the first to the newest."""
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(configured()).walk_revisions()
    return tuple(one.revision for one in steps)[::-1]


def known(revision: str) -> None:
    """Raise NoDatabase where a newer version of the program was here."""
    if revision not in revisions():
        raise NoDatabase(
            f"The database stands at step {revision}, which this version of the program does not "
            f"know ({release()} ends with {revisions()[-1]}). Start the newer version again."
        )


def release() -> str:
    """The version of this program."""
    return planner.__version__
