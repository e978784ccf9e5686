"""Nothing is left of what was erased: not in the file, not in the log beside it."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from tests.webui.support.people import House
from tests.webui.support.sealed import CODE, in_files, typed_everywhere
from webui.database.account_tables import SignIn
from webui.database.connection import Database
from webui.database.sealed.key_tables import CaseKey
from webui.database.sealed.wiping import empty_log
from webui.database.tables import KeptPlan


@pytest.fixture
def log(kind: str, house: House) -> Path:
    """The write-ahead log of the house's database."""
    if kind != "sqlite":
        pytest.skip("the log beside a file")
    assert house.database.path
    return house.database.path.with_name(f"{house.database.path.name}-wal")


def test_the_log_is_empty_after_a_case_was_erased(house: House, log: Path) -> None:
    ref = typed_everywhere(house)
    assert log.stat().st_size > 0
    house.cases.erase(house["Toni"], ref, CODE)
    assert log.stat().st_size == 0


def test_somebody_who_reads_keeps_the_log_and_the_next_write_empties_it(
    house: House, log: Path
) -> None:
    ref = typed_everywhere(house)
    with house.database.read() as session:
        wrapped = session.scalars(select(CaseKey.wrapped)).one()
    with house.database.read() as reading:
        reading.scalars(select(KeptPlan)).unique().all()
        house.kept(case="K-2")
        house.cases.erase(house["Toni"], ref, CODE)
        assert log.stat().st_size > 0
    house.kept(case="K-3")
    assert log.stat().st_size == 0
    assert in_files(house.database, wrapped) == []


def test_on_postgresql_somebody_who_reads_keeps_the_row_and_the_next_write_takes_it_away(
    kind: str, house: House
) -> None:
    if kind != "postgresql":
        pytest.skip("rows that are dead and still there")
    ref = typed_everywhere(house)
    reading = house.database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with reading:
        wrapped = reading.scalars(select(CaseKey.wrapped)).one()
        reading.rollback()
        reading.execute(select(KeptPlan.id))
        house.cases.erase(house["Toni"], ref, CODE)
        assert not empty_log(house.database.engine)
        assert rows_of(house.database, wrapped)
    house.kept(case="K-3")
    assert rows_of(house.database, wrapped) == []


def rows_of(database: Database, word: str) -> list[str]:
    """The files of rows that hold a word; the log of the last minutes has longer names."""
    return [name for name in in_files(database, word) if len(name) < 24]


@pytest.mark.parametrize("how", ["one row", "by a query"])
def test_a_session_that_ended_leaves_nothing(house: House, log: Path, how: str) -> None:
    """Its row has the hash of its secret alone; not even that is left."""
    mark, at = secrets.token_hex(32), house.clock()
    with house.database.write() as session:
        row = SignIn(id_hash=mark, account_id=house["Toni"].id, began_at=at, seen_at=at)
        session.add(row)
    assert in_files(house.database, mark)
    with house.database.write() as session:
        if how == "one row":
            session.delete(row)
        else:
            session.execute(delete(SignIn).where(SignIn.id_hash == mark))
    assert in_files(house.database, mark) == []
    assert log.stat().st_size == 0
