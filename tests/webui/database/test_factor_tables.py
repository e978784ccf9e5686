"""Second factors survive a step down and up where they can, and no half sign-in becomes whole."""

from __future__ import annotations

from tests.webui.support.device import SITE, Entrance, code
from tests.webui.support.people import PASSWORD, House
from webui.database.backups.backup import backup
from webui.database.backups.backup_rows import PASSING
from webui.database.backups.restoring import restore
from webui.database.upgrade import change


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


def test_a_backup_brings_factors_back_and_no_challenge(house: House, tmp_path):
    entrance = Entrance(house)
    secret, codes = entrance.with_app()
    entrance.with_passkey()
    entrance.store.passkeys.asked_to_sign(house["Toni"].id, "b", SITE, "again")
    assert "challenges" in PASSING
    backup(house.database, tmp_path / "backup")
    entrance.store.factors.remove_authenticator(house["Toni"], "", required=False)
    entrance.store.recovery_codes.renew(house["Toni"])
    restore(house.database, tmp_path / "backup")
    half = house.doors.sign_in("Toni", PASSWORD)
    assert house.doors.who(entrance.step(half, code=code(secret, house.clock)))
    assert house.doors.who(entrance.step(house.doors.sign_in("Toni", PASSWORD), code=codes[9]))
