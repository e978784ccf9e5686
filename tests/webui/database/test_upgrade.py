"""A database and a backup of the version before are brought up to date, and nothing is lost.

They were made by that version's own code: version_before/make.sh.
"""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, MetaData, select, text
from sqlalchemy.orm import Session

from tests.support.command import called
from tests.webui.support import postgres
from webui.commands import serve
from webui.database import upgrade
from webui.database.backups.backup_file import key_of
from webui.database.backups.backup_rows import PASSING
from webui.database.backups.restoring import restore
from webui.database.base import Base
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.migrating import revision_of, step
from webui.database.refusals import NoDatabase
from webui.database.sealed import keys
from webui.database.tables import HistoryRow
from webui.database.upgrade import prepare
from webui.wsgi import application

BEFORE = Path(__file__).with_name("version_before")
STATES = {"draft", "to_review", "changes_asked", "approved", "acknowledged", "withdrawn"}
NO_CONTENT = {"settings", "history_head", "tokens", "invitations"}
"""Tables of a database and its ways in: no restore brings those back."""
MARKS = {("plans", "draft_key"), ("case_files", "code")}
"""Columns that hold a mark of what was typed, and no longer that itself."""
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
Address = Callable[[], str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of one's own, with the key of the tests in it and none elsewhere."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    (directory / keys.FILE).write_text(os.environ[keys.VARIABLE], "ascii")
    (directory / keys.FILE).chmod(0o600)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(directory))
    monkeypatch.delenv(keys.VARIABLE)
    return directory


@pytest.fixture
def old(kind: str, empty: Address, data: Path) -> str:
    """The address of a database that the version before made."""
    if kind == "sqlite":
        file = data / "plans.sqlite3"
        file.touch(0o600)
        file.write_bytes(gzip.decompress((BEFORE / "plans.sqlite3.gz").read_bytes()))
        return f"sqlite:///{file}"
    address, bin_ = empty(), postgres.programs()
    assert bin_
    line = [str(bin_ / "psql"), "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", address]
    dump = gzip.decompress((BEFORE / "plans.sql.gz").read_bytes())
    subprocess.run(line, input=dump, check=True, stdout=subprocess.DEVNULL)
    return address


def plain(value: Any) -> Any:
    """Times with their zone, whichever database told them."""
    return (
        value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
    )


def names_of(table: Any, columns: Any) -> list[str]:
    return [one.name for one in columns if (table.name, one.name) not in MARKS]


def as_it_was(connection: Connection) -> Rows:
    """Every lasting row, as the tables of that version have it."""
    found = MetaData()
    found.reflect(connection)
    told: Rows = {}
    for table in found.sorted_tables:
        if table.name in PASSING | NO_CONTENT:
            continue
        primary, names = names_of(table, table.primary_key.columns), names_of(table, table.c)
        told[table.name] = {
            tuple(row[name] for name in primary): {name: plain(row[name]) for name in names}
            for row in connection.execute(select(table)).mappings()
        }
    return told


def as_it_is(session: Session, before: Rows) -> Rows:
    """The same rows and columns, as this program reads them."""
    told: Rows = {}
    for mapper in Base.registry.mappers:
        table: Any = mapper.local_table
        if table.name not in before:
            continue
        primary = names_of(table, table.primary_key.columns)
        found = session.scalars(select(mapper.class_)).unique().all()
        keyed = {tuple(getattr(one, name) for name in primary): one for one in found}
        told[table.name] = {
            key: {column: getattr(keyed[key], column) for column in row}
            for key, row in before[table.name].items()
            if key in keyed
        }
        assert len(found) == len(before[table.name]) or table.name == "history"
    return told


def what_was(address: str) -> Rows:
    database = Database(address)
    with database.engine.connect() as connection:
        assert revision_of(connection) == "0004"
        before = as_it_was(connection)
    database.close()
    assert {one["state"] for one in before["plans"].values()} == STATES
    assert all(before[name] for name in before)
    return before


def check_same(database: Database, before: Rows) -> None:
    """Everything is as it was; the history begins as it was and is whole."""
    with database.read() as session:
        found = audit(session)
        assert found.bad_row is None, found
        assert as_it_is(session, before) == before
        told = session.scalars(select(HistoryRow.action).order_by(HistoryRow.id)).all()
    assert any("sealed" in one for one in told[len(before["history"]) :])


def test_the_first_start_backs_up_then_changes_then_seals(
    old: str, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = what_was(old)
    database = Database(old)
    prepare(database)
    check_same(database, before)
    [made] = data.glob("before-*.backup")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert key_of(made) == database.keys.current.id
    [line] = [one.getMessage() for one in caplog.records if one.name == upgrade.__name__]
    assert str(made) in line
    assert "0004" in line
    prepare(database)
    assert [made] == list(data.glob("before-*.backup"))
    done = restore(database, made)
    assert done.sealed
    check_same(database, before)
    database.close()


@pytest.mark.parametrize("start", ["serve", "wsgi"])
def test_either_server_does_it_and_says_so_in_one_line(
    old: str,
    data: Path,
    start: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, apps = what_was(old), list[Flask]()
    monkeypatch.setenv("DATABASE_URL", old)
    if start == "serve":
        monkeypatch.setattr(serve, "run", lambda server: server.close())  # interrupted at once
        monkeypatch.setattr(serve, "_tell", apps.append)
        monkeypatch.setattr(signal, "signal", lambda *_words: None)
        done = called(["serve", "--no-browser", "--port", str(postgres.free_port())])
        assert done.returncode == 0
    else:
        apps.append(application())
    apps[0].extensions["store"].database.close()
    [line] = [one.getMessage() for one in caplog.records if one.name == upgrade.__name__]
    assert str(data / "before-") in line
    with closing(Database(old)) as database:
        check_same(database, before)


@pytest.mark.parametrize("made_on", ["sqlite", "postgresql"])
def test_a_backup_of_the_version_before_is_restored_with_a_notice(
    made_on: str, empty: Address, old: str
) -> None:
    """Each into each kind of database: the rows are those of that kind's own fixture."""
    before, address = what_was(old), empty()
    environment = {"DATABASE_URL": address}
    assert called(["start-code"], environment).returncode == 0
    done = called(["restore", str(BEFORE / f"{made_on}.backup")], environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "was not sealed" in done.stdout
    database = Database(address)
    with database.read() as session:
        assert audit(session).bad_row is None
        now = as_it_is(session, before)
        assert session.scalar(text("SELECT count(*) FROM invitations")) == 0
        assert session.scalar(text("SELECT count(*) FROM tokens")) == 0
    assert {key: len(rows) for key, rows in now.items()} == {
        key: len(rows) for key, rows in before.items()
    }
    same = ("case_code", "state", "version", "made_at")
    assert told(now["plans"], same) == told(before["plans"], same)
    assert told(now["versions"], ("steps_json",)) == told(before["versions"], ("steps_json",))
    assert called(["audit"], environment).returncode == 0
    database.close()


def told(rows: dict[tuple[Any, ...], dict[str, Any]], columns: tuple[str, ...]) -> Any:
    """Some columns of the rows: references and password hashes were drawn for each of the two."""
    return {key: [row[name] for name in columns] for key, row in rows.items()}


def test_without_a_backup_nothing_is_changed(old: str, data: Path) -> None:
    before = what_was(old)
    database = Database(old)
    with pytest.MonkeyPatch.context() as patch:
        if database.is_sqlite:
            patch.setattr(os, "fsync", no_room)
        else:
            patch.setenv("REPAIR_PLANNER_DATA", str(data / keys.FILE))  # a file: nothing fits in it
            patch.setenv(keys.VARIABLE, (data / keys.FILE).read_text("ascii"))
        with pytest.raises(NoDatabase, match="a backup is made first") as refused:
            prepare(database)
    database.close()
    assert "Nothing was changed" in str(refused.value)
    assert "REPAIR_PLANNER_DATA" in str(refused.value)
    assert what_was(old) == before
    assert not list(data.glob("*before-*"))


def no_room(_descriptor: int) -> None:
    """What a full disk says."""
    raise OSError(28, "No space left on device")


def test_a_step_that_fails_leaves_everything_as_it_was(
    old: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = what_was(old)

    def fails(*words: Any) -> None:
        step(*words)
        raise RuntimeError("power cut")

    monkeypatch.setattr(upgrade, "step", fails)
    database = Database(old)
    with pytest.raises(RuntimeError):
        prepare(database)
    assert what_was(old) == before
    assert not list(data.glob("*before-*"))
    monkeypatch.undo()
    database.close()


def started(address: str, directory: str, together: Any) -> None:
    """A process that starts the program at the same moment as others."""
    os.environ["REPAIR_PLANNER_DATA"] = directory
    os.environ.pop(keys.VARIABLE, None)
    together.wait(60)
    database = Database(address)
    prepare(database)
    database.close()


@pytest.mark.slow
def test_of_several_that_start_at_once_one_does_it(old: str, data: Path) -> None:
    before = what_was(old)
    (data / keys.FILE).unlink()  # and one of them makes the key
    fork = multiprocessing.get_context("spawn")
    together = fork.Barrier(3)
    all_ = [fork.Process(target=started, args=(old, str(data), together)) for _ in range(3)]
    for one in all_:
        one.start()
    for one in all_:
        one.join()
    assert [one.exitcode for one in all_] == [0, 0, 0]
    database = Database(old)
    prepare(database)
    check_same(database, before)
    assert len(list(data.glob("before-*.backup"))) == 1
    assert sorted(path.name for path in data.glob(".*")) == []
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NoDatabase, match="9999"):
        prepare(database)
