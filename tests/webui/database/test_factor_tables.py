"""Second factors survive a step down and up where they can, and no half sign-in becomes whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from tests.webui.support.device import SITE, Entrance, code
from tests.webui.support.people import PASSWORD, House
from webui.accounts.factors.confirming import Given
from webui.database.backups.backup import backup
from webui.database.backups.backup_rows import PASSING
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.factor_tables import Challenge
from webui.database.upgrade import change
from webui.store import Store


def test_a_step_down_ends_half_sign_ins_and_a_step_up_asks_everyone_again(house: House):
    entrance = Entrance(house)
    whole = house.doors.sign_in("Tess", PASSWORD)
    entrance.with_app()
    entrance.with_passkey()
    half = house.doors.sign_in("Toni", PASSWORD)
    change(house.database, "0011", down=True)
    change(house.database, "head")
    assert house.doors.who(half) is None
    assert entrance.store.confirming.waiting(half) is None
    assert house.doors.who(whole) == house["Tess"]
    assert not entrance.store.confirming.is_recent(whole)
    assert not entrance.store.factors.any(house["Toni"].id)


def test_a_backup_brings_factors_where_nobody_is_and_no_challenge(
    house: House, tmp_path: Path, empty: Callable[[], str]
):
    entrance = Entrance(house)
    secret, codes = entrance.with_app()
    entrance.with_passkey()
    entrance.store.passkeys.asked_to_sign(house["Toni"].id, "b", SITE, "again")
    assert "challenges" in PASSING
    backup(house.database, tmp_path / "backup")
    with closing(Database(empty(), keys=house.database.keys)) as other:
        restore(other, tmp_path / "backup")
        store = Store.of(other, house.clock, house.passwords)
        for typed in (code(secret, house.clock), codes[9]):
            half = store.sessions.sign_in("Toni", PASSWORD)
            assert store.sessions.who(half) is None
            assert store.sessions.who(store.confirming.second_step(half, Given(code=typed), SITE))
        with other.read() as session:
            assert session.scalar(select(func.count()).select_from(Challenge)) == 0
