"""What several parts seal, seen together: after another key, after a restore, and for a thief."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.webui.support.device import Entrance, code
from tests.webui.support.people import PASSWORD, House
from webui.database import keys as outside
from webui.database.auditing import examined
from webui.database.backup import backup
from webui.database.backup_file import Damaged
from webui.database.connection import Database
from webui.database.key_change import change_key, forget_replaced
from webui.database.keys import Key, Keys
from webui.database.refusals import Altered, NoKey, WrongState
from webui.database.restoring import restore
from webui.store import Store


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file with the key that the tests seal with, which is then told by nothing else."""
    key = outside.from_environment()
    assert key is not None
    made = tmp_path / outside.FILE
    outside.write(made, key.all)
    monkeypatch.delenv(outside.VARIABLE)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path))
    return made


@contextmanager
def moved(house: House, keys: Keys | None = None) -> Iterator[House]:
    """The same house on its database, opened with these keys or those of the file."""
    address = house.database.url.render_as_string(hide_password=False)
    with closing(Database(address, keys=keys)) as database:
        made = House.__new__(House)
        made.__dict__.update(house.__dict__)
        for name in ("keeping", "reviewing", "looking", "afterwards", "cases", "doors", "keys"):
            made.__dict__.pop(name, None)
        made.database = database
        yield made


def test_after_another_key_everything_goes_on_and_the_one_before_is_needed_no_more(
    house: House, file: Path
) -> None:
    ref, entrance = house.submitted(notes="my own thought"), Entrance(house)
    secret, _codes = entrance.with_app()
    with moved(house) as then:
        before = then.database.keys.current
        changed = change_key(then.database, house.clock())
        assert changed.replaced == (before.id,)
        assert examined(then.database).whole
        forget_replaced(then.database, house.clock())
    with moved(house) as later:
        assert later.database.keys.all == (outside.from_file(file) or later.database.keys).all
        assert len(later.database.keys.all) == 1
        assert later.keeping.open(house["Toni"], ref).notes == "my own thought"
        store = Store.of(later.database, house.clock, house.passwords)
        half = store.sessions.sign_in("Toni", PASSWORD)
        assert Entrance(later).step(half, code=code(secret, house.clock))
        assert examined(later.database).whole
        assert later.kept(case="K-2")
    with moved(house, Keys((before,), "elsewhere")) as thief, pytest.raises(Altered):
        thief.keeping.open(house["Toni"], ref)


@pytest.mark.usefixtures("file")
def test_rows_of_a_key_that_nobody_has_are_no_end_of_a_history(house: House) -> None:
    """Else whoever owns the database could go on writing with a key of their own."""
    house.submitted()
    with moved(house, Keys((Key(b"x" * 32), *house.database.keys.all), "elsewhere")) as forger:
        forger.kept(case="K-9")
    with moved(house) as own:
        found = examined(own.database).chain
    assert found.bad_row is not None
    assert "which is not here" in found.why


@pytest.mark.usefixtures("file")
def test_what_does_not_fit_is_not_sealed_anew(house: House) -> None:
    house.submitted()
    with house.database.engine.begin() as owner:
        owner.execute(text("UPDATE plans SET state = 'approved'"))
    with moved(house) as then, pytest.raises(WrongState, match="state"):
        change_key(then.database, house.clock())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE plans SET state = 'approved'", "UPDATE accounts SET administrator = true"],
)
def test_a_sealed_backup_of_what_was_altered_is_refused(
    house: House, tmp_path: Path, statement: str
) -> None:
    ref, file = house.submitted(), tmp_path / "altered.backup"
    whole = tmp_path / "whole.backup"
    backup(house.database, whole)
    with house.database.engine.begin() as owner:
        owner.execute(text(statement))
    backup(house.database, file)
    with pytest.raises(Damaged, match="not what its history says"):
        restore(house.database, file)
    restore(house.database, whole)
    assert examined(house.database).whole
    assert house.keeping.open(house["Toni"], ref).kept.state == "to_review"


def test_an_authenticator_that_was_given_to_another_is_refused(house: House) -> None:
    entrance = Entrance(house)
    entrance.with_app("Toni")
    with house.database.engine.begin() as owner:
        owner.execute(text("UPDATE authenticators SET account_id = :sam"), {"sam": house["Sam"].id})
    assert any("authenticators" in one for one in examined(house.database).findings)
    with pytest.raises((Altered, NoKey)):
        entrance.step(house.doors.sign_in("Sam", PASSWORD), code="123456")
