"""What must hold when things go wrong: killed processes, races, full disks, backups under load."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.long import times
from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor, hidden
from webui import create_app
from webui.database.address import sqlite_address
from webui.database.backups.backup import backup
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.refusals import Stale, WrongState
from webui.database.tables import Decision, KeptPlan, Version
from webui.database.upgrade import prepare
from webui.register.reviews import Review, Reviews

pytestmark = pytest.mark.slow
Visit = Callable[..., Visitor]

SAVER = """
import sys
from planner import Planner
from webui.database.connection import Database
from webui.register.own_plans import OwnPlans
from webui.database.person import Person
address, number, mark = sys.argv[1], int(sys.argv[2]), sys.argv[3]
own_plans, person = OwnPlans(Database(address)), Person(number, "Toni", therapist=True)
body = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
plan = Planner().plan(body)
print("ready", flush=True)
for count in range(100000):
    object.__setattr__(plan, "observation", {**plan.observation, "case": f"{mark}-{count}"})
    object.__setattr__(plan, "_json", b"")
    print(own_plans.keep(person, plan), flush=True)
"""


def whole(database: Database) -> int:
    """Check the chain and that every plan has its version; give how many plans there are."""
    with database.read() as session:
        assert audit(session).bad_row is None
        plans = session.scalar(select(func.count()).select_from(KeptPlan))
        versions = session.scalar(
            select(func.count())
            .select_from(Version)
            .join(KeptPlan, (Version.plan_id == KeptPlan.id) & (Version.number == KeptPlan.version))
        )
    assert plans == versions
    return int(plans or 0)


def test_a_process_killed_while_saving_loses_nothing_that_was_acknowledged(house: House):
    """Killed at any moment: what was acknowledged is there, and the history is whole."""
    address = house.database.url.render_as_string(hide_password=False)
    acknowledged: list[str] = []
    chance = random.Random(4)
    for round_ in range(times(3, 200)):
        arguments = [sys.executable, "-c", SAVER, address, str(house["Toni"].id), str(round_)]
        saver = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert saver.stdout
        assert saver.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.005, 0.3))
        saver.send_signal(signal.SIGKILL)
        lines = saver.stdout.read().splitlines(keepends=True)
        saver.wait()
        saver.stdout.close()
        acknowledged += [line.strip() for line in lines if line.endswith("\n")]
    with house.database.read() as session:
        stored = set(session.scalars(select(KeptPlan.ref)))
    assert set(acknowledged) <= stored
    assert whole(house.database) == len(stored)
    print(f"{len(acknowledged)} acknowledged, {len(stored)} stored")  # noqa: T201 - the figure


def decide(
    name: str,
    database: Database,
    house: House,
    race: tuple[str, Review, threading.Barrier, dict[str, str]],
) -> None:
    """One supervisor's decision, begun at the same moment as the other's."""
    ref, read, start, results = race
    start.wait()
    try:
        Reviews(database, house.clock).decide(house[name], ref, read, house.edition)
    except (Stale, WrongState) as refusal:
        results[name] = type(refusal).__name__
    else:
        results[name] = "decided"


def test_two_supervisors_at_once_make_exactly_one_decision(house: House):
    """Each has a connection of their own; the other is told, and nothing of theirs is stored."""
    address = house.database.url.render_as_string(hide_password=False)
    others = {name: Database(address, patience=30) for name in ("Sam", "Sue")}
    for number in range(times(20, 2000)):
        ref = house.submitted(notes=f"race {number}")
        read = house.review(ref)
        results: dict[str, str] = {}
        start = threading.Barrier(2)

        race = (ref, read, start, results)
        threads = [
            threading.Thread(target=decide, args=(name, other, house, race))
            for name, other in others.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(results.values()).count("decided") == 1
    with house.database.read() as session:
        decisions = session.scalar(select(func.count()).select_from(Decision))
    assert decisions == times(20, 2000)
    for other in others.values():
        other.close()
    whole(house.database)


def test_editors_at_once_lose_no_acknowledged_edit(house: House):
    """Of those who edit the same version one is stored, and the others are told."""
    from webui.register.steps import Edit

    ref = house.kept()
    address = house.database.url.render_as_string(hide_password=False)
    stored: list[str] = []

    def work(mark: str) -> None:
        database = Database(address, patience=30)
        keeping = type(house.keeping)(database, house.clock)
        for number in range(times(5, 100)):
            words = f"{mark} {number}"
            version = keeping.open(house["Toni"], ref).version.number
            try:
                keeping.edit(house["Toni"], ref, version, {"C2": Edit(words=words)})
            except Stale:
                continue
            stored.append(words)
        database.close()

    threads = [threading.Thread(target=work, args=(mark,)) for mark in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = house.looking.versions(house["Toni"], ref)
    found = [house.keeping.open(house["Toni"], ref, one.number) for one in versions]
    words = {opened.content.steps[0].words for opened in found}
    assert len(versions) == len(stored) + 1
    assert set(stored) <= words


def test_backups_under_load_restore_to_the_same_digest(
    house: House, empty: Callable[[], str], tmp_path: Path
):
    address = house.database.url.render_as_string(hide_password=False)
    for number in range(5):
        house.decide(house.submitted(notes=str(number)))
    stop, allowed = threading.Event(), threading.Semaphore(0)

    def load() -> None:
        database = Database(address, patience=30)
        keeping = type(house.keeping)(database, house.clock)
        number = 0
        while not stop.is_set():
            if allowed.acquire(timeout=0.05):
                number += 1
                keeping.keep(house["Toni"], house.plan(notes=f"load {number}"))
        database.close()

    writer = threading.Thread(target=load)
    writer.start()
    other = Database(empty())
    prepare(other)
    try:
        for number in range(times(4, 100)):
            file = tmp_path / f"{number}.backup"
            allowed.release(10)  # kept meanwhile; no more, so that it stays small
            digest = backup(house.database, file)
            assert restore(other, file).digest == digest
            whole(other)
    finally:
        stop.set()
        writer.join()
    other.close()


def test_after_a_restore_new_plans_get_new_numbers(house: House, tmp_path: Path):
    ref = house.submitted()
    digest = backup(house.database, tmp_path / "file")
    house.kept(case="K-gone")
    assert restore(house.database, tmp_path / "file").digest == digest
    assert house.keeping.open(house["Sam"], ref).kept.ref == ref
    assert house.kept(case="K-new")
    whole(house.database)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes, where the tests may make one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    root = os.geteuid() == 0
    if not root or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_answers_507_with_the_text_and_works_again_when_there_is_room(
    kind: str, small_disk: Path, house: House
):
    if kind != "sqlite":
        pytest.skip("a laptop's disk; PostgreSQL's own is not ours to fill")
    database = Database(sqlite_address(small_disk / "plans.sqlite3"), patience=0.5)
    prepare(database)
    clinic = House(database, house.clock, house.planner, house.passwords)
    config = {
        "DATABASE": sqlite_address(small_disk / "plans.sqlite3"),
        "DATABASE_PATIENCE": 0.5,
        "CLOCK": clinic.clock,
        "PASSWORDS": clinic.passwords,
        "PLANNER": clinic.planner,
    }
    toni = Visitor(create_app(config)).sign_in("Toni")
    ref = clinic.kept()
    ballast = small_disk / "ballast"
    fill(ballast)
    before = 0
    answer = None
    for number in range(400):
        typed = {"version": str(1 + number), "words-C2": f"Typed {number}: " + "word " * 600}
        answer = toni.post(f"/plans/{ref}/edit", typed)
        if answer.status_code != 303:
            break
        before = number + 1
    assert answer
    assert answer.status_code == 507
    assert f"Typed {before}:" in answer.text
    assert whole(database) == 1
    ballast.unlink()
    sent = dict(hidden(answer.text))
    assert toni.client.post(f"/plans/{ref}/edit", data=sent).status_code == 303
    assert clinic.keeping.open(clinic["Toni"], ref).kept.version == before + 2
    whole(database)
    database.close()


def fill(file: Path) -> None:
    """Take all the room that is left but a little."""
    with file.open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(b"x" * 4096):
            pass
    with file.open("r+b") as stream:
        stream.truncate(max(0, file.stat().st_size - 600_000))


def test_a_locked_database_answers_503_with_the_text(house: House, visit: Visit):
    toni, ref = visit("Toni"), house.kept()
    form = {"version": "1", "words-C2": "Typed while it was locked", "csrf_token": toni.token()}
    with house.database.write() as session:
        session.execute(select(KeptPlan).with_for_update())
        from webui.database.tables import HistoryHead

        session.get_one(HistoryHead, 1, with_for_update=True)
        answer = toni.client.post(f"/plans/{ref}/edit", data=form)
    assert answer.status_code == 503
    assert "Typed while it was locked" in answer.text
    assert toni.client.post(f"/plans/{ref}/edit", data=dict(hidden(answer.text))).status_code == 303


def test_a_database_that_is_away_leaves_planning_possible(visit: Visit, site: Flask):
    toni = visit("Toni")
    store = site.extensions["store"]
    original = store.sessions.database
    object.__setattr__(store.sessions, "database", Database("sqlite:////nowhere/at/all.sqlite3"))
    try:
        assert toni.get("/").status_code == 200
        assert toni.get("/plans").status_code == 503
    finally:
        object.__setattr__(store.sessions, "database", original)
