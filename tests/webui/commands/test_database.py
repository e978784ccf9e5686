"""The commands that look after a database, where there is none to look after."""

import os
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import called
from webui.database.address import FILE, sqlite_address
from webui.database.backups.backup import LAST
from webui.database.connection import Database
from webui.database.tables import Setting


def run(words: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return called(words, environment)


@pytest.mark.parametrize("words", [["audit"], ["backup", "all.backup"]])
def test_looking_after_nothing_makes_nothing(tmp_path, words, monkeypatch):
    """A mistyped directory must not look like a healthy store."""
    monkeypatch.chdir(tmp_path)
    done = run(words, REPAIR_PLANNER_DATA=str(tmp_path / "mistyped"), DATABASE_URL="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing is stored yet" in done.stderr
    assert "mistyped" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["nonsense", "oracle9://here/there", "sqlite:///"])
def test_an_address_that_names_no_database_is_told_without_a_traceback(address, tmp_path):
    done = run(["audit"], DATABASE_URL=address, REPAIR_PLANNER_DATA=str(tmp_path))
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr


def test_a_file_that_is_no_database_is_called_so(tmp_path):
    (tmp_path / "repair-planner.sqlite3").write_text("junk " * 1000)
    done = run(["audit"], REPAIR_PLANNER_DATA=str(tmp_path), DATABASE_URL="")
    assert done.returncode == 1
    assert "The database cannot be read" in done.stderr
    assert "sqlalche.me" not in done.stderr


def test_a_server_that_does_not_answer_is_called_so():
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = run(["audit"], DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port}/plans")
    assert done.returncode == 1
    assert "The database cannot be reached" in done.stderr
    assert "busy" not in done.stderr


@pytest.mark.parametrize("target", ["", "none/all.backup", "pipe"])
def test_a_backup_is_written_over_nothing_but_a_file(tmp_path, target):
    data = tmp_path / "data"
    assert run(["start-code"], REPAIR_PLANNER_DATA=str(data), DATABASE_URL="").returncode == 0
    os.mkfifo(tmp_path / "pipe")
    done = run(["backup", str(tmp_path / target)], REPAIR_PLANNER_DATA=str(data), DATABASE_URL="")
    assert done.returncode == 2
    assert ".part" not in done.stderr
    assert str(tmp_path / Path(target).parent) in done.stderr
    assert (tmp_path / "pipe").is_fifo()


def test_a_backup_that_was_made_is_remembered(tmp_path):
    """An administrator is reminded of a first backup until there is one."""
    data = {"REPAIR_PLANNER_DATA": str(tmp_path), "DATABASE_URL": ""}
    assert run(["start-code"], **data).returncode == 0
    assert run(["backup", str(tmp_path / "all.backup")], **data).returncode == 0
    with closing(Database(sqlite_address(tmp_path / FILE))) as database, database.read() as session:
        assert session.get(Setting, LAST) is not None
