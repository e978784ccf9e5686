"""What people typed is sealed at rest: no file holds it, and no value opens in another's place."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from tests.support.long import times
from tests.webui.support.people import House
from tests.webui.support.sealed import (
    CODE,
    PLAIN,
    WORD,
    columns,
    everything,
    in_files,
    put,
    raw,
    tamper,
    typed_everywhere,
)
from webui.database import history
from webui.database.audit import binding
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.refusals import Altered, NotOpened
from webui.database.sealed import keys as outside
from webui.database.sealed.at_rest import Box, Storage
from webui.database.sealed.key_tables import CaseKey
from webui.database.sealed.keys import Keys
from webui.database.sealed.sealed_columns import SealedRow, plain
from webui.database.sealed.sealing_rows import rewrap, still_needed
from webui.database.sealed.wiping import PLAIN_LEFT
from webui.database.tables import (
    Comment,
    Decision,
    KeptPlan,
    Outcome,
    ReviewDraft,
    Setting,
    Version,
)
from webui.database.upgrade import change, prepare

ROWS: tuple[type[SealedRow], ...] = (KeptPlan, Version, Decision, Comment, ReviewDraft, Outcome)
SECRET = b"s" * 32


def test_every_column_that_is_sealed_holds_nothing_of_what_was_typed(house: House) -> None:
    typed_everywhere(house)
    told: set[tuple[str, str]] = set()
    with house.database.read() as session:
        for kind in ROWS:
            for row in session.scalars(select(kind)).unique():
                sealed = {one.name: getattr(row, one.name) for one in row.sealed_columns()}
                found = {name for name, value in sealed.items() if WORD in json.dumps(value)}
                told |= {(kind.__tablename__, name) for name in found}
    assert told == set(columns())
    with house.database.engine.connect() as connection:
        for place in columns():
            assert all(WORD not in value for value in raw(connection, *place).values())
    assert {one for one in columns() if one[0] == "versions"} == {
        ("versions", "plan_json"),
        ("versions", "steps_json"),
    }


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_what_is_sealed_opens_in_its_place_alone(told: str, place: str, other: str) -> None:
    sealed = Box(SECRET).seal(told, place)
    assert Box(SECRET).open(sealed, place) == told
    assert len(told) < 4 or told not in sealed
    assert sealed != Box(SECRET).seal(told, place)
    for box, where in ((Box(b"t" * 32), place), (Box(SECRET), f"{place}{other}.")):
        with pytest.raises(NotOpened):
            box.open(sealed, where)


@given(st.data())
def test_a_sealed_value_of_which_anything_was_changed_is_refused(data: st.DataObject) -> None:
    sealed = Box(SECRET).seal("I kept you waiting.", "here")
    at = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters().filter(lambda one: one != sealed[at]))
    for bad in (sealed[:at] + other + sealed[at + 1 :], sealed[:at], f"{sealed}{other}", None, 7):
        with pytest.raises(NotOpened):
            Box(SECRET).open(bad, "here")


def test_two_sealed_values_put_in_each_others_place_are_refused(house: House) -> None:
    """They are of one case, so that both are sealed with one key."""
    typed_everywhere(house)
    for place in columns():
        with house.database.engine.connect() as connection:
            (one, first), (other, second), *_ = raw(connection, *place).items()
        assert opened(house.database, place, one)
        put(house.database, place, one, second)
        put(house.database, place, other, first)
        for key in (one, other):
            with pytest.raises(NotOpened):
                opened(house.database, place, key)
        put(house.database, place, one, first)
        assert opened(house.database, place, one)


def opened(database: Database, place: tuple[str, str], key: tuple[Any, ...]) -> Any:
    """What one column of one row says."""
    kind = next(one for one in ROWS if one.__tablename__ == place[0])
    with database.read() as session:
        row = session.get_one(kind, key)
    return getattr(row, place[1])


def test_a_plan_given_to_another_case_is_refused(house: House) -> None:
    ref = house.kept()
    house.kept(case="K-2")
    tamper(house.database, "UPDATE plans SET key_id = 3 - key_id")
    with pytest.raises(Altered):
        house.keeping.open(house["Toni"], ref)
    tamper(house.database, "UPDATE plans SET key_id = 3 - key_id")
    tamper(house.database, "UPDATE case_keys SET mark = 'other' WHERE id = 1")
    with pytest.raises(Altered):
        house.keeping.open(house["Toni"], ref)


def test_sqlite_holds_whatever_was_put_there_and_none_of_it_is_a_crash(
    kind: str, house: House
) -> None:
    if kind != "sqlite":
        pytest.skip("PostgreSQL's columns hold what they say")
    ref = house.kept()
    for bad in ("x'00ff'", "7", "1.5", "''", "'é'", "char(0)"):
        tamper(house.database, f"UPDATE versions SET plan_json = {bad}")  # noqa: S608 - the list above
        with pytest.raises(NotOpened):
            house.keeping.open(house["Toni"], ref)


def test_a_case_has_one_key_and_a_plan_without_a_code_its_own(house: House) -> None:
    for code in ("K-1", "K-1", "K-2"):
        house.keeping.keep(house["Toni"], house.plan(case=code, session=len(code)))
    house.kept(case="K-1", session=9)
    house.kept("Tess", case="K-1")
    for minutes in (5, 6):
        late = [{"kind": "lateness", "who": "therapist", "minutes": minutes}]
        house.kept(case=None, ruptures=late)
    with house.database.read() as session:
        found = session.execute(select(KeptPlan.key_id, func.count()).group_by(KeptPlan.key_id))
        assert sorted(count for _key, count in found) == [1, 1, 1, 1, 2]
        marks = session.scalars(select(CaseKey.mark)).all()
    assert len(set(filter(None, marks))) == 3
    assert marks.count(None) == 2


def test_two_that_begin_a_case_at_once_have_one_key(house: House) -> None:
    plans = [house.plan(case="K-9", session=number) for number in range(1, 7)]
    together = Barrier(len(plans))

    def keep(number: int) -> str:
        together.wait(30)
        return house.keeping.keep(house["Toni"], plans[number])

    with ThreadPoolExecutor(len(plans)) as pool:
        refs = list(pool.map(keep, range(len(plans))))
    assert len(house.cases.open(house["Toni"], refs[0]).plans) == len(plans)


def test_rows_read_in_one_transaction_open_after_it(house: House) -> None:
    ref = typed_everywhere(house)
    kept = house.keeping.listed(house["Toni"])[0]
    assert (kept.case_code, kept.kinds) == (CODE, "lateness")
    made = house.looking.decisions(house["Toni"], ref)
    assert [len(one.comments) for one in made] == [0, 2]
    assert WORD in made[1].comments[0].text
    assert all(WORD in one.response for one in house.afterwards.of_plan(house["Toni"], ref))
    assert WORD in house.reviewing.open(house["Sam"], house.submitted(notes=WORD))[0].notes


def test_an_export_holds_every_column_opened_and_nothing_that_only_seals(house: House) -> None:
    ref = typed_everywhere(house)
    told = house.cases.exported(house["Toni"], ref)
    assert str(told).count(WORD) > 10
    assert not {"key_id", "listed"} & told["plans"][0].keys()
    assert not [key for key in told["plans"][0] if key.startswith("_")]
    with house.database.read() as session:
        assert "wrapped" in plain(session.scalars(select(CaseKey)).one())


def test_one_plan_that_cannot_be_opened_takes_no_list_with_it(house: House, visit: Any) -> None:
    bad, good = typed_everywhere(house), house.submitted(case="K-2")
    house.keeping.withdraw(house["Toni"], bad, 3)
    with house.database.engine.connect() as connection:
        number, *_ = raw(connection, "plans", "listed")
    put(house.database, ("plans", "listed"), number, "spoiled")
    toni = visit("Toni")
    page = toni.get("/plans")
    assert page.status_code == 200
    assert "Cannot be opened" in page.text
    assert "K-2" in page.text
    assert toni.get("/trends").status_code == 200
    with house.database.engine.connect() as connection:
        plan, *_ = raw(connection, "versions", "steps_json")
    tamper(house.database, "UPDATE versions SET steps_json = 'spoiled' WHERE plan_id = 1")
    assert toni.get("/trends").status_code == 200
    page = toni.get(f"/plans/{bad}")
    assert page.status_code == 409
    assert "neither shown nor used" in page.text
    assert WORD not in page.text
    assert "Go to the plan as it is now" not in page.text
    assert toni.get(f"/plans/{good}").status_code == 200
    assert visit("Sam").get("/queue").status_code == 200
    assert plan == (1, 1)


def test_another_key_opens_nothing_and_says_so(house: House) -> None:
    ref = house.kept()
    other = other_keys(house, Keys((outside.new_key(),), "elsewhere"))
    with pytest.raises(Altered):  # the history says first that it was sealed by another key
        other.keeping.open(house["Toni"], ref)
    with other.database.read() as session, pytest.raises(NotOpened):
        str(session.scalars(select(Version)).one().plan_json)
    assert other.keeping.listed(house["Toni"])[0].opens is False
    other.database.close()


def other_keys(house: House, keys: Keys) -> House:
    """The same house with other keys outside its database."""
    address = house.database.url.render_as_string(hide_password=False)
    made = House.__new__(House)
    made.__dict__.update(house.__dict__)
    for name in ("keeping", "reviewing", "looking", "afterwards", "cases", "counting"):
        made.__dict__.pop(name, None)
    made.database = Database(address, keys=keys)
    return made


def test_a_key_that_was_replaced_is_needed_no_more_once_all_is_wrapped_anew(house: House) -> None:
    ref, alone = typed_everywhere(house), house.kept(case=None)
    house.cases.retain(house["Toni"], ref, "2199-01-01")
    before, new = everything(house.database), outside.new_key()
    both = other_keys(house, Keys((new, *house.database.keys.all), "here"))
    twice = both.plan(case=CODE, notes="Before")
    early = both.keeping.keep(house["Toni"], twice)
    with both.database.write() as session:
        assert set(still_needed(session)) == {one.id for one in both.database.keys.all[1:]}
        assert rewrap(session, both.database.keys) == 2
        assert rewrap(session, both.database.keys) == 0
        assert still_needed(session) == [new.id]
        binding.take_as_it_is(session)
        history.record(session, house.clock(), None, Event("key_changed"))
    only = other_keys(house, Keys((new,), "here"))
    assert only.keeping.open(house["Toni"], alone).kept.opens
    later = only.kept(case=CODE, notes="Later")
    case = only.cases.open(house["Toni"], later)
    assert {kept.ref for kept in case.plans} >= {ref, early, later}
    assert case.retain_until
    assert WORD in only.keeping.open(house["Toni"], ref).content.plan_json
    with pytest.raises(Altered):
        house.keeping.open(house["Toni"], ref)
    assert before != everything(house.database)
    for one in (both, only):
        one.database.close()


def test_a_draft_is_known_again_by_its_mark_and_no_hash_of_its_answers_stands_there(
    house: House,
) -> None:
    ref = house.kept()
    new = other_keys(house, Keys((outside.new_key(), *house.database.keys.all), "here"))
    assert house.kept() == new.kept() == ref
    with house.database.read() as session:
        mark = session.scalars(select(KeptPlan.draft_key)).one()
    storage = Storage(house.database.keys)
    assert mark
    assert mark != storage.mark("draft", house["Tess"].id, house.plan().to_json())
    new.database.close()


def plain_left(house: House) -> bool:
    """Whether the database says that its pages may still hold what was plain."""
    with house.database.read() as session:
        return session.get(Setting, PLAIN_LEFT) is not None


@pytest.mark.slow
def test_a_database_of_the_version_before_is_sealed_and_nothing_plain_is_left(house: House) -> None:
    ref = typed_everywhere(house, PLAIN)
    before = house.cases.exported(house["Toni"], ref)
    change(house.database, "0012", down=True)
    with house.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT code FROM case_files")) == f"K-{PLAIN}"
    assert in_files(house.database, PLAIN)
    end = monotonic() + 60
    prepare(house.database)
    while plain_left(house):  # PostgreSQL reads by itself now and then, and the next start goes on
        assert monotonic() < end
        prepare(house.database)
    left = [one for one in in_files(house.database, PLAIN) if len(one) != 24]
    assert left == []  # PostgreSQL's own log, whose names are that long, is not ours
    assert PLAIN not in everything(house.database)
    after = house.cases.exported(house["Toni"], ref)
    assert after["plans"][0]["versions"] == before["plans"][0]["versions"]
    assert house.cases.open(house["Toni"], ref).retain_until
    with house.database.read() as session:
        assert session.get(Setting, PLAIN_LEFT) is None


def test_what_could_not_be_wiped_is_wiped_at_the_next_start(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_everywhere(house, PLAIN)
    change(house.database, "0012", down=True)
    with monkeypatch.context() as patched:
        patched.setattr("webui.database.sealed.wiping.wipe", lambda _engine: False)
        prepare(house.database)
    with house.database.read() as session:
        assert session.get(Setting, PLAIN_LEFT)
    prepare(house.database)
    with house.database.read() as session:
        assert session.get(Setting, PLAIN_LEFT) is None


def test_sealing_finds_every_plan_however_many_there_are(house: House) -> None:
    number = times(3, 250)
    refs = [
        house.kept(case=f"K-{one}" if one % 3 else None, notes=f"{one}") for one in range(number)
    ]
    change(house.database, "0012", down=True)
    with house.database.engine.connect() as connection:
        codes = connection.execute(text("SELECT case_code, first_words FROM plans")).all()
    assert all(row.first_words for row in codes)
    prepare(house.database)
    for one, ref in enumerate(refs):
        found = house.keeping.open(house["Toni"], ref)
        assert (found.notes, found.kept.case_code) == (f"{one}", f"K-{one}" if one % 3 else None)
