"""Coming in and staying in: passwords, sessions by a fake clock, invitations, the throttle."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor
from webui.accounts import passwords
from webui.accounts.passwords import Passwords
from webui.accounts.sign_in import Sessions
from webui.accounts.throttle import TooMany
from webui.database.account_tables import Account, SignIn
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.refusals import NotHere, Refusal, Unfit

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    "password",
    ["short", "password", "Password123", "iloveyou!!", "aaaaaaaaaaaa", "qwertyuiop", "x" * 129],
)
def test_a_password_that_anyone_would_try_is_refused(password: str):
    assert passwords.problem(password)


def test_ones_own_name_is_no_password():
    assert passwords.problem("Antonia2024", "antonia")
    assert not passwords.problem("a bowl mended with gold", "antonia")


def test_passwords_are_hashed_with_argon2id_and_salt():
    usual = Passwords()
    first, second = usual.hashed(PASSWORD), usual.hashed(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert usual.fits(first, PASSWORD)
    assert not usual.fits(first, PASSWORD + "x")
    assert not usual.fits(None, PASSWORD)
    assert not usual.fits("no hash", PASSWORD)


def test_no_secret_is_stored(house: House):
    secret = house.doors.sign_in("Toni", PASSWORD)
    with house.database.read() as session:
        assert secret not in {row.id_hash for row in session.scalars(select(SignIn))}
        assert PASSWORD not in {row.password for row in session.scalars(select(Account))}


def test_names_are_compared_without_case_and_spaces(house: House):
    assert house.doors.who(house.doors.sign_in("  tONI ", PASSWORD)) == house["Toni"]


def test_a_session_ends_after_a_quarter_of_an_hour_of_silence(house: House, clock: Clock):
    secret = house.doors.sign_in("Toni", PASSWORD)
    clock.forward(minutes=14, seconds=59)
    assert house.doors.who(secret)
    clock.forward(minutes=14, seconds=59)
    assert house.doors.who(secret)
    clock.forward(minutes=15)
    assert house.doors.who(secret) is None


def test_a_session_ends_after_twelve_hours_however_busy(house: House, clock: Clock):
    secret = house.doors.sign_in("Toni", PASSWORD)
    for _ in range(71):
        clock.forward(minutes=10)
        assert house.doors.who(secret)
    clock.forward(minutes=10)
    assert house.doors.who(secret) is None


def test_signing_out_ends_this_session_and_everywhere_ends_all(house: House):
    first, second, third = (house.doors.sign_in("Toni", PASSWORD) for _ in range(3))
    house.doors.sign_out(first)
    assert house.doors.who(first) is None
    assert house.doors.who(second)
    house.doors.sign_out_everywhere(house["Toni"])
    assert house.doors.who(second) is house.doors.who(third) is None


def test_a_changed_password_ends_every_other_session(house: House):
    old = house.doors.sign_in("Toni", PASSWORD)
    with pytest.raises(Unfit):
        house.doors.change_password(house["Toni"], "not it", "another bowl, another day")
    new = house.doors.change_password(house["Toni"], PASSWORD, "another bowl, another day")
    assert house.doors.who(old) is None
    assert house.doors.who(new) == house["Toni"]
    with pytest.raises(Unfit):
        house.doors.sign_in("Toni", PASSWORD)


def test_whoever_is_shut_out_is_out_at_once(house: House):
    secret = house.doors.sign_in("Toni", PASSWORD)
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 30)
    house.office.disable(house["Ada"], house["Toni"].id, disabled=True)
    assert house.doors.who(secret) is None
    assert house.keys.who(key) is None
    with pytest.raises(Unfit):
        house.doors.sign_in("Toni", PASSWORD)
    house.office.disable(house["Ada"], house["Toni"].id, disabled=False)
    assert house.doors.who(house.doors.sign_in("Toni", PASSWORD))


def test_the_sixth_try_within_a_minute_is_not_looked_at(house: House, clock: Clock):
    for _ in range(5):
        with pytest.raises(Unfit):
            house.doors.sign_in("Toni", "wrong one")
    with pytest.raises(TooMany):
        house.doors.sign_in("toni", PASSWORD)
    assert house.doors.sign_in("Tess", PASSWORD)
    clock.forward(seconds=60)
    assert house.doors.sign_in("Toni", PASSWORD)


def test_right_passwords_are_not_counted(house: House):
    for _ in range(8):
        house.doors.sign_in("Toni", PASSWORD)


def test_the_throttle_holds_for_tries_at_the_same_time(house: House):
    """Every thread stands for a process: each has a database of its own."""
    address = house.database.url.render_as_string(hide_password=False)
    told: list[str] = []

    def guess() -> None:
        database = Database(address, patience=30)
        try:
            Sessions(database, house.clock, house.passwords).sign_in("Toni", "wrong one")
        except Refusal as refusal:
            told.append(type(refusal).__name__)
        database.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("Unfit") == 5
    assert told.count("TooMany") == 7


def test_an_invitation_works_once_and_for_three_days(house: House, clock: Clock):
    number, secret = house.office.add(house["Ada"], "Nia", ["therapist"])
    assert house.doors.invited(secret) == "Nia"
    with pytest.raises(Unfit):
        house.doors.accept(secret, "password")
    opened = house.doors.accept(secret, "a cup mended with gold")
    person = house.doors.who(opened)
    assert person
    assert (person.id, person.therapist, person.supervisor) == (number, True, False)
    with pytest.raises(NotHere):
        house.doors.accept(secret, "another one entirely")
    with pytest.raises(NotHere):
        house.office.invite(house["Ada"], number)
    _, again = house.office.add(house["Ada"], "Nils", ["therapist"])
    clock.forward(days=3)
    with pytest.raises(NotHere):
        house.doors.invited(again)


def test_a_newer_invitation_ends_the_older(house: House):
    number, first = house.office.add(house["Ada"], "Nia", ["therapist"])
    second = house.office.invite(house["Ada"], number)
    with pytest.raises(NotHere):
        house.doors.invited(first)
    assert house.doors.invited(second) == "Nia"


def test_two_people_cannot_have_one_name(house: House):
    with pytest.raises(Unfit):
        house.office.add(house["Ada"], " TONI", ["therapist"])


def test_the_last_administrator_stays(house: House):
    ada = house["Ada"]
    with pytest.raises(Unfit):
        house.office.disable(ada, ada.id, disabled=True)
    with pytest.raises(Unfit):
        house.office.set_roles(ada, ada.id, ["therapist"])


def test_nobody_supervises_themselves_nor_without_the_role(house: House):
    for wrong in (house["Sam"].id, house["Tess"].id):
        with pytest.raises(Unfit):
            house.office.set_supervisors(house["Ada"], house["Sam"].id, [wrong])


def test_the_office_is_for_administrators(house: House):
    for name in ("Toni", "Sam", "Sue"):
        with pytest.raises(NotHere):
            house.office.listed(house[name])


def test_a_key_is_shown_once_and_ends_when_it_says(house: House, clock: Clock):
    toni = house["Toni"]
    key = house.keys.add(toni, "notes", ["plans:read"], 30)
    assert house.keys.who(key) == (toni, frozenset({"plans:read"}))
    assert key not in {token.token_hash for token in house.keys.listed(toni)}
    clock.forward(days=30)
    assert house.keys.who(key) is None


def test_a_revoked_key_is_none(house: House):
    toni = house["Toni"]
    key = house.keys.add(toni, "notes", ["plans:read"], 30)
    number = house.keys.listed(toni)[0].id
    with pytest.raises(NotHere):
        house.keys.revoke(house["Tess"], number)
    house.keys.revoke(toni, number)
    assert house.keys.who(key) is None


def test_the_first_start_makes_one_owner(database: Database, clock: Clock, house: House):
    with database.write() as session:
        for account in session.scalars(select(Account)):
            session.delete(account)
    doors = house.doors
    old, code = doors.new_start_code(), doors.new_start_code()
    with pytest.raises(Unfit):
        doors.start(old, "Olga", "a cup mended with gold", ("therapist",))
    with pytest.raises(Unfit):
        doors.start(code, "Olga", "password", ("therapist",))
    typed = code.upper().replace("-", " ")
    owner = doors.who(doors.start(typed, "Olga", "a cup mended with gold", ("therapist",)))
    assert owner
    assert (owner.therapist, owner.supervisor, owner.administrator) == (True, False, True)
    with pytest.raises(NotHere):
        doors.start(code, "Eve", "a cup mended with gold", ())
    with database.read() as session:
        assert audit(session).bad_row is None
    assert clock() == house.clock()


def test_signing_in_changes_the_cookie_and_signing_out_makes_it_worthless(visit: Visit):
    toni = visit("Toni")
    cookie = toni.client.get_cookie("repair_planner_person")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert toni.get("/plans").status_code == 200
    assert toni.post("/sign-out").status_code == 303
    toni.client.set_cookie("repair_planner_person", cookie.value)
    assert toni.get("/plans").status_code == 303


def test_the_sign_in_page_sends_no_one_elsewhere(visit: Visit):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "/nowhere"):
        sent = {"name": "Toni", "password": PASSWORD, "next": target}
        assert visit().post("/sign-in", sent).headers["Location"] == "/home"
    sent = {"name": "Toni", "password": PASSWORD, "next": "/plans"}
    assert visit().post("/sign-in", sent).headers["Location"] == "/plans"


def test_what_another_site_sent_is_not_carried_past_the_sign_in(house: House, visit: Visit):
    visitor = visit()
    sent = {"version": "1", "words-C2": "Words of someone else"}
    answer = visitor.client.post(
        f"/plans/{house.kept()}/edit", data=sent, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 401
    assert "Words of someone else" not in answer.text


def test_an_invited_person_comes_in_by_the_page(visit: Visit):
    ada = visit("Ada")
    made = ada.post("/people", {"name": "Nia", "roles": "therapist"}).text
    path = made[made.index("/join/") :].partition("<")[0]
    nia = visit()
    assert "Welcome, Nia" in nia.get(path).text
    assert nia.post(path, {"password": "password"}).status_code == 422
    assert nia.post(path, {"password": "a cup mended with gold"}).status_code == 303
    assert nia.get("/plans").status_code == 200
    assert visit().get(path).status_code == 410
