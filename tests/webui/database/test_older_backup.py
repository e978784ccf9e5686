"""A backup that an older release made is brought up to date when it is restored.

Releases up to 0.6 did not seal it. The rows are those of version_before/, which one of them wrote.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from webui.database.address import sqlite_address
from webui.database.backups import backup_file, backup_rows
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.tables import KeptPlan
from webui.database.upgrade import change

BEFORE = Path(__file__).with_name("version_before")


def written(lines: Iterable[bytes]) -> bytes:
    """A file as releases up to 0.6 wrote it: a hash of the whole, not sealed."""
    content = b"".join(lines)
    digest, packed = sha256(content).hexdigest(), zlib.compress(content)
    whole = sha256(packed + digest.encode()).hexdigest()
    return backup_file.OLDER + f"{whole}\n{digest}\n".encode() + packed


def lines_at(revision: str, directory: Path) -> list[bytes]:
    """What a release whose tables stood at this step would have written."""
    file = directory / "older.sqlite3"
    file.write_bytes(gzip.decompress((BEFORE / "plans.sqlite3.gz").read_bytes()))
    with closing(Database(sqlite_address(file))) as database:
        change(database, revision)
        with database.engine.connect() as connection:
            return list(backup_rows.lines(connection, backup_rows.tables_of(connection)))


@pytest.mark.parametrize("revision", ["0004", "0007", "0010"])
def test_it_is_restored_and_filled(database: Database, revision: str, tmp_path: Path) -> None:
    file = tmp_path / "older.backup"
    file.write_bytes(written(lines_at(revision, tmp_path)))
    assert not restore(database, file).sealed
    with database.read() as session:
        plans = session.scalars(select(KeptPlan)).unique().all()
        shared = {one.case_code: (one.shared_from, one.shared_to) for one in plans}
        assert all(one.first_words or one.disposition == "stop" for one in plans)
    assert len(plans) == 12
    expected = {"K-draft": (None, None), "K-waits": (1, 1)}
    assert {case: shared[case] for case in expected} == expected
