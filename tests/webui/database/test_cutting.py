"""The power goes at any moment of two hundred saves: what was acknowledged is there, and whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select, text

from planner import Planner
from tests.support.long import LONG, times
from tests.support.missing import missing
from tests.webui.database import cutting
from tests.webui.database.cutting import Disk, Step
from tests.webui.database.killing import check_acknowledged, opened, picture
from tests.webui.support.people import QUICK, Clock, House
from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.tables import HistoryHead, KeptPlan
from webui.database.upgrade import prepare

pytestmark = pytest.mark.slow
SAVES = times(20, 200)
EVERY = times(17, 1)
"""Of how many moments one is looked at."""
WAYS = ("all", "some", "torn", "none")


@pytest.fixture
def clinic(tmp_path: Path, planner: Planner) -> Path:
    """A database file of people who stored nothing yet, and no process that has it open."""
    file = tmp_path / "recorded" / "plans.sqlite3"
    file.parent.mkdir()
    database = Database(sqlite_address(file))
    prepare(database)
    House(database, Clock(), planner, QUICK)
    database.close()
    assert not list(file.parent.glob("*-wal"))
    return file


def check(place: Path, told: list[str], seen: set[str]) -> None:
    """What was acknowledged is there, and at most one plan more.

    The contents and the chain are walked once for each end that the history has.
    """
    with opened(sqlite_address(place)) as database:
        with database.read() as session:
            assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            stored = set(session.scalars(select(KeptPlan.ref)))
            head = session.get_one(HistoryHead, 1).hash
        acknowledged = [one.split() for one in told]
        assert {one[1] for one in acknowledged} <= stored
        assert len(stored) - len(acknowledged) in {0, 1}
        if head not in seen:
            seen.add(head)
            check_acknowledged(acknowledged, picture(database))


def replay(steps: list[Step], file: Path, place: Path) -> tuple[int, int]:
    """Cut the power after each step in every way; gives how many cuts, and ends of the history."""
    chance, seen, cuts = random.Random(200), set[str](), 0
    disk = Disk({"": bytearray(file.read_bytes())})
    for number, step in enumerate(steps):
        disk.take(step)
        if number % EVERY == 0:
            for way in WAYS if LONG else WAYS[cuts % 4 :][:1]:
                cutting.lay(disk.after_a_cut(way, chance), place)
                check(place, disk.told, seen)
                cuts += 1
    assert len(disk.told) == SAVES
    return cuts, len(seen)


def test_it_opens_whole_after_a_cut_at_any_moment(clinic: Path, tmp_path: Path):
    if not cutting.available():
        missing("strace is not installed, or not allowed here")
    before = tmp_path / "before.sqlite3"
    before.write_bytes(clinic.read_bytes())
    steps = cutting.record(clinic, SAVES, tmp_path / "trace")
    assert {"write", "sync", "tell"} <= {step.what for step in steps}
    assert any(step.what == "write" and not step.file for step in steps), "no checkpoint was seen"
    cuts, ends = replay(steps, before, tmp_path / "cut.sqlite3")
    assert ends > SAVES / times(2, 1)
    print(f"{SAVES} saves, {len(steps)} steps, {cuts} cuts, each whole")  # noqa: T201 - the figure
