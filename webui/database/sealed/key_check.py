"""Whether the key at hand is the one that sealed this database; its id stands in the settings."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, inspect, select

from webui.database.connection import Database
from webui.database.refusals import NoKey
from webui.database.sealed.keys import VARIABLE
from webui.database.tables import Setting

NAME = "key_id"
"""The setting that names the key with which this database is sealed."""


def key_id(connection: Connection) -> str | None:
    """The id of the key that a database is sealed with; None where nothing is sealed yet."""
    if not inspect(connection).has_table(Setting.__tablename__):
        return None
    return connection.scalar(select(Setting.value).where(Setting.name == NAME))


def remember_key(connection: Connection, number: str) -> None:
    """Write down with which key this database is sealed from now on."""
    connection.execute(delete(Setting).where(Setting.name == NAME))
    connection.execute(insert(Setting).values(name=NAME, value=number))


def check_keys(connection: Connection, database: Database) -> bool:
    """Whether the database is sealed. Raises NoKey where the key that sealed it is not at hand.

    No new key is made for a sealed database: it could read nothing of it.
    """
    number = key_id(connection)
    if number is None:
        return False
    found = database.keys_at_hand()
    if found is None:
        raise NoKey(
            f"The key of this database (its id is {number}) is missing: there is no "
            f"{database.key_file}. Copy it back from where a copy of it is kept, or set {VARIABLE}."
        )
    if found.find(number) is None:
        raise NoKey(
            f"{found.where} holds another key ({found.current.id}) than the one that sealed this "
            f"database ({number}). Put back the copy that was kept of that one."
        )
    return True
