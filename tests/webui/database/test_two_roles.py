"""PostgreSQL with two real roles: one owns the tables, and the application uses the other."""

from __future__ import annotations

import itertools
import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from psycopg.errors import DuplicateObject, UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from planner import Planner
from tests.support.command import called
from tests.webui.support import postgres
from tests.webui.support.people import PASSWORD, QUICK, Clock, House, moved_in
from tests.webui.support.visiting import Visitor
from webui.database import two_roles
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.tables import KeptPlan
from webui.database.two_roles import NotOwner
from webui.database.upgrade import change, prepare
from webui.register.outcomes import Report
from webui.register.steps import Edit
from webui.with_database import init_app

OWNER, USED, STRANGER = "tables_owner", "application", "stranger"
PAGE = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
SQL = PAGE.partition("```sql\n")[2].partition("```")[0]
_numbers = itertools.count()


@dataclass(frozen=True)
class Server:
    """One database with its two addresses."""

    owner: str
    used: str
    superuser: str


def told(statement: str, name: str) -> str:
    """A statement of the document, with the names of this database and of these roles."""
    named = re.sub(r"DATABASE planner\b", f"DATABASE {name}", statement)
    return re.sub(r"\bplanner\b", USED, named.replace("planner_owner", OWNER))


def role(address: str, name: str) -> str:
    return address.replace("//tests@", f"//{name}@")


@pytest.fixture
def addresses(server: str) -> Iterator[Server]:
    """A database made as docs/operating.md says; who runs the tests may do everything."""
    name = f"two_roles_{os.getpid()}_{next(_numbers)}"
    address = f"{server}{name}"
    with suppress(DuplicateObject, UniqueViolation):  # another process may make it as well
        postgres.statement(f"{server}postgres", f"CREATE ROLE {STRANGER} LOGIN")
    before, _, after = SQL.partition("\\connect planner")
    for place, statements in ((f"{server}postgres", before), (address, after)):
        for statement in filter(None, map(str.strip, statements.split(";"))):
            with suppress(DuplicateObject, UniqueViolation):
                postgres.statement(place, told(statement, name))
    yield Server(role(address, OWNER), role(address, USED), address)
    postgres.statement(f"{server}postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def used(addresses: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The application's database, whose tables the owner made."""
    monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
    database = Database(addresses.used)
    prepare(database)
    monkeypatch.delenv("DATABASE_OWNER_URL")
    yield database
    database.close()


def test_the_applications_role_does_all_that_the_pages_do(
    used: Database, clock: Clock, planner: Planner, clinic: Flask
):
    house = House(used, clock, planner, QUICK)
    ref, toni = house.submitted(), house["Toni"]
    house.decide(ref, "ask_for_changes", text="Shorter.")
    house.keeping.submit(toni, ref, house.keeping.edit(toni, ref, 1, {"C2": Edit(words="Late.")}))
    house.decide(ref)
    house.afterwards.add(toni, ref, Report(tried="yes", said=["C2"], landed="eased"))
    key = house.keys.add(toni, "notes", ["plans:read"], 9)
    assert house.keys.who(key)
    house.office.add(house["Ada"], "Nia", ["therapist"])
    with moved_in(clinic, house):
        visitor = Visitor(clinic).sign_in("Toni", PASSWORD)
        for path in ("", "/history", "/room", "/sheet", "/case", "/case.json"):
            assert visitor.get(f"/plans/{ref}{path}").status_code == 200, path
        assert visitor.get("/trends").status_code == 200
        erased = visitor.post(f"/plans/{ref}/case/erase", {"confirmed": "K-114"})
        assert erased.status_code == 303
        assert visitor.post("/sign-out").status_code == 303
    with used.read() as session:
        assert audit(session).bad_row is None


NO_GUARD = (
    "CREATE OR REPLACE FUNCTION history_is_only_added_to() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NULL; END $$"
)
FORBIDDEN = [
    "UPDATE history SET actor = 1",
    "DELETE FROM history",
    "TRUNCATE history",
    "TRUNCATE plans CASCADE",
    "DELETE FROM history_head",
    "DROP TRIGGER history_guard ON history",
    "ALTER TABLE history DISABLE TRIGGER history_guard",
    "ALTER TABLE history ADD COLUMN more INTEGER",
    "ALTER TABLE plans DROP COLUMN ref",
    "DROP TABLE versions",
    "CREATE TABLE more (id INTEGER)",
    NO_GUARD,
    "UPDATE alembic_version SET version_num = '0001'",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
]


def test_the_applications_role_changes_neither_the_history_nor_any_table(used: Database):
    for statement in FORBIDDEN:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            used.engine.begin() as connection,
        ):
            connection.execute(text(statement))


def test_rights_that_somebody_added_are_taken_again(
    used: Database, addresses: Server, monkeypatch: pytest.MonkeyPatch
):
    postgres.statement(addresses.owner, f"GRANT ALL ON history TO {USED}")
    monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
    prepare(used)
    with pytest.raises(ProgrammingError, match="permission denied"), used.engine.begin() as one:
        one.execute(text("TRUNCATE history"))


def test_where_tables_are_missing_or_old_the_owner_is_asked_for(
    addresses: Server, monkeypatch: pytest.MonkeyPatch
):
    used = Database(addresses.used)
    with pytest.raises(NotOwner, match=r"application may not do.*DATABASE_OWNER_URL"):
        prepare(used)
    monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
    prepare(used)
    owner = Database(addresses.owner)
    change(owner, "0013", down=True)
    monkeypatch.delenv("DATABASE_OWNER_URL")
    with pytest.raises(NotOwner, match=r"the tables belong to tables_owner.*DATABASE_OWNER_URL"):
        prepare(used)
    monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
    prepare(used)
    monkeypatch.delenv("DATABASE_OWNER_URL")
    prepare(used)
    with used.read() as session:
        assert session.query(KeptPlan).all() == []
    for one in (used, owner):
        one.close()


@pytest.mark.parametrize(
    ("which", "why"),
    [("same", "name one role"), ("elsewhere", "two databases"), ("stranger", "REASSIGN OWNED BY")],
)
def test_an_owner_who_is_none_is_told_with_the_mend(
    used: Database, addresses: Server, monkeypatch: pytest.MonkeyPatch, which: str, why: str
):
    address = {
        "same": addresses.used,
        "elsewhere": addresses.superuser.rpartition("/")[0] + "/postgres",
        "stranger": role(addresses.superuser, STRANGER),
    }[which]
    name = addresses.superuser.rpartition("/")[2]
    postgres.statement(addresses.superuser, f"GRANT CONNECT ON DATABASE {name} TO {STRANGER}")
    monkeypatch.setenv("DATABASE_OWNER_URL", address)
    with pytest.raises(NotOwner, match=why):
        prepare(used)


def test_a_restore_needs_the_owner_and_leaves_the_rights_as_they_were(
    used: Database, addresses: Server, clock: Clock, planner: Planner, tmp_path: Path
):
    house = House(used, clock, planner, QUICK)
    ref, file = house.submitted(), str(tmp_path / "plans.backup")
    own = {"DATABASE_URL": addresses.used, "REPAIR_PLANNER_DATA": str(tmp_path)}
    assert called(["backup", file], own).returncode == 0
    refused = called(["restore", file], own)
    assert refused.returncode == 1
    assert "A restore makes every table anew" in refused.stderr
    assert "DATABASE_OWNER_URL" in refused.stderr
    done = called(["restore", file], {**own, "DATABASE_OWNER_URL": addresses.owner})
    assert done.returncode == 0, done.stderr
    assert house.keeping.open(house["Toni"], ref).kept.state == "to_review"
    with pytest.raises(ProgrammingError, match="permission denied"), used.engine.begin() as one:
        one.execute(text("DELETE FROM history"))
    whole = called(["audit"], own)
    assert whole.returncode == 0, whole.stdout
    assert "owns the tables" not in whole.stdout


def test_one_role_goes_on_as_before_and_that_is_said(
    server: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    name = f"one_role_{os.getpid()}_{next(_numbers)}"
    postgres.statement(f"{server}postgres", f"CREATE DATABASE {name} TEMPLATE {postgres.TEMPLATE}")
    database = Database(f"{server}{name}")
    line = "The role tests owns the tables that it uses"
    assert two_roles.warning(database).startswith(line)
    said = called(
        ["audit"], {"DATABASE_URL": f"{server}{name}", "REPAIR_PLANNER_DATA": str(tmp_path)}
    )
    assert (said.returncode, line in said.stdout) == (0, True)
    app = Flask(__name__)
    app.config["DATABASE"] = f"{server}{name}"
    with caplog.at_level(logging.WARNING, "repair_planner.database"):
        init_app(app)
    assert [record.getMessage()[: len(line)] for record in caplog.records] == [line]
    database.close()


def test_a_file_has_no_roles(database: Database, kind: str):
    if kind == "sqlite":
        assert two_roles.warning(database) == ""
