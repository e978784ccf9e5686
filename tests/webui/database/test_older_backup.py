"""A backup that an older release made is brought up to date when it is restored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from tests.webui.support.people import House
from webui.database import backup as backups
from webui.database.connection import Database
from webui.database.sealing_rows import open_rows
from webui.database.tables import KeptPlan

SINCE_THEN = {
    "plans": {"first_words", "shared_from", "shared_to", "key_id", "listed"},
    "case_keys": None,
    "chosen_reviewers": None,
    "site_contacts": None,
    "outcome_details": None,
}
"""Columns and whole tables that release 0.3.0 did not have."""


def raw(database: Database) -> Iterator[bytes]:
    """What stands in the tables."""
    with database.engine.connect() as connection:
        yield from backups._lines(connection)


def older(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines as 0.3.0 wrote them."""
    for line in lines:
        name, row = json.loads(line)
        gone = SINCE_THEN.get(name, set())
        if gone is not None:
            kept = {key: value for key, value in row.items() if key not in gone}
            yield json.dumps([name, kept]).encode() + b"\n"


def test_it_is_restored_and_filled(house: House, tmp_path: Path) -> None:
    handed_in, draft = house.submitted(), house.kept(case="K-2")
    with house.database.read() as session:
        was = {one.ref: one.first_words for one in session.scalars(select(KeptPlan)).unique()}
    file = tmp_path / "older.backup"
    with house.database.engine.connect() as connection, file.open("wb+") as stream:
        open_rows(connection, house.database.keys)
        digest = backups._write(stream, older(backups._lines(connection)))
    assert b"How do you feel" in b"".join(backups._unpacked(file))
    assert backups.restore(house.database, file) == digest
    assert not any(b"How do you feel" in line for line in raw(house.database))
    assert house.keeping.open(house["Toni"], draft).kept.case_code == "K-2"
    assert house.kept(case="K-2") == draft
    with house.database.read() as session:
        plans = {one.ref: one for one in session.scalars(select(KeptPlan)).unique()}
    assert {ref: one.first_words for ref, one in plans.items()} == was
    assert (plans[handed_in].shared_from, plans[handed_in].shared_to) == (1, 1)
    assert (plans[draft].shared_from, plans[draft].shared_to) == (None, None)
