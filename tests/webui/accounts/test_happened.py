"""What is told of one's account at the next sign-in, until it is put away, and on its page."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.webui.support.device import Entrance
from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui.accounts.devices import Browser
from webui.accounts.happened import TOLD
from webui.accounts.recovery import Recovery
from webui.database import history
from webui.database.history import Event
from webui.database.refusals import Unfit
from webui.database.tables import HistoryRow
from webui.show.happened import said
from webui.words.texts import texts

Visit = Callable[..., Visitor]
ROOT = Path(__file__).parents[3]
NEW = "a cup mended with gold"
TITLE = "Since you were last told"
SAYS = {
    "roles": "Ada changed your roles on 2 Mar 2026, 09:00 UTC : you now work as Supervisor.",
    "supervised": "Sam supervises you since 2 Mar 2026, 09:00 UTC , set by Ada",
    "unsupervised": "Sue does not supervise you any more since 2 Mar 2026, 09:00 UTC , set by Ada",
    "supervising": "You supervise Tess since 2 Mar 2026, 09:00 UTC , set by Ada",
    "disabled": "Ada shut you out on 2 Mar 2026, 09:00 UTC",
    "enabled": "Ada let you in again on 2 Mar 2026, 09:00 UTC",
    "key": "A key for programs was made in your name on 2 Mar 2026, 09:00 UTC",
    "revoked": "A key for programs was taken back in your name on 2 Mar 2026, 09:00 UTC",
    "password": "Your password was changed on 2 Mar 2026, 09:00 UTC",
    "everywhere": "You were signed out on every device on 2 Mar 2026, 09:00 UTC",
    "failed": "1 sign-in with your name failed, on 2 Mar 2026, 09:00 UTC",
}
WHOSE = {"roles": "Tess", "supervised": "Tess", "unsupervised": "Sam", "supervising": "Sue"}


def do(house: House, what: str) -> None:
    office, ada, toni, tess = (house.office, house["Ada"], house["Toni"], house["Tess"])
    both = [house["Sam"].id, house["Sue"].id]
    acts: dict[str, Callable[[], object]] = {
        "roles": lambda: office.set_roles(ada, tess.id, ["supervisor"]),
        "supervised": lambda: office.set_supervisors(ada, tess.id, both),
        "supervising": lambda: office.set_supervisors(ada, tess.id, both),
        "unsupervised": lambda: office.set_supervisors(ada, house["Sam"].id, []),
        "disabled": lambda: out_and_in(house),
        "enabled": lambda: out_and_in(house),
        "key": lambda: house.keys.add(toni, "notes", ["plans:read"], 9),
        "revoked": lambda: made_and_revoked(house),
        "password": lambda: house.doors.change_password(toni, PASSWORD, NEW),
        "everywhere": lambda: house.doors.sign_out_everywhere(toni),
        "failed": lambda: refused(house),
    }
    acts[what]()


def out_and_in(house: House) -> None:
    for disabled in (True, False):
        house.office.disable(house["Ada"], house["Toni"].id, disabled=disabled)


def made_and_revoked(house: House) -> None:
    house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    house.keys.revoke(house["Toni"], house.keys.listed(house["Toni"])[0].id)


def refused(house: House) -> None:
    with pytest.raises(Unfit):
        house.doors.sign_in("Toni", "not it")


@pytest.mark.parametrize("what", SAYS)
def test_it_is_told_at_the_next_sign_in_until_it_is_put_away(house: House, visit: Visit, what: str):
    name = WHOSE.get(what, "Toni")
    do(house, what)
    house.clock.forward(hours=1)
    password = NEW if what == "password" else PASSWORD
    someone = visit().sign_in(name, password)
    for _ in range(2):
        page = someone.get("/account").text
        assert TITLE in page
        assert SAYS[what] in read(page)
    upto = re.search(r'name="upto" value="(\d+)"', page)
    assert upto
    someone.post("/account/happened", {"upto": upto[1], "next": "/account"})
    for again in (someone, visit().sign_in(name, password)):
        assert TITLE not in again.get("/account").text
        assert SAYS[what] in read(again.get("/account/happened").text)


def test_who_has_nothing_to_be_told_is_told_nothing(house: House, visit: Visit):
    """One person on a laptop: signs in, makes a plan, changes the password, makes a key."""
    toni = visit("Toni")
    house.clock.forward(minutes=5)
    toni.post("/account/password", {"old": PASSWORD, "password": NEW})
    key = {"label": "x", "scopes": "plans:read", "days": "9", "present": NEW}
    assert toni.post("/account/keys", key).status_code == 200
    for path in ("/account", "/plans", "/"):
        assert TITLE not in toni.get(path).text


def test_failed_sign_ins_are_counted_and_the_last_one_is_named(house: House, visit: Visit):
    for _ in range(3):
        do(house, "failed")
        house.clock.forward(minutes=1)
    toni = visit("Toni")
    told = read(toni.get("/plans").text)
    assert "3 sign-ins with your name failed, the last on 2 Mar 2026, 09:02 UTC" in told


def test_what_came_after_it_was_read_is_still_told(house: House, visit: Visit):
    do(house, "enabled")
    toni = visit("Toni")
    upto = re.search(r'name="upto" value="(\d+)"', toni.get("/account").text)
    assert upto
    house.office.set_roles(house["Ada"], house["Toni"].id, ["therapist", "supervisor"])
    toni.post("/account/happened", {"upto": upto[1]})
    page = read(toni.get("/account").text)
    assert "Ada changed your roles" in page
    assert "let you in again" not in page


def test_what_is_done_in_a_session_cannot_be_put_away_in_it(house: House, visit: Visit):
    """Somebody at Toni's open browser makes a key and tries to hide it."""
    thief = visit("Toni")
    house.clock.forward(minutes=2)
    house.keys.add(house["Toni"], "x", ["plans:read"], 9)
    for upto in ("999999999", "1" * 30, "-1", "x", ""):
        assert thief.post("/account/happened", {"upto": upto}).status_code == 303
    house.clock.forward(hours=1)
    assert "A key for programs was made" in read(visit("Toni").get("/account").text)


def test_what_changes_by_use_alone_is_no_row_and_no_line(house: House, visit: Visit):
    do(house, "enabled")
    toni = visit("Toni")
    with house.database.read() as session:
        before = session.scalars(select(HistoryRow.action)).all()
    toni.post("/account/happened", {"upto": "999"})
    assert TITLE not in toni.get("/account").text
    with house.database.read() as session:
        assert session.scalars(select(HistoryRow.action)).all() == before
    assert "Changed" not in toni.get("/account/happened").text


def test_a_used_recovery_code_and_a_factor_taken_away_by_a_link_are_told(
    house: House, visit: Visit, clock: Clock
):
    _secret, codes = Entrance(house).with_app()
    toni = visit()
    toni.post("/sign-in", {"name": "Toni", "password": PASSWORD})
    toni.post("/sign-in/factor", {"code": codes[0]})
    clock.forward(minutes=1)
    link = Recovery(house.database, clock).link("Toni", without_second_factor=True)
    house.doors.accept(link.secret, NEW)
    clock.forward(minutes=1)
    back = visit()
    back.post("/sign-in", {"name": "Toni", "password": NEW})
    page = read(back.get("/account").text)
    assert "A recovery code was used in place of your second factor on 2 Mar 2026" in page
    assert "made a link on 2 Mar 2026" in page
    assert "The link by which your account can be recovered was used on 2 Mar" in page
    assert "A second factor was removed from your account on 2 Mar 2026" in page


def test_putting_away_leads_nowhere_else(visit: Visit):
    toni = visit("Toni")
    for elsewhere in ("https://evil.example/", "//evil.example", "/nowhere", ""):
        answer = toni.post("/account/happened", {"upto": "1", "next": elsewhere})
        assert answer.headers["Location"] == "/account/happened"
    answer = toni.post("/account/happened", {"upto": "1", "next": "/plans"})
    assert answer.headers["Location"] == "/plans"


def test_nothing_is_told_of_others_nor_to_those_who_are_not_signed_in(house: House, visit: Visit):
    do(house, "enabled")
    tess = visit("Tess")
    for page in (
        tess.get("/account").text,
        tess.get("/account/happened").text,
        visit().get("/").text,
    ):
        assert "shut you out" not in page


def test_everything_that_is_told_has_words(house: House, visit: Visit):
    """Also what other parts write: a second factor, a recovery, a restored backup."""
    known = texts()
    for action in TOLD - {"sign_in_failed"}:
        assert f"happened_{action}" in known, action
    with house.database.write() as session:
        for action in sorted(TOLD):
            event = Event(action, f"account-{house['Toni'].id}")
            history.record(session, house.clock(), None, event)
    page = read(visit("Toni").get("/account/happened").text)
    assert "A second factor was removed from your account" in page
    assert "Somebody on the machine where Repair Planner runs made a link" in page
    assert "And " in read(visit("Toni").get("/account").text)


def test_what_happened_more_than_ninety_days_ago_is_not_told(house: House, visit: Visit):
    do(house, "enabled")
    house.clock.forward(days=91)
    toni = visit("Toni")
    assert TITLE not in toni.get("/account").text
    assert "shut you out" not in toni.get("/account/happened").text


def test_failures_elsewhere_are_all_told_to_who_signs_in_where_they_did_before(house: House):
    """A guesser's are written at the 1st and 10th, the others when their person comes in."""
    first = Browser("198.51.100.7", next_device="first")
    house.doors.sign_in("Toni", PASSWORD, first)
    house.clock.forward(hours=1)
    total = 0
    for tried, came in ((4, "first"), (9, "second"), (0, "third")):
        for number in range(tried):
            with pytest.raises(Unfit):
                house.doors.sign_in("Toni", "not it", Browser(f"10.0.{total}.{number}"))
            house.clock.forward(minutes=1)
        total += tried
        mine = Browser(
            "198.51.100.7", device=came, next_device={"first": "second"}.get(came, "third")
        )
        secret = house.doors.sign_in("Toni", PASSWORD, mine)
        (told,) = (one for one in house.happened.news(secret) if one.action == "sign_in_failed")
        assert told.times == total
    (row,) = (one for one in house.happened.listed(house["Toni"]) if one.action == "sign_in_failed")
    assert (row.times, row.at.minute) == (13, 12)


@pytest.mark.parametrize("without", [False, True])
def test_a_recovered_account_tells_who_made_the_link_and_that_it_was_used_and_its_keys_ended(
    house: House, visit: Visit, *, without: bool
):
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    link = Recovery(house.database, house.clock).link("Toni", without_second_factor=without)
    house.clock.forward(minutes=1)
    secret = house.doors.accept(link.secret, NEW)
    assert house.keys.who(key) is None
    assert {one.action for one in house.happened.news(secret)} >= {"recovered", "recovery_link"}
    page = read(visit().sign_in("Toni", NEW).get("/account/happened").text)
    for words in (
        "on the machine where Repair Planner runs made a link",
        "was used on 2 Mar 2026",
        "Your keys for programs ended",
    ):
        assert words in page


def written() -> set[str]:
    """The codes of all that the program writes about an account, as its code has them."""
    codes: set[str] = set()
    for path in sorted((ROOT / "webui").glob("**/*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(call, "func", None)
            called = getattr(name, "attr", getattr(name, "id", ""))
            if isinstance(call, ast.Call) and called in {"Event", "_note", "_did"}:
                codes |= {
                    one.value
                    for part in call.args
                    for one in ast.walk(part)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    if re.fullmatch("[a-z]+_[a-z_]+", one.value)
                }
    return codes


def test_whatever_is_written_of_an_account_has_a_text_there():
    """`elsewhere` are the site's, a plan's or a key's, and details."""
    elsewhere = {
        "contacts_changed", "first_day_put_away", "history_replaced", "clock_set_back", "key_ended",
        "key_changed", "keys_forgotten", "notes_changed", "review_draft", "taken_back",
        "sealed_anew", "without_second_factor",
    }  # fmt: skip
    told = {one for one in written() - elsewhere if not said_of(one)}
    assert told == set()


def said_of(action: str) -> bool:
    return any(f"happened_{action}{form}" in texts() for form in ("", "_one"))


def test_after_a_backup_was_put_back_everyone_is_told_and_what_stayed_as_it_was(house: House):
    with house.database.write() as session:
        subject, at = f"account-{house['Toni'].id}", house.clock()
        history.record(session, at, None, Event("roles_changed", subject, detail="restored"))
        history.record(session, at, None, Event("restored", detail="a digest"))
    house.clock.forward(minutes=1)
    told = {
        name: [read(said(one)) for one in house.happened.news(house.doors.sign_in(name, PASSWORD))]
        for name in ("Toni", "Tess")
    }
    whole = "A backup was put in place of everything on 2 Mar 2026, 09:00 UTC"
    assert [one.startswith(whole) for one in told["Toni"]] == [True, True]
    assert "Roles that were taken from you after it was made stay taken." in told["Toni"][1]
    assert len(told["Tess"]) == 1
