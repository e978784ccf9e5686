"""docs/keeping-plans.md: its commands run as written, one after the other."""

from pathlib import Path

from tests.support.command import called
from tests.support.examples import commands_of

PAGE = (Path(__file__).parents[2] / "docs" / "keeping-plans.md").read_text("utf-8")


def test_the_commands_run_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert called(["start-code"]).returncode == 0  # makes the database, as the first start does
    commands = commands_of(PAGE, "repair-planner")
    told = [command[1] for command in commands]
    assert told == ["audit", "backup", "restore", "change-key", "start-code"]
    for command in commands:
        ended = called(command[1:])
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout
