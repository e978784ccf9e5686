"""Nothing is left of what was erased: not in the file, not in the log beside it."""

from __future__ import annotations

import secrets
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, delete, select

from tests.webui.support.people import House
from tests.webui.support.sealed import CODE, WORD, everything, in_files, typed_everywhere
from webui.database import connection
from webui.database.account_tables import SignIn
from webui.database.backups.backup_rows import lines, tables_of
from webui.database.connection import Database
from webui.database.sealed.key_tables import CaseKey
from webui.database.sealed.wiping import empty_log, end_sealing, leaves_dead
from webui.database.tables import KeptPlan

LOG_NAME = 24
"""How many letters the name of a file of PostgreSQL's own log has."""


def nothing_left_of(database: Database, wrapped: str) -> None:
    """Wait until no file holds it but PostgreSQL's own log of the last minutes.

    PostgreSQL keeps a dead row for whoever reads at that moment, and it reads by itself now and
    then to count rows; a start takes the row away, as the next write does.
    """
    end = monotonic() + 60
    while left := rows_of(database, wrapped):
        assert monotonic() < end, left
        sleep(0.2)
        end_sealing(database.engine)


@pytest.mark.slow
def test_a_planted_word_is_in_no_file_while_stored_nor_after_erasing(house: House) -> None:
    ref = typed_everywhere(house)
    assert house.cases.exported(house["Toni"], ref)["case"] == CODE
    with house.database.engine.connect() as connection:
        wrapped = connection.scalars(select(CaseKey.wrapped)).one()
        backup = b"".join(lines(connection, tables_of(connection)))
    assert wrapped.encode() in backup
    assert WORD.encode() not in backup
    assert WORD not in everything(house.database)
    assert in_files(house.database, WORD) == []
    assert in_files(house.database, wrapped)
    house.cases.erase(house["Toni"], ref, CODE)
    assert in_files(house.database, WORD) == []
    nothing_left_of(house.database, wrapped)
    assert wrapped not in everything(house.database)


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


@pytest.fixture
def wipes(kind: str, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether nothing was left, each time that PostgreSQL was asked for it."""
    if kind != "postgresql":
        pytest.skip("rows that are dead and still there")
    seen: list[bool] = []

    def wiped(engine: Engine, patience: float) -> bool:
        seen.append(empty_log(engine, patience))
        return seen[-1]

    monkeypatch.setattr(connection, "empty_log", wiped)
    return seen


def test_on_postgresql_somebody_who_reads_keeps_the_row_and_a_later_write_takes_it_away(
    house: House, wipes: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = typed_everywhere(house)
    reading = house.database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with reading:
        wrapped = reading.scalars(select(CaseKey.wrapped)).one()
        reading.rollback()
        reading.execute(select(KeptPlan.id))
        house.cases.erase(house["Toni"], ref, CODE)
        assert rows_of(house.database, wrapped)
        for number in range(3):
            house.kept(case=f"K-{number}")
        assert wipes == [False], "a table is written anew again and again while somebody reads"
    later, end = count(1), monotonic() + 60
    monkeypatch.setattr(connection, "monotonic", lambda: next(later) * connection.WIPES_AGAIN + end)
    while not wipes[-1]:  # the server itself may read at that moment, too
        assert monotonic() < end
        house.kept(case="K-3")
    assert wipes[0] is False
    nothing_left_of(house.database, wrapped)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("0 dead row versions cannot be removed yet.\nCPU: user: 0.01 s, elapsed: 0.12 s.", False),
        ("12 dead row versions cannot be removed yet.\nCPU: user: 0.00 s.", True),
        ('данный момент нельзя удалить "мёртвых" строк 0.\nCPU: 0.01 s.', False),
        ('данный момент нельзя удалить "мёртвых" строк 3.\nCPU: 0.00 s.', True),
        ("", False),
    ],
)
def test_dead_rows_are_told_in_any_language(told: str, left: bool) -> None:
    assert leaves_dead(told) is left


def rows_of(database: Database, word: str) -> list[str]:
    """The files of rows that hold a word; the log of the last minutes has longer names."""
    return [name for name in in_files(database, word) if len(name) != LOG_NAME]


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
