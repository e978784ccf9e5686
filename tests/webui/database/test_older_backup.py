"""A backup that an older release made is brought up to date when it is restored."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from tests.webui.support.people import House
from webui.database import backup_file, backup_rows
from webui.database.connection import Database
from webui.database.restoring import restore
from webui.database.sealing_rows import open_rows
from webui.database.tables import KeptPlan

SINCE_THEN = {
    "plans": {"first_words", "shared_from", "shared_to", "key_id", "listed"},
    "history": {"bound", "key_id", "seal"},
}
"""Columns that release 0.3.0 did not have."""
THEN = {
    "accounts",
    "supervision",
    "settings",
    "plans",
    "versions",
    "case_files",
    "decisions",
    "comments",
    "review_drafts",
    "outcomes",
    "history",
    "history_head",
}
"""Its tables, but those of the moment."""


def raw(database: Database) -> Iterator[bytes]:
    """What stands in the tables."""
    with database.engine.connect() as connection:
        yield from backup_rows.lines(connection, backup_rows.tables_of(connection))


def older(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines as 0.3.0 wrote them."""
    for line in lines:
        name, row = json.loads(line)
        if name in THEN:
            gone = SINCE_THEN.get(name, set())
            yield backup_rows.line(name, {key: row[key] for key in row if key not in gone})


def written(lines: Iterable[bytes]) -> bytes:
    """A file as releases up to 0.6 wrote it: a hash of the whole, not sealed."""
    content = b"".join(lines)
    digest, packed = sha256(content).hexdigest(), zlib.compress(content)
    whole = sha256(packed + digest.encode()).hexdigest()
    return backup_file.OLDER + f"{whole}\n{digest}\n".encode() + packed


def test_it_is_restored_and_filled(house: House, tmp_path: Path) -> None:
    handed_in, draft = house.submitted(), house.kept(case="K-2")
    with house.database.read() as session:
        was = {one.ref: one.first_words for one in session.scalars(select(KeptPlan)).unique()}
    file = tmp_path / "older.backup"
    with house.database.engine.connect() as connection:
        open_rows(connection, house.database.keys)
        tables = backup_rows.tables_of(connection)
        plain = list(older(backup_rows.lines(connection, tables)))
        connection.rollback()
    assert any(b"How do you feel" in line for line in plain)
    file.write_bytes(written(plain))
    assert not restore(house.database, file).sealed
    assert not any(b"How do you feel" in line for line in raw(house.database))
    assert house.keeping.open(house["Toni"], draft).kept.case_code == "K-2"
    assert house.kept(case="K-2") == draft
    with house.database.read() as session:
        plans = {one.ref: one for one in session.scalars(select(KeptPlan)).unique()}
    assert {ref: one.first_words for ref, one in plans.items()} == was
    assert (plans[handed_in].shared_from, plans[handed_in].shared_to) == (1, 1)
    assert (plans[draft].shared_from, plans[draft].shared_to) == (None, None)
