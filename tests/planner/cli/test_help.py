"""Help that helps: a sentence and an example for every command, and a manual page that is true."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path

import pytest

import planner
from planner.cli.command_line import OWN_COMMANDS, grammar
from planner.cli.man import PAGE
from planner.cli.terminal import columns
from tests.support.command import called
from tests.support.man_page import commands_of, examples, made
from tests.support.missing import missing

COMMANDS = commands_of(grammar())
ANEW = "python -m tests.support.man_page"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_gives_an_example(name: str):
    done = called([name, "--help"], {"COLUMNS": "100"})
    assert done.returncode == 0
    assert re.search(r"^[A-Z][^\n]+\.$", done.stdout, re.MULTILINE), done.stdout
    assert re.search(rf"^Example[^:]*: .*repair-planner {name}", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("example", [*examples()])
def test_every_example_is_a_command_line(example: str):
    inside = re.sub(r'^eval "\$\((.*)\)"$', r"\1", example).partition("|")[0]
    program, *words = shlex.split(inside)
    assert program == "repair-planner"
    assert callable(grammar().parse_args(words).run)


def test_help_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch):
    for width in (60, 120):
        shown = called(["explain", "--help"], {"COLUMNS": str(width)}).stdout
        assert width - 40 < max(map(len, shown.splitlines())) <= width
    for told in ("", "0", "many"):
        monkeypatch.setenv("COLUMNS", told)
        assert columns() == shutil.get_terminal_size().columns


def test_the_module_is_the_command_line(tmp_path: Path):
    line = [sys.executable, "-m", "planner"]
    told = subprocess.run([*line, "--help"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("usage: repair-planner ")
    done = subprocess.run(
        [*line, "plan", tmp_path / "none"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("repair-planner: ")


def test_the_version_is_that_of_what_is_installed():
    assert planner.__version__ == version("repair-planner")
    assert called(["--version"]).stdout == f"repair-planner {planner.__version__}\n"


# --- the manual page -------------------------------------------------------------------------
def body(page: str) -> str:
    """A page without its first line, which has the date of the release."""
    return page.partition("\n")[2]


def test_the_manual_page_is_as_the_grammar_is():
    """Another Python may break its lines elsewhere; what it tells is the same."""
    kept, now = body(PAGE.read_text("utf-8")), body(made())
    if sys.version_info[:2] == (3, 11):
        assert kept == now, f"write it anew: {ANEW}"
    told = re.compile(r"\\fB\\-[^ ]+|^\.SS .+", re.MULTILINE)
    assert set(told.findall(kept)) == set(told.findall(now)), f"write it anew: {ANEW}"


def test_the_manual_page_names_every_command_and_option():
    page = called(["man"]).stdout.replace("\\", "")
    for name, command in COMMANDS.items():
        assert f".SS fBrepair-planner {name}fR" in page
        for option in options(command):
            assert option in page
    assert OWN_COMMANDS.keys() <= COMMANDS.keys()


def options(command: ArgumentParser) -> list[str]:
    """The options of a command, but for its help."""
    return [
        one for action in command._actions for one in action.option_strings if action.dest != "help"
    ]


@pytest.mark.parametrize(
    "line",
    [["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-man", "-Tutf8", "-ww", "-z"]],
    ids=["mandoc", "groff"],
)
def test_no_reader_of_manual_pages_finds_fault_with_it(line: list[str]):
    if not shutil.which(line[0]):
        missing(f"{line[0]} is not installed")
    done = subprocess.run([*line, str(PAGE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_man_shows_it(tmp_path: Path):
    if not shutil.which("man"):
        missing("man is not installed")
    section = tmp_path / "man1"
    section.mkdir()
    assert called(["man", "-o", str(section / "repair-planner.1")]).returncode == 0
    line = ["man", "-M", str(tmp_path), "repair-planner"]
    shown = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    assert "from an observed rupture in the therapeutic alliance" in " ".join(shown.split())
    assert "REPAIR_PLANNER_CONFIG" in shown
