"""Restoring: what comes back and what must not, what it writes of itself, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests.support.command import called
from tests.webui.database.test_older_backup import lines_at, written
from tests.webui.support.people import PASSWORD, House
from webui.accounts.first_start import CODE
from webui.database.account_tables import Account, Attempt, Invitation, SignIn, Supervision, Token
from webui.database.backups import backup_rows
from webui.database.backups.backup import backup, digest_of
from webui.database.backups.backup_file import Damaged
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.refusals import NotHere, Refusal
from webui.database.tables import HistoryHead, HistoryRow, Setting
from webui.database.upgrade import prepare

Row = dict[str, Any]
SIGNING = "secret_key"
"""A setting of one database: what signed its forms."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "all.backup"


def account(house: House, name: str) -> Account:
    with house.database.read() as session:
        return session.get_one(Account, house[name].id)


def last_rows(house: House, number: int) -> list[HistoryRow]:
    with house.database.read() as session:
        assert audit(session).bad_row is None
        last = select(HistoryRow).order_by(HistoryRow.id.desc()).limit(number)
        return list(session.scalars(last))[::-1]


def test_it_writes_from_which_backup_and_which_history_it_replaced(
    house: House, file: Path
) -> None:
    house.submitted()
    digest = backup(house.database, file)
    house.submitted(case="K-later")
    with house.database.read() as session:
        head = session.get_one(HistoryHead, 1)
    house.clock.forward(hours=1)
    done = restore(house.database, file, house.clock())
    restored, replaced = last_rows(house, 2)
    assert (restored.action, restored.detail, restored.actor) == ("restored", digest, None)
    assert done.digest == digest
    assert restored.at.startswith(house.clock().date().isoformat())
    assert (replaced.action, replaced.version, replaced.detail) == (
        "history_replaced",
        head.length,
        head.hash,
    )


def test_no_session_key_invitation_attempt_or_start_code_comes_back(
    house: House, file: Path
) -> None:
    revoked = house.keys.add(house["Toni"], "revoked", ["plans:read"], 30)
    kept = house.keys.add(house["Toni"], "kept", ["plans:read"], 30)
    session_of_toni = house.doors.sign_in("Toni", PASSWORD)
    number, invitation = house.office.add(house["Ada"], "Ines", ["therapist"])
    with pytest.raises(Refusal):
        house.doors.sign_in("Tess", "not her password")
    with house.database.write() as session:
        session.merge(Setting(name=CODE, value="an old start code"))
        session.merge(Setting(name=SIGNING, value="of then"))
    backup(house.database, file)
    house.keys.revoke(house["Toni"], house.keys.listed(house["Toni"])[1].id)
    with house.database.write() as session:
        session.delete(session.get_one(Setting, CODE))
        signing = session.get_one(Setting, SIGNING)
        signing.value = "drawn anew since"
    restore(house.database, file)
    assert [house.keys.who(one) for one in (revoked, kept)] == [None, None]
    assert house.doors.who(session_of_toni) is None
    with pytest.raises(NotHere):
        house.doors.invited(invitation)
    with house.database.read() as session:
        for table in (SignIn, Token, Invitation, Attempt):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.get(Setting, CODE) is None
        assert session.get_one(Setting, SIGNING).value == "drawn anew since"
        assert session.get(Account, number) is not None


def test_what_was_taken_from_someone_stays_taken(house: House, file: Path) -> None:
    house.office.set_roles(house["Ada"], house["Tess"].id, ["therapist", "administrator"])
    backup(house.database, file)
    ada, number = house["Ada"], {name: one.id for name, one in house.staff.items()}
    house.office.disable(ada, number["Sue"], disabled=True)
    house.office.set_roles(ada, number["Tess"], ["therapist"])
    house.office.set_supervisors(ada, number["Toni"], [])
    house.doors.change_password(house["Sam"], PASSWORD, "quite another bowl of lead")
    house.office.add(ada, "Nora", ["therapist"])
    done = restore(house.database, file)
    assert account(house, "Sue").disabled
    assert account(house, "Tess").roles == ("therapist",)
    with house.database.read() as session:
        pairs = session.scalars(select(Supervision)).all()
        assert [(one.supervisor_id, one.therapist_id) for one in pairs] == [
            (number["Sue"], number["Sam"])
        ]
        rows = session.scalars(select(HistoryRow).where(HistoryRow.detail == "restored"))
        told = {(one.action, one.subject) for one in rows}
    assert told == {
        ("disabled", f"account-{number['Sue']}"),
        ("roles_changed", f"account-{number['Tess']}"),
        ("supervisors_changed", f"account-{number['Toni']}"),
        ("password_changed", f"account-{number['Sam']}"),
    }
    assert house.doors.sign_in("Sam", "quite another bowl of lead")
    with pytest.raises(Refusal):
        house.doors.sign_in("Sam", PASSWORD)
    assert (set(done.kept), done.gone) == ({"Sue", "Tess", "Toni", "Sam"}, ("Nora",))
    assert done.administered


def test_an_empty_database_takes_everything_that_lasts(
    house: House, file: Path, empty: Callable[[], str]
) -> None:
    ref = house.submitted()
    with house.database.write() as session:
        session.merge(Setting(name=SIGNING, value="of there"))
    backup(house.database, file)
    address = empty()
    done = called(["restore", str(file)], {"DATABASE_URL": address})
    assert (done.returncode, done.stderr) == (0, "")
    assert "stays so" not in done.stdout
    with closing(Database(address)) as database, database.read() as session:
        assert session.scalar(text("SELECT ref FROM plans")) == ref
        assert "of there" not in session.scalars(select(Setting.value)).all()


def broken(house: House, statement: str) -> None:
    """Change the history as somebody with the database in hand can."""
    on = "" if house.database.is_sqlite else " ON history"
    names = (
        ("history_no_update", "history_no_delete")
        if house.database.is_sqlite
        else ("history_guard",)
    )
    with house.database.engine.begin() as direct:
        for name in names:
            direct.execute(text(f"DROP TRIGGER {name}{on}"))
        direct.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET action = 'approve' WHERE id = 2",
        "DELETE FROM history WHERE id = (SELECT max(id) FROM history)",
    ],
)
def test_a_backup_whose_history_is_broken_is_refused(
    house: House, file: Path, statement: str, empty: Callable[[], str]
) -> None:
    house.submitted()
    other = House(prepared(empty()), house.clock, house.planner, house.passwords)
    other.kept()
    before = digest_of(other.database)
    broken(house, statement)
    backup(house.database, file)
    with pytest.raises(Damaged, match=r"Row \d+ of its history"):
        restore(other.database, file)
    assert digest_of(other.database) == before
    other.database.close()


def prepared(address: str) -> Database:
    database = Database(address)
    prepare(database)
    return database


def lines_of(directory: Path) -> list[tuple[str, Row]]:
    """What a backup of before there were seals holds, as an attacker could write it down."""
    return [backup_rows.read(line) for line in lines_at("0010", directory)]


def unsealed(rows: Iterable[tuple[str, Row]]) -> bytes:
    return written(backup_rows.line(name, row) for name, row in rows)


def reworded(name: str, row: Row) -> Row:
    if name == "versions" and row["steps_json"] != "[]":
        steps = json.loads(row["steps_json"])
        steps[0]["words"] = "Words that nobody approved."
        row = {**row, "steps_json": json.dumps(steps)}
    return row


def other_decision(name: str, row: Row) -> Row:
    return {**row, "content_hash": "0" * 64} if name == "decisions" else row


def other_line(name: str, row: Row) -> Row:
    return {**row, "actor": 99} if name == "history" and row["id"] == 2 else row


def other_head(name: str, row: Row) -> Row:
    return {**row, "length": row["length"] - 1} if name == "history_head" else row


def unknown_column(name: str, row: Row) -> Row:
    return {**row, "more": 1} if name == "accounts" else row


def no_time(name: str, row: Row) -> Row:
    return {**row, "made_at": "yesterday"} if name == "accounts" else row


def twice(name: str, row: Row) -> Row:
    return {**row, "id": 1} if name == "accounts" else row


def of_nobody(name: str, row: Row) -> Row:
    return {**row, "owner_id": 999} if name == "plans" else row


EDITED = (
    reworded,
    other_decision,
    other_line,
    other_head,
    unknown_column,
    no_time,
    twice,
    of_nobody,
)


def test_an_unsealed_backup_that_was_edited_and_hashed_anew_is_refused(
    house: House, file: Path, tmp_path: Path
) -> None:
    """Its header fits again; its versions, its decisions, its history or its rows do not."""
    house.decide(house.submitted())
    rows, before = lines_of(tmp_path), digest_of(house.database)
    for change in EDITED:
        file.write_bytes(unsealed((name, change(name, row)) for name, row in rows))
        with pytest.raises(Damaged):
            restore(house.database, file)
    for line in (b"[]", b"{}", b"7", b'["plans"]', b'["plans", 1]', b"\xff", b""):
        file.write_bytes(written([line + b"\n"]))
        with pytest.raises(Damaged):
            restore(house.database, file)
    assert digest_of(house.database) == before
    file.write_bytes(unsealed(rows))
    assert not restore(house.database, file).sealed


def test_the_command_says_what_was_lost_and_what_stays(house: House, file: Path) -> None:
    address = {"DATABASE_URL": house.database.url.render_as_string(hide_password=False)}
    ref = house.submitted()
    backup(house.database, file)
    house.cases.erase(house["Toni"], ref, "K-114")
    house.office.disable(house["Ada"], house["Tess"].id, disabled=True)
    house.office.add(house["Ada"], "Nora", ["therapist"])
    done = called(["restore", str(file)], address)
    assert done.returncode == 0
    for said in ("Everyone signs in again", "Programs need new keys", "Nora", "Tess", "1 plans"):
        assert said in done.stdout
    assert called(["audit"], address).returncode == 0
