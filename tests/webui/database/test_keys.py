"""The key outside the database: where it stands, how it is made, and when it is refused."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.refusals import NoKey
from webui.database.sealed import keys


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key of a database in this directory stands, with nothing said elsewhere."""
    monkeypatch.delenv(keys.VARIABLE)
    return tmp_path / keys.FILE


def test_it_is_made_beside_the_database_for_its_owner_alone(file: Path) -> None:
    made = Database(sqlite_address(file.with_name("plans.sqlite3"))).keys
    assert made.made
    assert made.where == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = Database(sqlite_address(file.with_name("plans.sqlite3"))).keys
    assert (again.all, again.made) == (made.all, False)


def test_many_that_make_it_at_once_have_the_same(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: keys.in_file(file).all, range(40)))
    assert len(set(found)) == 1
    assert list(file.parent.iterdir()) == [file]


def test_the_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer, older = keys.new_key(), keys.new_key()
    monkeypatch.setenv(keys.VARIABLE, f"{newer.line()} {older.line()}")
    found = Database(sqlite_address(file.with_name("plans.sqlite3"))).keys
    assert (found.current, found.find(older.id), found.where) == (newer, older, keys.VARIABLE)
    assert found.find("00000000") is None
    assert not file.exists()


def test_each_purpose_has_a_key_of_its_own() -> None:
    key = keys.new_key()
    derived = {key.of(one) for one in (keys.HISTORY, keys.STORAGE, keys.BACKUP, keys.FORMS)}
    assert len(derived) == 4
    assert key.secret not in derived
    assert keys.read(key.line(), "here").current == key
    assert key.secret.hex() not in repr(key) + repr(keys.read(key.line(), "here"))


@pytest.mark.parametrize(
    "text", ["rp1-short", "x" * 47, "rp1-" + "a" * 44, "# only a comment\n", "", "\xff"]
)
def test_what_is_no_key_is_refused_by_its_place(file: Path, text: str) -> None:
    file.write_text(text, "latin-1")
    with pytest.raises(NoKey, match=str(file)):
        keys.in_file(file)
    assert file.read_text("latin-1") == text


def test_a_key_that_is_there_is_replaced_only_where_that_is_said(file: Path) -> None:
    first, second = keys.new_key(), keys.new_key()
    keys.write(file, [first])
    keys.write(file, [second])
    assert keys.in_file(file).all == (first,)
    keys.write(file, [second, first], instead=True)
    assert keys.in_file(file).all == (second, first)


def test_a_planted_link_receives_nothing(file: Path) -> None:
    elsewhere = file.with_name("elsewhere")
    file.symlink_to(elsewhere)
    with pytest.raises(NoKey):
        keys.in_file(file)
    assert not elsewhere.exists()
