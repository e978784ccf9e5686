"""Whoever owns the database can change all of it; what they forge is found, and named."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from sqlalchemy import Connection, delete, text, update

from tests.support.long import times
from tests.webui.support.device import Entrance
from tests.webui.support.forging import KINDS, Forged, Forger
from tests.webui.support.people import PASSWORD, House
from tests.webui.support.visiting import Visitor
from webui.database.account_tables import Account, Supervision
from webui.database.audit.auditing import Examined, examined, looked_at
from webui.database.refusals import Altered, Refusal
from webui.register.outcomes import Report
from webui.register.steps import Edit

Visit = Callable[..., Visitor]
FORGERIES = times(1, 84)
"""Of each kind."""


@pytest.fixture
def lived_in(house: House) -> House:
    """A house with plans in several states, a decision with words, an outcome and a key."""
    approved, _waiting, draft = (
        house.submitted(),
        house.submitted(case="K-2"),
        house.kept(case="K-3"),
    )
    house.decide(approved, text="As it stands.")
    house.keeping.edit(house["Toni"], draft, 1, {"C2": Edit(words="I kept you waiting.")})
    house.afterwards.add(house["Toni"], approved, Report(tried="yes", said=["C2"], landed="eased"))
    house.keys.add(house["Toni"], "calendar", ["plans:read"], 30)
    return house


ADDED = (
    "INSERT INTO decisions "
    "(id, plan_id, version, content_hash, edition, author_id, kind, text, at) "
    "SELECT 9000, plan_id, version, content_hash, edition, author_id, kind, text, at FROM decisions"
)


@contextmanager
def owner(house: House) -> Iterator[Connection]:
    """Whatever is done here stays, as nothing guards against the owner."""
    with house.database.engine.begin() as connection:
        yield connection


def named(found: Examined, forged: Forged) -> bool:
    """Whether an audit says what was forged."""
    if forged.row:
        return found.chain.bad_row == forged.row
    return any(
        line.startswith(f"{forged.subject}:") and forged.words in line for line in found.findings
    )


def test_what_nobody_forged_is_whole(lived_in: House):
    found = examined(lived_in.database)
    assert (found.findings, found.chain.bad_row) == ([], None)


@pytest.mark.parametrize("forge", KINDS, ids=lambda forge: forge.__name__)
def test_each_forgery_is_found_and_named(lived_in: House, forge: Callable[[Forger], Forged]):
    """Each is undone again, and then all is whole."""
    chance = random.Random(forge.__name__)
    for _ in range(FORGERIES):
        with lived_in.database.read() as session:
            forged = forge(Forger(session.connection(), chance))
            found = looked_at(session)
            session.rollback()
        assert named(found, forged), (forged, found)
    assert examined(lived_in.database).whole


def test_a_chain_that_was_written_anew_has_no_seals(lived_in: House):
    """Guards dropped, readings deleted, the approver changed, all hashes computed anew."""
    with owner(lived_in) as connection:
        forger = Forger(connection, random.Random(1))
        first = forger.some("SELECT min(id) AS id FROM history WHERE action = 'read'")["id"]
        forger.run("DELETE FROM history WHERE action = 'read'")
        forger.run("UPDATE history SET actor = 5 WHERE action = 'approve'")
        forger.chained()
    found = examined(lived_in.database)
    assert found.chain.bad_row == first
    assert "seal" in found.chain.why


def test_words_that_were_written_over_are_shown_nowhere(lived_in: House, visit: Visit):
    """Neither on the plan's page nor in the room, on the sheet, to a reviewer or a program."""
    house, toni, sam = lived_in, visit("Toni"), visit("Sam")
    [approved] = [one.ref for one in house.keeping.listed(house["Toni"], "approved")]
    key = house.keys.add(house["Toni"], "calendar", ["plans:read"], 30)
    pages = [
        f"/plans/{approved}{end}" for end in ("", "/versions/1", "/room", "/sheet", "/history")
    ]
    pages += [f"/plans/{approved}/case", f"/plans/{approved}/case.json"]
    before = {page: toni.get(page).status_code for page in pages}
    with owner(house) as connection:
        forger = Forger(connection, random.Random(2))
        forger.run("UPDATE versions SET steps_json = replace(steps_json, 'I', 'We')")
    for page in pages:
        answer = toni.get(page)
        assert (answer.status_code, before[page]) in ((409, 200), (404, 404)), page
        if answer.status_code == 409:
            assert "repair-planner audit" in answer.text
            assert approved not in answer.text.replace(f'href="/plans/{approved}"', "")
    assert sam.get(f"/plans/{approved}").status_code == 409
    program = visit().client.get(
        f"/api/v1/kept-plans/{approved}", headers={"Authorization": f"Bearer {key}"}
    )
    assert (program.status_code, program.mimetype) == (409, "application/problem+json")
    assert sum(status == 200 for status in before.values()) >= 4
    assert "version 1" in str(examined(house.database).findings)


@pytest.mark.parametrize(
    "statement",
    [
        ADDED,
        "UPDATE decisions SET author_id = author_id - 1",
        "UPDATE plans SET owner_id = 2, state = 'approved'",
        "UPDATE versions SET author_id = author_id + 1",
        "UPDATE outcomes SET tried = 'no'",
        "DELETE FROM decisions",
        "DELETE FROM bound_states",
    ],
)
def test_a_plan_that_is_not_as_the_history_says_is_neither_shown_nor_changed(
    lived_in: House, statement: str
):
    house = lived_in
    [approved] = [one.ref for one in house.keeping.listed(house["Toni"], "approved")]
    with owner(house) as connection:
        connection.execute(text(statement))
    holder = house["Tess"] if "owner_id" in statement else house["Toni"]
    for deed in (
        lambda: house.keeping.open(holder, approved),
        lambda: house.keeping.use(holder, approved),
        lambda: house.looking.decisions(holder, approved),
        lambda: house.cases.exported(holder, approved),
        lambda: house.keeping.reopen(holder, approved, 1),
        lambda: house.cases.erase(holder, approved, "K-114"),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.status == 409
    assert not examined(house.database).whole


def test_a_role_that_was_written_in_opens_nothing(lived_in: House, visit: Visit):
    toni = visit("Toni")
    assert toni.get("/plans").status_code == 200
    with owner(lived_in) as connection:
        connection.execute(text("UPDATE accounts SET administrator = true WHERE name = 'Toni'"))
    for page in ("/people", "/plans", "/account"):
        assert toni.get(page).status_code == 409
    assert toni.get("/").status_code == 200
    with pytest.raises(Altered, match="administrator was changed"):
        lived_in.doors.sign_in("Toni", "a bowl mended with gold")
    number = lived_in["Toni"].id
    assert f"account-{number}: administrator was changed" in examined(lived_in.database).findings


def test_a_supervision_key_or_invitation_that_was_written_in_opens_nothing(lived_in: House):
    house = lived_in
    secret = house.keys.add(house["Tess"], "calendar", ["plans:read"], 30)
    _number, link = house.office.add(house["Ada"], "Mia", ["therapist"])
    waiting = house.submitted(case="K-9")
    tess, toni, sam = house["Tess"].id, house["Toni"].id, house["Sam"].id
    with owner(house) as connection:
        connection.execute(
            text("UPDATE tokens SET account_id = :toni WHERE account_id = :tess"),
            {"toni": toni, "tess": tess},
        )
        connection.execute(text("UPDATE invitations SET account_id = :sam"), {"sam": sam})
    with pytest.raises(Altered):
        house.keys.who(secret)
    with pytest.raises(Altered):
        house.doors.accept(link, "a bowl mended with gold")
    house.keeping.open(house["Sue"], waiting)
    with owner(house) as connection:
        connection.execute(text("DELETE FROM supervision WHERE supervisor_id = :sam"), {"sam": sam})
    with pytest.raises(Altered):
        house.keeping.open(house["Sue"], waiting)


def test_what_was_forged_is_not_bound_by_the_next_change(lived_in: House):
    """Else an honest deed would make it true."""
    number = lived_in["Tess"].id
    with owner(lived_in) as connection:
        connection.execute(
            text("UPDATE accounts SET supervisor = true WHERE id = :id"), {"id": number}
        )
    with pytest.raises(Altered):
        lived_in.office.disable(lived_in["Ada"], number, disabled=True)
    with pytest.raises(Altered), lived_in.database.write() as session:
        session.get_one(Account, number).name = "Tessa"
    with pytest.raises(Altered), lived_in.database.write() as session:
        session.execute(update(Account).values(name="Tessa"))


def test_a_change_that_nobody_recorded_gets_a_row_of_its_own(house: House):
    """Rows that are added, changed and deleted, one by one and many at once."""
    number, length = house["Tess"].id, examined(house.database).chain.length
    with house.database.write() as session:
        session.get_one(Account, number).name = "Tessa"
    with house.database.write() as session:
        session.execute(update(Account).where(Account.id == number).values(disabled=True))
    with house.database.write() as session:
        session.execute(delete(Supervision))
    found = examined(house.database)
    assert (found.findings, found.chain.length) == ([], length + 3)


def test_a_session_that_was_written_in_or_given_to_another_lets_nobody_in(house: House):
    """Of a session the database holds only what the key outside it made."""
    own, known = house.doors.sign_in("Tess", PASSWORD), "a secret that the forger chose"
    toni = house["Toni"].id
    plain = sha256(known.encode()).hexdigest()
    with owner(house) as connection:
        connection.execute(
            text(
                "INSERT INTO sessions (id_hash, account_id, began_at, seen_at, half) "
                "SELECT :plain, :toni, began_at, seen_at, false FROM sessions"
            ),
            {"plain": plain, "toni": toni},
        )
    assert house.doors.who(known) is None
    with owner(house) as connection:
        connection.execute(text("UPDATE sessions SET account_id = :toni"), {"toni": toni})
    assert house.doors.who(own) is None
    assert house.doors.who(f"{toni}-{own.partition('-')[2]}") is None


def test_half_a_session_is_made_whole_by_nobody_who_only_has_the_database(house: House):
    entrance = Entrance(house)
    entrance.with_app("Toni")
    half = house.doors.sign_in("Toni", PASSWORD)
    with owner(house) as connection:
        connection.execute(text("UPDATE sessions SET half = false, confirmed_at = began_at"))
    assert house.doors.who(half) is None
    assert house.doors.who(half.removeprefix("half-")) is None
