"""docs/keeping-plans.md: its commands run as written, one after the other."""

from contextlib import closing
from pathlib import Path

from tests.support.command import called
from tests.support.examples import commands_of
from tests.webui.support.people import QUICK
from webui.accounts.sign_in import Sessions
from webui.database.address import usual_address
from webui.database.connection import Database
from webui.database.upgrade import prepare

PAGE = (Path(__file__).parents[2] / "docs" / "keeping-plans.md").read_text("utf-8")


def test_the_commands_run_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert called(["start-code"]).returncode == 0  # makes the database, as the first start does
    found = commands_of(PAGE, "repair-planner")
    commands = [command for command in found if command[1] != "roles"]
    told = [command[1] for command in commands]
    assert told == ["audit", "backup", "restore", "change-key", "start-code"]
    for command in commands:
        ended = called(command[1:])
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout


def test_the_roles_of_somebody_are_shown_and_changed_as_written(tmp_path, monkeypatch):
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with closing(Database(usual_address())) as database:
        prepare(database)
        doors = Sessions(database, passwords=QUICK)
        doors.start(doors.new_start_code(), "Olga", "a cup mended with gold", ())
    commands = [one for one in commands_of(PAGE, "repair-planner") if one[1] == "roles"]
    printed = [called(command[1:]).stdout for command in commands]
    assert printed == ["Olga: administrator\n", "Olga: therapist, administrator\n"]
