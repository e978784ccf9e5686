"""Another key in place of the one outside the database; a key that is missing, or another one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.command import called
from webui import create_app
from webui.database.backups.backup_file import key_of
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.refusals import NoKey, WrongState
from webui.database.sealed import key_change, keys
from webui.database.sealed.key_change import change_key, forget_replaced
from webui.database.sealed.keys import Keys
from webui.database.tables import HistoryRow
from webui.database.upgrade import prepare
from webui.wsgi import application

Address = Callable[[], str]


@pytest.fixture
def data(kind: str, empty: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with a new database and its key, as they are after a first start."""
    directory = tmp_path / "data"
    monkeypatch.delenv(keys.VARIABLE)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(directory))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if kind == "postgresql":
        monkeypatch.setenv("DATABASE_URL", empty())
    assert called(["start-code"]).returncode == 0
    return directory


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    """The database of that directory."""
    with closing(Database(address_of(data))) as database:
        yield database


def address_of(data: Path) -> str:
    return os.environ.get("DATABASE_URL") or f"sqlite:///{data / 'repair-planner.sqlite3'}"


def run(*words: str) -> str:
    """What a command says that succeeds."""
    done = called(words)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_first_start_makes_a_key_for_its_owner_alone(data: Path) -> None:
    assert stat.S_IMODE((data / keys.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("now_there", ["nothing", "another"])
def test_a_missing_or_another_key_refuses_to_start_and_names_the_file(
    data: Path, database: Database, now_there: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """By the command, under `serve` and under a clinic's server; and no key is made anew."""
    file = data / keys.FILE
    number, kept = database.keys.current.id, file.read_bytes()
    file.unlink()
    if now_there == "another":
        keys.write(file, [keys.new_key()])
    said = ("is missing", "Copy it back") if now_there == "nothing" else ("another key", "Put back")
    before = file.exists() and file.read_bytes()
    for words in (["audit"], ["backup", str(data / "x.backup")], ["serve", "--no-browser"]):
        done = called(words)
        assert (done.returncode, done.stdout) == (1, "")
        for word in (*said, str(file), number):
            assert word in done.stderr
    with pytest.raises(NoKey, match=str(file)):
        application()
    with pytest.raises(NoKey, match=number):
        create_app({"DATABASE": address_of(data)})
    assert (file.exists() and file.read_bytes()) == before
    assert not (data / "x.backup").exists()
    file.write_bytes(kept)
    file.chmod(0o600)
    assert "whole" in run("audit")
    capfd.readouterr()


def test_a_changed_key_reads_what_the_one_before_sealed(
    data: Path, database: Database, tmp_path: Path
) -> None:
    old, kept = tmp_path / "old.backup", database.keys.current
    run("backup", str(old))
    said = run("change-key")
    changed = database.keys  # as a process sees it that runs already
    assert changed.current.id != kept.id
    assert changed.find(kept.id) == kept
    assert stat.S_IMODE((data / keys.FILE).stat().st_mode) == 0o600
    assert changed.current.id in said
    assert kept.id in said
    run("backup", str(tmp_path / "new.backup"))
    assert key_of(tmp_path / "new.backup") == changed.current.id
    run("restore", str(old))
    run("restore", str(tmp_path / "new.backup"))
    assert "whole" in run("audit")
    with database.read() as session:
        told = session.scalars(select(HistoryRow).where(HistoryRow.action == "key_changed")).one()
        assert told.detail == f"{kept.id} {changed.current.id}"


def test_a_change_that_was_cut_off_loses_nothing_and_is_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each point: before the file, after it, and before the rows are stored."""
    first = database.keys.current

    def cut(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    for name, value in (("write", cut), ("SEALED_ANEW", (cut,))):
        assert database.keys.all == (first,)
        with monkeypatch.context() as patch:
            patch.setattr(key_change, name, value)
            with pytest.raises(KeyboardInterrupt):
                change_key(database, now())
    begun = database.keys
    assert begun.all[1:] == (first,)
    prepare(database)  # it starts, with both keys
    sealed: list[Keys] = []
    monkeypatch.setattr(key_change, "SEALED_ANEW", (lambda _session, with_: sealed.append(with_),))
    done = change_key(database, now())
    assert done.current == begun.current.id  # no third one
    assert [one.all for one in sealed] == [begun.all]
    with database.read() as session:
        assert audit(session).bad_row is None


def test_replaced_keys_are_forgotten_once_nothing_needs_them(
    data: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, file = database.keys.current, data / "older.backup"
    run("backup", str(file))
    run("change-key")
    refused = called(["change-key", "--forget-old"])
    assert refused.returncode == 1
    assert str(file) in refused.stderr
    assert database.keys.find(first.id) is not None
    file.unlink()
    monkeypatch.setattr(key_change, "NEEDED", (lambda _session: [first.id],))
    with pytest.raises(WrongState, match=first.id):
        forget_replaced(database, now())
    monkeypatch.setattr(key_change, "NEEDED", ())
    run("change-key", "--forget-old")
    assert len(database.keys.all) == 1
    assert "whole" in run("audit")


def test_under_the_environment_it_says_what_to_set(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = database.keys.current
    monkeypatch.setenv(keys.VARIABLE, first.line())
    said = run("change-key")
    assert "Nothing was changed yet" in said
    line = said.splitlines()[-1].removeprefix("HISTORY_KEY=").strip("'")
    assert line.endswith(f" {first.line()}")
    assert "whole" in run("audit")
    monkeypatch.setenv(keys.VARIABLE, line)
    assert "Sealed with the key" in run("change-key")
    assert "whole" in run("audit")
    to_leave = run("change-key", "--forget-old").splitlines()[-1]
    monkeypatch.setenv(keys.VARIABLE, to_leave.removeprefix("HISTORY_KEY=").strip("'"))
    assert "whole" in run("audit")


def test_a_backup_of_another_place_is_read_with_its_key_file(
    data: Path, database: Database, tmp_path: Path, empty: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a new machine: the key of the old one is read from its copy, and kept."""
    file, copy, old = tmp_path / "moved.backup", tmp_path / "copy.key", database.keys.current
    run("backup", str(file))
    copy.write_bytes((data / keys.FILE).read_bytes())
    new = tmp_path / "new" / keys.FILE
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(new.parent))
    if not database.is_sqlite:
        monkeypatch.setenv("DATABASE_URL", empty())
    refused = called(["restore", str(file)])
    assert refused.returncode == 1
    for said in (old.id, str(new), "--key OTHER.key"):
        assert said in refused.stderr
    before, cut = new.read_bytes(), tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-1])
    assert called(["restore", str(cut), "--key", str(copy)]).returncode == 1
    assert called(["restore", str(file), "--key", str(tmp_path / "none.key")]).returncode == 1
    assert new.read_bytes() == before
    run("restore", str(file), "--key", str(copy))
    assert keys.read(new.read_text("ascii"), "").all == (
        keys.read(before.decode(), "").current,
        old,
    )
    run("restore", str(file))
    assert "whole" in run("audit")
