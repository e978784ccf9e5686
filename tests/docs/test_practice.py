"""docs/practice.md works as it is written there."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from planner import Planner
from planner.practice.cases import key_of
from planner.practice.practice import Practice
from planner.reading.shipped import SHIPPED
from tests.support.command import COMMAND, called
from tests.support.examples import blocks_of, commands_of

PAGE = (Path(__file__).parents[2] / "docs" / "practice.md").read_text("utf-8")


@pytest.mark.parametrize("command", commands_of(PAGE, "repair-planner"), ids=" ".join)
def test_each_command_runs(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ended = called(command[1:])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout


def test_the_pipe_runs_as_it_is_written() -> None:
    line = next(one for one in blocks_of(PAGE, "sh") if one.startswith("printf"))
    said = subprocess.run(
        ["bash", "-c", line.partition("|")[0]], capture_output=True, text=True, check=True
    ).stdout
    ended = subprocess.run(
        [*COMMAND, *line.partition("repair-planner ")[2].split()],
        input=said,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "You go on, and so does the plan." in ended.stdout
    assert "The plan begins with C2" in ended.stdout


def test_the_story_of_the_walk_is_told_and_has_the_address_that_is_named(planner: Planner) -> None:
    story = next(line[2:] for line in PAGE.splitlines() if line.startswith("> "))
    assert key_of(story) in PAGE
    practice = Practice.of(planner, [SHIPPED])
    assert practice.exercise(key_of(story)) is not None


def test_the_scenario_is_one_that_the_rules_have(planner: Planner) -> None:
    [shown] = YAML(typ="safe").load(blocks_of(PAGE, "yaml")[0])
    practice = Practice.of(planner, [SHIPPED])
    assert practice.exercise(key_of(shown["scenario"])) is not None


def test_the_buttons_and_links_are_called_what_the_page_calls_them(planner: Planner) -> None:
    pages = planner.rulebook.vocabulary["pages"]
    texts = set(dict(pages).values())  # type: ignore[call-overload]  # a mapping of texts
    for name in ("Tell me a case", "Lay the plan beside", "Another case", "Clear my words",
                 "Keep this for me", "What you practiced", "Forget it all",
                 "Practice this with a changed answer",
                 "Only what differed the last time in this sitting"):  # fmt: skip
        assert name in texts
        assert f'"{name}"' in PAGE
