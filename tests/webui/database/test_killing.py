"""Killed at any moment, a database opens whole, holds what was acknowledged, and nothing half done.

Two thousand kills on each database with REPAIR_PLANNER_LONG=1, some of each kind otherwise.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planner import Planner
from tests.support.long import LONG, times
from tests.webui.database import killing
from tests.webui.database.killed_work import Order
from tests.webui.database.killing import Foreman, check_acknowledged, opened, picture, shape
from tests.webui.support import postgres
from tests.webui.support.people import QUICK, Clock, House
from webui.database.backups.backup import backup
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.upgrade import prepare

pytestmark = pytest.mark.slow
BEFORE = Path(__file__).with_name("version_before")
EACH = times(3, 400)
FRESH, ANEW = 40, 4
"""Kills after which a new database is taken, as a large one takes long; and a new backup file."""
Site = Callable[[], House]


@pytest.fixture(scope="module")
def foreman() -> Iterator[Foreman]:
    with killing.foreman() as found:
        yield found


@pytest.fixture
def site(
    kind: str, empty: Callable[..., str], planner: Planner, ready: Path
) -> Iterator[Callable[[], House]]:
    """Make a clinic in a database of its own."""
    made: list[Database] = []

    def make() -> House:
        database = Database(empty() if kind == "sqlite" else empty(postgres.TEMPLATE))
        if database.path:
            shutil.copyfile(ready, database.path)
        made.append(database)
        return House(database, Clock(), planner, QUICK)

    yield make
    for one in made:
        one.close()


def ordered(house: House, work: str, mark: object, *files: Path) -> Order:
    address = house.database.url.render_as_string(hide_password=False)
    house.database.close()
    people = (house["Toni"].id, house["Sam"].id)
    return Order(work, address, *people, f"M{mark}", tuple(map(str, files)))


@pytest.mark.parametrize("work", ["save", "approve"])
def test_what_was_acknowledged_before_a_kill_is_there(foreman: Foreman, site: Site, work: str):
    acknowledged = 0
    for number in range(EACH):
        if number % FRESH == 0:
            house, told = site(), list[list[str]]()
        order = ordered(house, work, number)
        new = foreman.kill(order)
        told += new
        acknowledged += len(new)
        with opened(order.address) as database:
            check_acknowledged(told, picture(database))
    assert acknowledged or not LONG  # a slow machine may have said nothing yet at three kills
    print(f"{work}: {EACH} kills, {acknowledged} acknowledged, none lost")  # noqa: T201 - the figure


def test_a_backup_after_a_kill_is_absent_or_the_old_one_or_whole(
    foreman: Foreman, site: Site, tmp_path: Path
):
    other, whole = site().database, 0
    for number in range(EACH):
        if number % FRESH == 0:
            house, told = site(), list[list[str]]()
        if number % ANEW == 0:
            file, held = tmp_path / f"{number}.backup", set[str]()
        order = ordered(house, "back up", number, file)
        told += foreman.kill(order)
        done = max(
            (at for at, one in enumerate(told) if one == ["backed-up", str(file)]), default=0
        )
        held = {one[1] for one in told[:done] if one[0] == "draft"}
        with opened(order.address) as database:
            stored = picture(database)
        check_acknowledged(told, stored)
        if not file.exists():
            assert not held, "a backup was acknowledged and is not there"
            continue
        restore(other, file)
        whole += 1
        inside = picture(other)
        assert held <= inside.keys()
        assert inside.items() <= stored.items()
    assert whole or not LONG  # as above
    print(f"back up: {EACH} kills, {whole} files found, each whole")  # noqa: T201 - the figure


def test_a_restore_that_was_killed_has_happened_or_not(
    foreman: Foreman, site: Site, tmp_path: Path
):
    house = site()
    files, pictures = [], []
    for number in range(3):
        house.decide(house.submitted(case=f"K-{number}"))
        files.append(tmp_path / f"{number}.backup")
        backup(house.database, files[-1])
        pictures.append(picture(house.database))
    now, seen = 2, [0, 0, 0]
    for number in range(EACH):
        order = ordered(house, "restore", number, *files)
        told = foreman.kill(order)
        allowed = {int(told[-1][1]), (int(told[-1][1]) + 1) % 3} if told else {now, 0}
        with opened(order.address) as database:
            now = pictures.index(picture(database))
        assert now in allowed
        seen[now] += 1
    print(f"restore: {EACH} kills, each backup found {seen} times")  # noqa: T201 - the figure


@pytest.fixture
def older(kind: str, empty: Callable[..., str]) -> Callable[[], str]:
    """Make databases as the version before left them: version_before/make.sh."""
    plain = gzip.decompress((BEFORE / "plans.sql.gz").read_bytes())
    file = gzip.decompress((BEFORE / "plans.sqlite3.gz").read_bytes())

    def make() -> str:
        address = empty()
        if kind == "sqlite":
            path = Database(address).path
            assert path
            path.write_bytes(file)
            return address
        bin_ = postgres.programs()
        assert bin_
        line = [str(bin_ / "psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", address]
        subprocess.run(line, input=plain, check=True, stdout=subprocess.DEVNULL)
        return address

    return make


def test_an_upgrade_that_was_killed_has_happened_or_not(foreman: Foreman, older: Callable[[], str]):
    with opened(older()) as database:
        before = shape(database)
        prepare(database)
        after, expected = shape(database), picture(database, never_changed=False)
    assert before != after
    assert len(expected) > 5
    seen: list[str] = []
    for _ in range(EACH):
        order = Order("upgrade", older(), 0, 0)
        told = foreman.kill(order)
        with opened(order.address) as database:
            found = shape(database)
            assert found in ([after] if told else [before, after])
            seen.append(found[0])
            prepare(database)
            assert shape(database) == after
            assert picture(database, never_changed=False) == expected
    old = seen.count(before[0])
    print(f"upgrade: {EACH} kills, {old} found the older shape")  # noqa: T201 - the figure
