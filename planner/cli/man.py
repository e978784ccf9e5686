"""`repair-planner man`: the manual page, as it was made from the commands' grammar."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.terminal import PROGRAM, Commands, add_output, put

PAGE = Path(__file__).parent / "repair-planner.1"
"""The manual page; a test keeps it as the grammar is."""


def add_command(commands: Commands) -> None:
    """Add `man` to the command line."""
    command = commands.add_parser(
        "man",
        help="the manual page, for `man`",
        description="Print the manual page.",
        epilog=f"Example: {PROGRAM} man | man -l -",
    )
    add_output(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print the page."""
    put(PAGE.read_text("utf-8"), chosen.output)
    return 0
