"""Every test of the register runs on both databases; PostgreSQL is skipped where it is missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from planner import Planner
from tests.missing import missing
from tests.webui.register import postgres
from tests.webui.register.people import Clock, House
from tests.webui.register.templates import COMPILED
from tests.webui.register.visiting import Visitor
from webui import create_app
from webui.accounts.passwords import Passwords
from webui.register.changing import prepare
from webui.register.database import Database, sqlite_address

Address = Callable[[], str]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def planner() -> Planner:
    return Planner()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a running PostgreSQL that holds a database to copy."""
    if postgres.programs() is None:
        missing("PostgreSQL is not installed")
    with postgres.server() as address:
        postgres.statement(f"{address}postgres", f"CREATE DATABASE {postgres.TEMPLATE}")
        ready = Database(f"{address}{postgres.TEMPLATE}")
        prepare(ready)
        ready.close()
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
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
        name = f"plans_{number}"
        postgres.statement(f"{address}postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"{address}{name}"

    return make


@pytest.fixture
def database(kind: str, empty: Callable[..., str]) -> Iterator[Database]:
    """A database with every table and no row."""
    made = Database(empty() if kind == "sqlite" else empty(postgres.TEMPLATE))
    if kind == "sqlite":
        prepare(made)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, clock: Clock, planner: Planner) -> House:
    """People who work together, and everything they can do."""
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return House(database, clock, planner, quick)


@pytest.fixture
def site(house: House) -> Iterator[Flask]:
    """The application on the house's database, by the house's clock."""
    address = house.database.url.render_as_string(hide_password=False)
    config = {
        "DATABASE": address,
        "DATABASE_PATIENCE": 0.5,
        "CLOCK": house.clock,
        "PASSWORDS": house.passwords,
        "PLANNER": house.planner,
    }
    app = create_app(config)
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    app.extensions["rooms"].database.close()


@pytest.fixture
def visit(site: Flask) -> Callable[[str], Visitor]:
    """Let someone sign in at a browser of their own; without a name, no one does."""

    def enter(name: str = "") -> Visitor:
        visitor = Visitor(site)
        return visitor.sign_in(name) if name else visitor

    return enter
