"""What each shell completes, asked of the shell itself."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from planner.cli.command_line import OWN_COMMANDS, grammar
from planner.cli.completion import SHELLS
from tests.support.command import called
from tests.support.man_page import commands_of
from tests.support.missing import missing

PATIENCE = 30
"""Seconds until a shell that says nothing is given up."""

CASES = {
    "a command": ("comp", "completion"),
    "a command that an entry point adds": ("ser", "serve"),
    "an option": ("plan --no-r", "plan --no-rules"),
    "a value": ("plan --format markd", "plan --format markdown"),
    "a value of an argument": ("schema obs", "schema observation"),
    "a file": ("plan lat", "plan late.yaml"),
    "a file of an option": ("explain C2 --output pla", "explain C2 --output plan.md"),
    "a directory": ("check clin", "check clinic-rules"),
    "a directory of an option": ("serve --rules clin", "serve --rules clinic-rules"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A directory with two files and a pack, and the script of each shell as it is installed."""
    (tmp_path / "late.yaml").touch()
    (tmp_path / "plan.md").touch()
    (tmp_path / "clinic-rules").mkdir()
    (tmp_path / "made").mkdir()
    for shell in SHELLS:
        name = {"bash": "repair-planner", "zsh": "_repair-planner"}.get(shell, "made.fish")
        done = called(["completion", shell, "-o", str(tmp_path / "made" / name)])
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return tmp_path


def found(shell: str) -> str:
    """Where a shell is; bash is on every machine that runs these tests."""
    return shutil.which(shell) or missing(f"{shell} is not installed")


@contextmanager
def at_the_prompt(desk: Path, *command: str) -> Iterator[Callable[[str, str], str]]:
    """A shell on a terminal of its own: what it shows after something was typed, up to a sign."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(desk)
        told = {"TERM": "dumb", "PS1": "ready> ", "HOME": str(desk), "COLUMNS": "200"}
        os.execvpe(command[0], command, {**os.environ, **told})  # noqa: S606 - no shell is wanted

    def typed(text: str, until: str) -> str:
        os.write(terminal, text.encode())
        shown, end = "", time.monotonic() + PATIENCE
        while not re.search(until, shown):
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {until!r} in {shown!r}"
            shown += os.read(terminal, 4096).decode(errors="replace")
        return shown

    try:
        yield typed
    finally:
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(child, 0)


def all_completed(typed: Callable[[str, str], str]) -> None:
    """Type the beginning of each case and the tabulator; the rest must appear."""
    for begun, whole in CASES.values():
        rest = whole.removeprefix(begun)
        typed(
            f"repair-planner {begun}\t", rf"repair-planner {re.escape(begun)}\a*{re.escape(rest)}"
        )
        typed("\x15echo ne''xt\n", "next\r\n.*ready> ")  # the line is taken back


def test_bash_completes_what_is_begun(desk: Path):
    with at_the_prompt(desk, found("bash"), "--norc", "--noprofile", "-i") as typed:
        typed("", "ready> ")
        typed("source made/repair-planner; echo loa''ded\n", "loaded\r\n.*ready> ")
        all_completed(typed)


def test_zsh_completes_what_is_begun(desk: Path):
    with at_the_prompt(desk, found("zsh"), "-f", "-i") as typed:
        typed("", "ready> ")
        load = "fpath=($PWD/made $fpath); autoload -Uz compinit; compinit -u -D; echo loa''ded\n"
        typed(load, "loaded\r\n.*ready> ")
        all_completed(typed)


def test_fish_completes_what_is_begun(desk: Path):
    fish = found("fish")
    lines = [f"repair-planner {begun}" for begun, _ in CASES.values()]
    asked = "".join(f"echo =; complete -C {line!r};" for line in lines)
    done = subprocess.run(
        [fish, "--no-config", "-c", f"source made/made.fish; {asked}"],
        cwd=desk, env={**os.environ, "HOME": str(desk)}, capture_output=True, text=True, check=True,
        timeout=PATIENCE,
    )  # fmt: skip
    offered = [
        [line.partition("\t")[0].rstrip("/") for line in one.splitlines() if line]
        for one in done.stdout.split("=\n")[1:]
    ]
    assert offered == [[whole.split()[-1]] for _, whole in CASES.values()]
    assert done.stderr == ""


def test_bash_offers_every_command_and_every_format(desk: Path):
    ask = "COMP_WORDS=(repair-planner {0}); COMP_CWORD={1}; _shtab_repair_planner;"
    ask += " echo ${{COMPREPLY[@]}}"
    lines = ["source made/repair-planner", ask.format("''", 1), ask.format("plan --format ''", 3)]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=desk, capture_output=True, text=True, check=True
    )
    commands, formats = done.stdout.splitlines()
    assert commands.split() == list(commands_of(grammar()))
    assert set(OWN_COMMANDS) | {"serve", "audit"} <= set(commands.split())
    assert formats.split() == ["brief", "text", "json", "markdown"]


def test_another_shell_is_refused_by_name():
    done = called(["completion", "cmd"])
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
