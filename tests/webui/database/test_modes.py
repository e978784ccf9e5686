"""Who can read the files: made for their owner alone whatever the umask, and told where open."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import called
from webui import create_app
from webui.database.address import FILE, sqlite_address
from webui.database.connection import Database
from webui.database.refusals import NoDatabase
from webui.database.sealed import keys
from webui.database.tables import Setting
from webui.database.upgrade import prepare


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory that is not there yet, where new files are open to everybody."""
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv(keys.VARIABLE)
    before = os.umask(0)
    yield tmp_path / "data"
    os.umask(before)


def modes(directory: Path) -> dict[str, int]:
    return {one.name: stat.S_IMODE(one.stat().st_mode) for one in directory.iterdir()}


@pytest.mark.parametrize("named", [False, True])
def test_every_file_is_made_for_its_owner_alone(
    data: Path, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where DATABASE_URL names the SQLite file."""
    if named:
        data.mkdir(mode=0o700)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{data / FILE}")
    assert called(["start-code"]).returncode == 0
    assert called(["backup", str(data / "all.backup")]).returncode == 0
    with closing(Database(sqlite_address(data / FILE))) as database:
        with database.write() as session:
            session.merge(Setting(name="open", value="now"))
        found = modes(data)
    assert {FILE, f"{FILE}-wal", f"{FILE}-shm", keys.FILE, "all.backup"} <= set(found)
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", [FILE, keys.FILE, "all.backup"])
def test_a_file_that_others_can_read_is_told_with_the_mend(
    data: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert called(["start-code"]).returncode == 0
    assert called(["backup", str(data / "all.backup")]).returncode == 0
    (data / name).chmod(0o640)
    done = called(["audit"])
    assert done.returncode == 0
    mend = f"chmod 600 {data / name}"
    assert mend in caplog.text
    caplog.clear()
    create_app({"DATABASE": sqlite_address(data / FILE)})
    assert mend in caplog.text
    caplog.clear()
    (data / name).chmod(0o600)
    assert called(["audit"]).returncode == 0
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_directory_that_others_can_write_in_is_told(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert called(["start-code"]).returncode == 0
    data.chmod(0o777)
    assert called(["audit"]).returncode == 0
    assert f"chmod go-w {data}" in caplog.text


def test_a_planted_link_is_not_followed_to_make_a_database(data: Path, tmp_path: Path) -> None:
    data.mkdir(mode=0o700)
    (data / FILE).symlink_to(tmp_path / "elsewhere")
    done = called(["start-code"])
    assert done.returncode == 1
    assert str(data / FILE) in done.stderr
    with pytest.raises(NoDatabase, match="leads nowhere"):
        prepare(Database(sqlite_address(data / FILE)))
    assert not (tmp_path / "elsewhere").exists()
