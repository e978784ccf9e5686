"""What the README promises works as it is written there."""

import json
import os
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from tests.support.command import BIN
from tests.support.examples import blocks_of, commands_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in this language."""
    return blocks_of(README, language)


def commands(program: str) -> list[list[str]]:
    """Every command line of the README that runs this program, without its comment."""
    return commands_of(README, program)


def marked(command: list[str]) -> Any:
    """The check proves whole rules, which takes longer than all the other commands together."""
    return pytest.param(command, marks=[pytest.mark.slow] if command[1:] == ["check"] else [])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A directory with the files that the README's examples name, and nothing else."""
    for block in blocks("yaml"):
        name = block.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).write_text(block, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_there_are_examples_to_try():
    assert len(blocks("python")) == 1
    assert len(commands("repair-planner")) >= 4
    assert len(commands("curl")) == 1


@pytest.mark.parametrize("command", [*map(marked, commands("repair-planner"))], ids=" ".join)
@pytest.mark.usefixtures("desk")
def test_every_command_runs_as_written(command, request):
    if command[1:] == ["check"]:
        ended = request.getfixturevalue("whole_check")
    else:
        line = [BIN / command[0], *command[1:]]
        ended = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout


@pytest.mark.usefixtures("desk")
def test_the_python_example_runs_as_written(capsys):
    exec(compile(blocks("python")[0], "README.md", "exec"), {})  # noqa: S102 - our own example
    shown = capsys.readouterr().out
    assert "# Repair plan" in shown
    assert "ruptures[0].who" in shown


@pytest.fixture
def address(desk):
    """A server of its own on a free port, as `make run` would start it."""
    command = [str(BIN / "repair-planner"), "serve", "--port", "0", "--no-browser"]
    quiet = {**os.environ, "PYTHONUNBUFFERED": "1", "REPAIR_PLANNER_DATA": str(desk)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet) as server:
        try:
            assert server.stdout
            printed = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
            yield next(found.group() for found in printed if found)
        finally:
            server.terminate()


def test_the_http_example_runs_as_written(address):
    [[_, url, _, header, _, body]] = commands("curl")
    url = url.replace("http://127.0.0.1:8321", address)
    name, _, value = header.partition(": ")
    request = urllib.request.Request(url, body.encode(), {name: value})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        plan = json.load(answer)
    assert plan["disposition"] == "proceed"
    assert plan["steps"]


@pytest.mark.parametrize("target", [line[1] for line in commands("make")])
def test_every_make_target_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_every_rule_that_is_to_be_explained_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"repair-planner explain ([a-z][\w.-]+)", text)
    assert named
    for name in named:
        assert Planner().rulebook.rule(name).id == name


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_every_link_leads_somewhere(link):
    assert (ROOT / link).exists()
