"""One application without a database for all page tests, and one on SQLite, then on PostgreSQL.

PostgreSQL is skipped by name where it is missing.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from planner import Planner
from tests.support.long import LONG
from tests.support.missing import missing
from tests.webui.support import postgres
from tests.webui.support.people import QUICK, Clock, House, moved_in
from tests.webui.support.sending import LATE, Pairs, Post
from tests.webui.support.strict import strict
from tests.webui.support.visiting import Visitor
from webui import create_app
from webui.database.address import sqlite_address
from webui.database.connection import Database

Address = Callable[[], str]
_numbers = itertools.count()
KINDS = ("sqlite", "postgresql")
ON_ONE = ("api", "pages", "show", "work")
"""Folders whose tests run on one of the two databases each, chosen by the test's name, half of them
on either; on both with REPAIR_PLANNER_LONG=1, or where a test is asked for by name. What stands
between pages and database is tried on both always: the database itself, accounts, access, the
register."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs on the other database."""
    named = any("::" in one for one in config.args)
    left_out = [one for one in items if not (LONG or named) and _is_for_the_other(one)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


def _is_for_the_other(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    folder = item.path.relative_to(Path(__file__).parent).parts[0] if _is_ours(item) else ""
    if folder not in ON_ONE or given is None or given.params.get("kind") not in KINDS:
        return False
    name = item.nodeid.replace(given.params["kind"], "")
    return bool(given.params["kind"] != KINDS[zlib.crc32(name.encode()) % 2])


def _is_ours(item: pytest.Item) -> bool:
    return item.path.is_relative_to(Path(__file__).parent)


@pytest.fixture(scope="session")
def server(common: Path) -> Iterator[str]:
    """The address of the run's one PostgreSQL, which holds a database to copy."""
    if postgres.programs() is None:
        missing("PostgreSQL is not installed")
    with postgres.shared(common) as address:
        yield address


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Address:
    """Make addresses of databases that hold nothing yet."""

    def make(template: str = "template1") -> str:
        number = next(_numbers)
        if kind == "sqlite":
            return sqlite_address(tmp_path / f"plans-{number}.sqlite3")
        address: str = request.getfixturevalue("server")
        name = f"plans_{os.getpid()}_{number}"
        postgres.statement(f"{address}postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"{address}{name}"

    return make


@pytest.fixture
def database(
    kind: str, empty: Callable[..., str], request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database with every table and no row."""
    made = Database(empty() if kind == "sqlite" else empty(postgres.TEMPLATE))
    if kind == "sqlite":
        assert made.path
        shutil.copyfile(request.getfixturevalue("ready"), made.path)
        made.path.chmod(0o600)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, clock: Clock, planner: Planner) -> House:
    """People who work together, and everything they can do."""
    return House(database, clock, planner, QUICK)


@pytest.fixture(scope="session")
def clinic(planner: Planner, ready: Path) -> Flask:
    """The application: made once, because its pages and addresses are the same for every house."""
    app = strict(create_app({"DATABASE": sqlite_address(ready), "PLANNER": planner}))
    app.extensions["store"].database.close()
    return app


@pytest.fixture
def site(clinic: Flask, house: House) -> Iterator[Flask]:
    """The application on the house's database, by the house's clock."""
    with moved_in(clinic, house):
        yield clinic


@pytest.fixture
def visit(site: Flask) -> Callable[[str], Visitor]:
    """Let someone sign in at a browser of their own; without a name, no one does."""

    def enter(name: str = "") -> Visitor:
        visitor = Visitor(site)
        return visitor.sign_in(name) if name else visitor

    return enter


@pytest.fixture(scope="session")
def app() -> Flask:
    return strict(create_app({"TESTING": False}))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Send a form with a good token, and go where it leads, as a browser would."""

    def send(pairs: Pairs, path: str = "/plan") -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
        assert token
        data = MultiDict([("csrf_token", token[1]), *pairs])
        return client.post(path, data=data, follow_redirects=True)

    return send


@pytest.fixture
def late() -> Pairs:
    """A common case: the therapist kept the client waiting, and the client went quiet."""
    return LATE
