"""Authenticator apps and recovery codes: what lets in, once, and what does not."""

from __future__ import annotations

import base64
import threading

import pytest
from sqlalchemy import select

from tests.webui.support.device import SITE, Entrance, code
from tests.webui.support.people import PASSWORD, Clock, House
from webui.accounts.factors.confirming import Given
from webui.accounts.factors.held import take_away
from webui.accounts.throttle import TooMany
from webui.database.account_tables import SignIn
from webui.database.backups.backup import backup
from webui.database.connection import Database
from webui.database.factor_tables import Authenticator, RecoveryCode
from webui.database.history import of_subject
from webui.database.refusals import NoKey, NotHere, Unfit
from webui.store import Store


@pytest.fixture
def entrance(house: House) -> Entrance:
    return Entrance(house)


def lines(house: House, name: str = "Toni") -> list[tuple[str, str]]:
    with house.database.read() as session:
        found = of_subject(session, f"account-{house[name].id}")
        return [(row.action, row.detail) for row in found]


def test_the_right_password_alone_lets_nobody_in_where_there_is_a_factor(
    house: House, entrance: Entrance, clock: Clock
):
    secret, _codes = entrance.with_app()
    half = house.doors.sign_in("Toni", PASSWORD)
    assert house.doors.who(half) is None
    assert house.doors.remaining(half) is None
    assert ("signed_in", "") not in lines(house)
    whole = entrance.step(half, code=code(secret, clock))
    assert house.doors.who(whole) == house["Toni"]
    assert whole != half
    assert house.doors.who(half) is None
    with pytest.raises(NotHere):
        entrance.step(half, code=code(secret, clock, steps=1))
    assert lines(house)[-1] == ("signed_in", "authenticator")


def test_nobody_else_is_asked_for_more_than_a_password(house: House, entrance: Entrance):
    entrance.with_app()
    assert house.doors.who(house.doors.sign_in("Tess", PASSWORD)) == house["Tess"]


def test_a_code_works_once_and_no_earlier_one_after_it(
    house: House, entrance: Entrance, clock: Clock
):
    secret, _codes = entrance.with_app()
    now = code(secret, clock)
    entrance.step(house.doors.sign_in("Toni", PASSWORD), code=now)
    for used in (now, code(secret, clock, steps=-1)):
        with pytest.raises(Unfit):
            entrance.step(house.doors.sign_in("Toni", PASSWORD), code=used)
    assert entrance.step(house.doors.sign_in("Toni", PASSWORD), code=code(secret, clock, steps=1))


def test_of_one_code_at_the_same_time_one_is_taken(house: House, entrance: Entrance, clock: Clock):
    """Every thread stands for a process: each has a database of its own."""
    secret, codes = entrance.with_app()
    address = house.database.url.render_as_string(hide_password=False)
    halves = [house.doors.sign_in("Toni", PASSWORD) for _ in range(4)]
    told: list[str] = []

    def give(half: str, typed: str) -> None:
        database = Database(address, patience=30)
        store = Store.of(database, clock, house.passwords)
        try:
            store.confirming.second_step(half, Given(code=typed), SITE)
            told.append("taken")
        except Unfit:
            told.append("refused")
        database.close()

    for typed in (code(secret, clock), codes[0]):
        threads = [threading.Thread(target=give, args=(half, typed)) for half in halves[:2]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["refused", "taken"]
        told.clear()
        halves = halves[2:]


def test_a_clock_may_be_wrong_by_one_step(house: House, entrance: Entrance, clock: Clock):
    secret, _codes = entrance.with_app()
    clock.forward(minutes=2)
    for steps in (-2, 2):
        half, typed = house.doors.sign_in("Toni", PASSWORD), code(secret, clock, steps=steps)
        with pytest.raises(Unfit):
            entrance.step(half, code=typed)
    for steps in (-1, 1):
        typed = code(secret, clock, steps=steps)
        spaced = f" {typed[:3]} {typed[3:]}"
        assert entrance.step(house.doors.sign_in("Toni", PASSWORD), code=spaced)


def test_the_code_that_confirmed_an_app_lets_nobody_in(
    house: House, entrance: Entrance, clock: Clock
):
    secret, _codes = entrance.with_app()
    clock.forward(seconds=-30)
    with pytest.raises(Unfit):
        entrance.step(house.doors.sign_in("Toni", PASSWORD), code=code(secret, clock))


def test_the_sixth_wrong_code_within_a_minute_is_not_looked_at(
    house: House, entrance: Entrance, clock: Clock
):
    secret, codes = entrance.with_app()
    half = house.doors.sign_in("Toni", PASSWORD)
    for wrong in ("000000", "١٢٣٤٥٦", "", "abcd-efgh-jkmn-pqrs", codes[0][:-1]):
        with pytest.raises(Unfit):
            entrance.step(half, code=wrong)
    with pytest.raises(TooMany):
        entrance.step(half, code=code(secret, clock))
    assert lines(house).count(("sign_in_failed", "factor")) == 5
    clock.forward(minutes=1)
    assert entrance.step(half, code=code(secret, clock))


@pytest.mark.parametrize("minutes", [5, -1])
def test_half_a_sign_in_ends_after_five_minutes_and_is_none_from_the_future(
    house: House, entrance: Entrance, clock: Clock, minutes: int
):
    _secret, codes = entrance.with_app()
    half = house.doors.sign_in("Toni", PASSWORD)
    clock.forward(minutes=minutes)
    with pytest.raises(NotHere):
        entrance.step(half, code=codes[0])


@pytest.mark.parametrize("ended_by", ["everywhere", "disabled", "invited"])
def test_half_a_sign_in_ends_with_every_other_session(
    house: House, entrance: Entrance, ended_by: str
):
    _secret, codes = entrance.with_app()
    half = house.doors.sign_in("Toni", PASSWORD)
    if ended_by == "everywhere":
        house.doors.sign_out_everywhere(house["Toni"])
    elif ended_by == "disabled":
        house.office.disable(house["Ada"], house["Toni"].id, disabled=True)
    else:
        invitation = house.new_link("Toni")
        new = house.doors.accept(invitation, "another bowl, another day")
        assert house.doors.who(new) is None  # the link is no way around the second factor
        assert entrance.store.confirming.waiting(new) == house["Toni"]
    with pytest.raises(NotHere):
        entrance.step(half, code=codes[0])


def test_an_app_counts_only_after_its_first_code(house: House, entrance: Entrance, clock: Clock):
    apps, toni = entrance.store.authenticators, house["Toni"]
    apps.begin(toni)
    first = apps.begun(toni)
    with pytest.raises(Unfit):
        apps.confirm(toni, "", "000000")
    assert house.doors.who(house.doors.sign_in("Toni", PASSWORD)) == toni
    apps.begin(toni)
    second = apps.begun(toni)
    assert second != first
    with pytest.raises(Unfit):
        apps.confirm(toni, "", code(first, clock))
    assert len(apps.confirm(toni, "", code(second, clock))) == 10
    assert apps.begun(toni) == ""
    for again in (lambda: apps.begin(toni), lambda: apps.confirm(toni, "", code(second, clock))):
        with pytest.raises(NotHere):
            again()
    assert ("factor_added", "authenticator") in lines(house)


def test_ten_recovery_codes_each_work_once_and_for_their_owner(house: House, entrance: Entrance):
    _secret, codes = entrance.with_app()
    entrance.with_app("Tess")
    assert len(set(codes)) == 10
    with pytest.raises(Unfit):
        entrance.step(house.doors.sign_in("Tess", PASSWORD), code=codes[0])
    typed = codes[0].upper().replace("-", " ")
    assert entrance.step(house.doors.sign_in("Toni", PASSWORD), code=typed)
    with pytest.raises(Unfit):
        entrance.step(house.doors.sign_in("Toni", PASSWORD), code=codes[0])
    assert entrance.store.factors.of(house["Toni"].id).codes == 9
    assert ("recovery_used", "") in lines(house)
    assert lines(house).count(("signed_in", "recovery")) == 1


def test_new_recovery_codes_end_the_old_ones(house: House, entrance: Entrance):
    with pytest.raises(NotHere):
        entrance.store.recovery_codes.renew(house["Toni"])
    _secret, codes = entrance.with_app()
    new = entrance.store.recovery_codes.renew(house["Toni"])
    with pytest.raises(Unfit):
        entrance.step(house.doors.sign_in("Toni", PASSWORD), code=codes[0])
    assert entrance.step(house.doors.sign_in("Toni", PASSWORD), code=new[9])
    assert lines(house).count(("recovery_made", "")) == 2


def test_no_secret_stands_in_the_database_or_a_backup_as_it_is(
    house: House, entrance: Entrance, tmp_path
):
    secret, codes = entrance.with_app()
    half = house.doors.sign_in("Toni", PASSWORD)
    with house.database.read() as session:
        told = [str(dict(row)) for one in SignIn.metadata.sorted_tables
                for row in session.execute(select(one)).mappings()]  # fmt: skip
    backup(house.database, tmp_path / "backup")
    told.append((tmp_path / "backup").read_bytes().decode("latin-1"))
    plain = [secret, base64.b32decode(secret).hex(), half, *codes]
    assert [one for one in plain if any(one in row for row in told)] == []


def test_a_sealed_secret_of_one_account_is_none_of_anothers(house: House, entrance: Entrance):
    entrance.with_app()
    entrance.with_app("Tess")
    with house.database.write() as session:
        tonis, tess = (session.get_one(Authenticator, house[one].id) for one in ("Toni", "Tess"))
        tess.sealed = tonis.sealed
    with pytest.raises(NoKey):
        entrance.step(house.doors.sign_in("Tess", PASSWORD), code="123456")


def test_adding_and_removing_a_factor_ends_every_other_session(
    house: House, entrance: Entrance, clock: Clock
):
    here, there = (house.doors.sign_in("Toni", PASSWORD) for _ in range(2))
    apps, factors, toni = entrance.store.authenticators, entrance.store.factors, house["Toni"]
    apps.begin(toni)
    apps.confirm(toni, here, code(apps.begun(toni), clock))
    assert house.doors.who(there) is None
    half = house.doors.sign_in("Toni", PASSWORD)
    factors.remove_authenticator(toni, here, required=False)
    assert house.doors.who(here) == toni
    assert entrance.store.confirming.waiting(half) is None
    assert house.doors.who(house.doors.sign_in("Toni", PASSWORD)) == toni
    assert ("factor_removed", "authenticator") in lines(house)
    with house.database.read() as session:
        assert session.scalars(select(RecoveryCode)).all() == []


def test_the_last_factor_stays_where_one_is_required(house: House, entrance: Entrance):
    entrance.with_app("Sue")
    factors, sue = entrance.store.factors, house["Sue"]
    with pytest.raises(Unfit):
        factors.remove_authenticator(sue, "", required=True)
    assert factors.of(sue.id).authenticator
    entrance.with_passkey("Sue")
    factors.remove_authenticator(sue, "", required=True)
    assert factors.any(sue.id)


def test_a_reset_takes_every_factor_away(house: House, entrance: Entrance):
    entrance.with_app()
    entrance.with_passkey()
    with house.database.write() as session:
        assert take_away(session, house["Toni"].id)
        assert not take_away(session, house["Toni"].id)
    assert house.doors.who(house.doors.sign_in("Toni", PASSWORD)) == house["Toni"]
    assert not entrance.store.factors.of(house["Toni"].id)


def test_a_changed_password_goes_on_in_the_session_that_changed_it(
    house: House, entrance: Entrance
):
    entrance.with_app()
    new = house.doors.change_password(house["Toni"], PASSWORD, "another bowl, another day")
    assert house.doors.who(new) == house["Toni"]
