"""`repair-planner plan`: one observation to a plan."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from planner.chosen_rules import chosen_planner
from planner.cli.terminal import (
    PROGRAM,
    STANDARD_OUTPUT,
    Commands,
    add_output,
    add_rules,
    page,
    put,
    refuse_same,
)
from planner.plan.formats import BRIEF, FORMATS, JSON, MARKDOWN, TEXT, described

BY_ENDING = {".md": MARKDOWN, ".txt": TEXT}
"""The format of a file that is written, where nobody says another; all other files get JSON."""


def add_command(commands: Commands) -> None:
    """Add `plan` to the command line."""
    command = commands.add_parser(
        "plan",
        help="one observation (JSON or YAML) to a plan",
        description="Make a plan of one observation.",
        epilog=f"Example: {PROGRAM} plan late.yaml --format markdown -o plan.md",
    )
    command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the observation; - is standard input"
    )
    command.add_argument(
        "--format", choices=FORMATS, help=f"{described()}, by the ending of -o .md or .txt"
    )
    add_output(command)
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Make a plan of one observation."""
    from planner.reading.observation_file import read_observation

    gc.disable()  # one short run: collecting would cost more than it frees
    refuse_same(
        chosen.file, chosen.output, "this is the observation. Name another file for the plan."
    )
    observation = read_observation(chosen.file)
    planner = chosen_planner(chosen.rules)
    plan = planner.plan(observation)
    usual = BRIEF if chosen.output == STANDARD_OUTPUT and sys.stdout.isatty() else JSON
    usual = BY_ENDING.get(Path(chosen.output).suffix.lower(), usual)
    asked = FORMATS[chosen.format or usual.name]
    if asked is MARKDOWN:  # it is pasted where others read
        from planner.planning.open_to_view import open_plan

        plan = open_plan(plan, planner)
    put(asked.write(plan, page(chosen.output)), chosen.output)
    return 0
