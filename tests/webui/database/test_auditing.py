"""`audit`: what was taken away with the log, damaged on the disk, or kept elsewhere is told."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.command import called
from tests.support.long import times
from tests.webui.support.forging import GUARDS
from tests.webui.support.people import House
from webui.database.address import sqlite_address
from webui.database.audit import binding, witness
from webui.database.audit.auditing import REPLACED, examined
from webui.database.audit.sealing import SEALED, seal_old_chain
from webui.database.audit.witness import Head
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import Event, audit, record
from webui.database.refusals import Altered, Refusal
from webui.database.tables import HistoryRow
from webui.database.upgrade import prepare

SAVER = """
import os, signal, sys
from sqlalchemy import event
from tests.webui.support.people import LATE
from planner import Planner
from webui.database.connection import Database
from webui.database.person import Person
from webui.register.own_plans import OwnPlans
database = Database(sys.argv[1])
event.listen(database.engine, "connect", lambda connection, _: connection.execute(
    "PRAGMA wal_autocheckpoint = 0"))
own_plans, person = OwnPlans(database), Person(int(sys.argv[2]), "Toni", therapist=True)
plans = [Planner().plan({**LATE, "case": f"K-{number}"}) for number in range(3)]
for plan in plans:
    print(own_plans.keep(person, plan), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def head_of(house: House) -> Head:
    return examined(house.database).head


@pytest.fixture
def on_disk(kind: str, house: House) -> Path:
    """The house's database file, with some plans in it."""
    if kind != "sqlite":
        pytest.skip("PostgreSQL has no file of ours")
    for number in range(3):
        house.decide(house.submitted(case=f"K-{number}"), text="As it stands.")
    assert house.database.path
    return house.database.path


def test_what_went_with_the_log_after_a_kill_is_noticed(on_disk: Path, house: House):
    """A shorter history is whole in itself: the head outside the database tells."""
    house.database.close()
    with closing(sqlite3.connect(on_disk)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    address = sqlite_address(on_disk)
    number = house["Toni"].id
    words = [sys.executable, "-c", SAVER, address, str(number)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(done.stdout.split()) == 3
    log = on_disk.with_name(f"{on_disk.name}-wal")
    assert log.stat().st_size > 0
    log.unlink()
    on_disk.with_name(f"{on_disk.name}-shm").unlink()
    found = examined(house.database)
    assert found.chain.bad_row is None
    [line] = found.findings
    assert re.search(r"head \d+: the history is shorter now", line)
    house.kept(case="K-4")
    house.kept(case="K-5")
    house.kept(case="K-6")
    house.kept(case="K-7")
    [line] = examined(house.database).findings
    assert "says something else now" in line
    witness.renew(house.database)
    assert examined(house.database).whole


def test_the_head_outside_follows_each_change_and_never_goes_back(on_disk: Path, house: House):
    file = on_disk.with_suffix(".head")
    assert file.stat().st_mode & 0o077 == 0
    keys = house.database.keys
    assert witness.found(file, keys) == head_of(house)
    house.kept(case="K-8")
    later = witness.found(file, keys)
    assert later == head_of(house)
    witness.keep(house.database, Head(2, "a" * 64), Head(1, "b" * 64))
    assert witness.found(file, keys) == later
    file.write_text(file.read_text().replace(later.hash[:8], "00000000"))
    with pytest.raises(witness.Unread, match="seal"):
        witness.found(file, keys)
    found = examined(house.database)
    assert found.whole
    assert "keep the head elsewhere" in found.notes[0]
    house.kept(case="K-9")
    assert witness.found(file, keys) == head_of(house)


def test_where_the_head_cannot_be_written_work_goes_on_and_it_is_said(
    on_disk: Path, house: House, caplog: pytest.LogCaptureFixture
):
    file = on_disk.with_suffix(".head")
    file.unlink()
    file.mkdir()
    ref = house.kept(case="K-8")
    assert house.keeping.open(house["Toni"], ref).kept.ref == ref
    assert [line.getMessage()[:40] for line in caplog.records] == [f"{file} cannot be written"[:40]]
    found = examined(house.database)
    assert found.whole
    assert str(file) in found.notes[0]
    prepare(house.database)
    assert "it is a directory" in caplog.records[-1].getMessage()


def test_heads_that_were_kept_elsewhere_are_compared(house: House):
    house.submitted()
    old = head_of(house)
    house.kept(case="K-2")
    assert Head.read(str(old)) == old
    assert Head.read(f"The history is whole: {old.length} rows, last hash {old.hash}") == old
    assert Head.read("nothing of the kind") is None
    assert examined(house.database, [old, head_of(house)]).whole
    other, later = Head(old.length, "f" * 64), Head(999, "e" * 64)
    found = examined(house.database, [old, other, later])
    assert [line.split(":")[0] for line in found.findings] == [f"head {old.length}", "head 999"]
    with house.database.write() as session:
        record(session, now(), None, Event(REPLACED, "", other.length, other.hash))
    found = examined(house.database, [other])
    assert found.whole
    assert f"Head {other.length} was replaced by the restore of row" in found.notes[-1]


def test_an_old_chain_is_sealed_once_with_one_row_that_says_so(house: House):
    """As a version before left it: without seals, and without a state of anything."""
    ref = house.submitted()
    with house.database.engine.begin() as direct:
        for statement in GUARDS[direct.dialect.name]:
            direct.execute(text(statement))
        direct.execute(text("DELETE FROM bound_states"))
        direct.execute(text("DELETE FROM history"))
        direct.execute(text("UPDATE history_head SET length = 0, hash = :none"), {"none": "0" * 64})
    with pytest.raises(Altered):
        house.keeping.open(house["Sam"], ref)
    if house.database.witness:
        with pytest.raises(Altered, match="move that file away"):
            prepare(house.database)
        house.database.witness.unlink()
    with house.database.write() as session:
        assert seal_old_chain(session, house.clock())
    with house.database.write() as session:
        assert not seal_old_chain(session, house.clock())
    prepare(house.database)
    with house.database.read() as session:
        [row] = session.query(HistoryRow).all()
        assert (row.action, row.detail) == (SEALED, f"0:{'0' * 64}")
        assert audit(session).bad_row is None
    assert house.keeping.open(house["Sam"], ref).kept.ref == ref
    assert examined(house.database).whole


def test_everything_can_be_bound_anew_by_whoever_put_it_there(house: House):
    """As a restore does, which records it."""
    ref = house.submitted()
    with house.database.engine.begin() as direct:
        direct.execute(text("UPDATE plans SET escalated = true"))
    with house.database.write() as session:
        binding.take_as_it_is(session)
        record(session, house.clock(), None, Event("restored"))
    assert house.keeping.open(house["Sam"], ref).kept.escalated
    assert examined(house.database).whole


def damaged(file: Path, chance: random.Random) -> Iterator[int]:
    """Overwrite one page after another, each in a file of its own; give its number."""
    good = file.read_bytes()
    size = int.from_bytes(good[16:18], "big")
    pages = list(range(len(good) // size))
    for page in chance.sample(pages, min(times(12, 200), len(pages))):
        bad = bytearray(good)
        length = chance.choice((size, chance.randrange(8, size // 2)))
        begin = page * size + chance.randrange(size - length + 1)
        bad[begin : begin + length] = chance.randbytes(length)
        file.write_bytes(bad)
        yield page + 1
    file.write_bytes(good)


def stored(file: Path) -> list[object]:
    """Every row of every table, as bytes."""
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = "SELECT * FROM "
        return [connection.execute(rows + name.decode()).fetchall() for (name,) in names]


def faults(file: Path) -> list[str]:
    """What an audit says of a file, be it that it cannot be read at all."""
    database = Database(sqlite_address(file))
    try:
        return list(examined(database).findings)
    except Refusal as refusal:
        return [str(refusal)]
    finally:
        database.close()


@pytest.mark.slow
def test_a_damaged_page_is_never_called_whole(on_disk: Path, house: House, tmp_path: Path):
    """Unless what was written over is free: then every row is still what it was."""
    house.database.close()
    copy = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(on_disk)) as connection, closing(sqlite3.connect(copy)) as other:
        connection.backup(other)
    good, told = stored(copy), 0
    for page in damaged(copy, random.Random(7)):
        found = faults(copy)
        assert found or stored(copy) == good, page
        told += bool(found)
    assert told >= 3  # most pages are those of tables in which nothing stands
    assert faults(copy) == []


def test_the_command_tells_damage_in_a_line(on_disk: Path, house: House):
    house.database.close()
    size = 4096
    with on_disk.open("r+b") as stream:
        for page in (2, 5, 9):
            stream.seek(page * size)
            stream.write(b"\xff" * size)
    done = called(["audit"], {"DATABASE_URL": sqlite_address(on_disk)})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "whole" not in done.stdout
    assert "malformed" in done.stdout + done.stderr or "cannot be read" in done.stdout + done.stderr


def test_the_command_prints_a_head_and_compares_those_that_were_kept(house: House):
    house.submitted()
    address = {"DATABASE_URL": house.database.url.render_as_string(hide_password=False)}
    whole = called(["audit"], address)
    assert whole.returncode == 0, whole.stderr
    line = whole.stdout.splitlines()[-1].split()[-1]
    assert str(head_of(house)) == line
    house.kept(case="K-2")
    assert called(["audit", "--head", line, "--head", line], address).returncode == 0
    other = f"{line[:-4]}0000"
    changed = called(["audit", "--head", line, "--head", other], address)
    assert (changed.returncode, "says something else now" in changed.stdout) == (1, True)
    strange = called(["audit", "--head", "K-114"], address)
    assert (strange.returncode, "this is no head" in strange.stderr) == (2, True)
