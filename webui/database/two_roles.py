"""PostgreSQL's two roles: one owns the tables, and the application uses another.

Who has the password of the application's role can then change what pages change, and neither the
history nor what guards it. `DATABASE_OWNER_URL` names the owner: it makes and changes tables, and
afterwards gives the application's role exactly what that needs. Without it all goes on by one role.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from webui.database.connection import Database
from webui.database.refusals import NoDatabase, told

VARIABLE = "DATABASE_OWNER_URL"
ALL = "SELECT, INSERT, UPDATE, DELETE"
LESS = {
    "history": "SELECT, INSERT",
    "history_head": "SELECT, UPDATE",
    "alembic_version": "SELECT",
}
"""What the application's role may do with these tables; with every other one it may do `ALL`."""
SEE = "See “Two roles” in docs/operating.md."


@dataclass(frozen=True, slots=True)
class Standing:
    """A role in a database: what it is called, and whether it owns the tables."""

    role: str
    tables: bool
    owns: bool
    """Whether it can do what the tables' owner can; where there are no tables, make some."""
    owner: str
    server: tuple[Any, ...]
    """What is the same for two connections to one database."""


class NotOwner(NoDatabase):
    """The role of an address may not do what the owner of the tables has to do."""


@contextmanager
def as_owner(database: Database, *, what: str = "") -> Iterator[Database]:
    """The database as the owner of its tables; afterwards the application's role gets its rights.

    It is the same database where that is a file, or where no owner is named. Raises NotOwner where
    `what` is to be done that only the owner can do, and nobody is named who could.
    """
    address = os.environ.get(VARIABLE, "")
    if database.is_sqlite:
        yield database
        return
    used = standing(database)
    if not address:
        if what and not used.owns:
            raise NotOwner(_needed(used, what))
        yield database
        return
    owner = database.again(address)
    try:
        _check(standing(owner), used)
        yield owner
        grant(owner, used.role)
    finally:
        owner.close()


def standing(database: Database) -> Standing:
    """The role of this address, as the server knows it."""
    with told(), database.engine.connect() as connection:
        role, tables, owns, owner = connection.execute(text(_STANDING)).one()
        return Standing(role, tables, owns, owner, _server(connection))


def grant(owner: Database, role: str) -> None:
    """Give the application's role what it needs of the tables, and take everything else."""
    with told(), owner.engine.begin() as connection:
        to = connection.dialect.identifier_preparer.quote_identifier(role)
        quoted = connection.dialect.identifier_preparer.quote_identifier
        own = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        schema = quoted(connection.scalar(text("SELECT current_schema()")))
        for statement in (
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}",
            f"REVOKE CREATE ON SCHEMA {schema} FROM {to}, PUBLIC",
            f"GRANT USAGE ON SCHEMA {schema} TO {to}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
            *(
                f"GRANT {LESS.get(table, ALL)} ON {schema}.{quoted(table)} TO {to}"
                for table in connection.scalars(own)
            ),
        ):
            connection.execute(text(statement))


def warning(database: Database) -> str:
    """What to say where one role owns the tables and is used; empty where all is well."""
    if database.is_sqlite:
        return ""
    used = standing(database)
    if not used.owns:
        return ""
    return (
        f"The role {used.role} owns the tables that it uses: whoever has its password can change "
        f"the table of the history. {SEE}"
    )


_STANDING = """
SELECT current_user, kept.relowner IS NOT NULL,
       COALESCE(pg_has_role(current_user, kept.relowner, 'USAGE'),
                has_schema_privilege(current_user, current_schema(), 'CREATE'), false),
       COALESCE(pg_get_userbyid(kept.relowner), '')
FROM (SELECT 1) AS one
LEFT JOIN pg_class AS kept
  ON kept.relname = 'alembic_version' AND kept.relnamespace = current_schema()::regnamespace
"""


def _server(connection: Connection) -> tuple[Any, ...]:
    found = connection.execute(text("SELECT current_database(), pg_postmaster_start_time()"))
    return tuple(found.one())


def _check(owner: Standing, used: Standing) -> None:
    """Raise NotOwner where the two addresses do not name two roles of one database."""
    if owner.server != used.server:
        raise NotOwner(
            f"{VARIABLE} and DATABASE_URL name two databases. Write the same host and name in "
            f"both, and two roles. {SEE}"
        )
    if owner.role == used.role:
        raise NotOwner(
            f"{VARIABLE} and DATABASE_URL name one role, {used.role}. The owner of the tables has "
            f"to be another one than the application uses. {SEE}"
        )
    if not owner.owns:
        raise NotOwner(
            f"{VARIABLE} names the role {owner.role}, and the tables belong to {owner.owner}. "
            f"As a superuser, in this database: REASSIGN OWNED BY {owner.owner} TO {owner.role};"
            if owner.tables
            else f"{VARIABLE} names the role {owner.role}, which may make no tables. {SEE}"
        )


def _needed(used: Standing, what: str) -> str:
    owner = f"belong to {used.owner}" if used.owner else "are not made yet"
    return (
        f"{what}, which the role {used.role} may not do: the tables {owner}. Set {VARIABLE} to "
        f"the address with the owner's role for this one command. {SEE}"
    )
