"""A SQLite file with damaged pages: every route answers, and none with a 500.

Real damage to a real file: a page of noise, a page of zeros, a stretch of noise, single bits.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import InvalidRequestError

from tests.support.long import times
from tests.webui.access.test_roles import BY_PLAN, BY_ROLE, filled
from tests.webui.database.test_ready import file_of
from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor
from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.refusals import Broken, Unstorable
from webui.database.tables import KeptPlan, Version
from webui.store import Store
from webui.work.storing import InDatabase

Visit = Callable[..., Visitor]
PAGE = 4096
LEAVES = ("/sign-out", "/account/sign-out-everywhere")
KINDS = ("noise", "zeros", "stretch", "bits")


def damaged(good: bytes, kind: str, chance: random.Random) -> bytes:
    """The same file with damage of one kind, somewhere."""
    bad = bytearray(good)
    for _ in range(40 if kind == "bits" else 1):
        start = chance.randrange(len(good) // PAGE) * PAGE
        at = start + chance.randrange(PAGE - 400)
        if kind == "noise":
            bad[start : start + PAGE] = chance.randbytes(PAGE)
        elif kind == "zeros":
            bad[start : start + PAGE] = bytes(PAGE)
        elif kind == "stretch":
            length = chance.choice((4, 40, 400))
            bad[at : at + length] = chance.randbytes(length)
        else:
            bad[at] ^= 1 << chance.randrange(8)
    return bytes(bad)


@contextmanager
def put(site: Flask, house: House, file: Path, content: bytes) -> Iterator[None]:
    """Let the application go on with this file in place of its own."""
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    file.write_bytes(content)
    database = Database(sqlite_address(file), patience=0.2)
    site.extensions["store"] = Store.of(database, house.clock, house.passwords)
    site.extensions["plans_in_work"] = InDatabase(database, house.clock)
    yield
    database.close()


def paths_of(house: House) -> list[tuple[str, str]]:
    """Every route with plans in each of their states."""
    refs = [house.kept(notes="a"), house.submitted(notes="b"), house.submitted(notes="c")]
    house.decide(refs[2])
    found = []
    for method, route in {**BY_ROLE, **BY_PLAN}:
        for ref in refs if "<ref>" in route else [""]:
            found += [(method, filled(route, ref))] if route not in LEAVES else []
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite"])
def test_no_damage_makes_a_500(site: Flask, house: House, visit: Visit) -> None:
    file = file_of(house.database)
    paths = paths_of(house)
    visitors = [visit(name) for name in ("Toni", "Sam", "Ada")]
    tokens = [visitor.token() for visitor in visitors]
    for database in (house.database, site.extensions["store"].database):
        database.close()
    with closing(sqlite3.connect(file)) as direct:
        direct.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    good, chance = file.read_bytes(), random.Random(3)
    refused = 0
    for number in range(times(8, 1000)):
        with put(site, house, file, damaged(good, KINDS[number % 4], chance)):
            for visitor, token in zip(visitors, tokens, strict=True):
                for method, path in chance.sample(paths, 8):
                    form = {"version": "1", "csrf_token": token} if method == "POST" else None
                    with visitor.client.open(path, method=method, data=form) as answer:
                        assert answer.status_code < 500 or answer.status_code in {503, 507}, path
                        refused += answer.status_code == 503
    assert refused  # else nothing was damaged that anyone asked for


def test_text_that_cannot_be_read_back_is_told_as_damage(house: House, visit: Visit) -> None:
    """What the file's own check does not find: rows that hang together and say nonsense."""
    sound, toni = house.kept(), visit("Toni")
    for column, nonsense in (("plan_json", "{"), ("steps_json", '[{"key": "C2", "word": 1}]')):
        ref = house.kept(notes=column)
        number = select(KeptPlan.id).where(KeptPlan.ref == ref).scalar_subquery()
        with house.database.engine.begin() as direct:
            direct.execute(
                update(Version).where(Version.plan_id == number).values({column: nonsense})
            )
        assert toni.get(f"/plans/{ref}").status_code == 409
    assert toni.get(f"/plans/{sound}").status_code == 200


def test_what_a_driver_cannot_take_is_no_fault_of_the_database(database: Database) -> None:
    asked = text("SELECT CAST(:told AS INTEGER)")
    for value in ("\ud800", 2**70 if database.is_sqlite else "9" * 400):
        with pytest.raises(Unstorable), database.read() as session:
            session.execute(asked, {"told": value})


def test_a_row_that_should_be_there_and_is_not_is_damage(database: Database) -> None:
    with pytest.raises(Broken) as refused, database.read() as session:
        session.get_one(KeptPlan, 7)
    assert isinstance(refused.value.__cause__, InvalidRequestError)
