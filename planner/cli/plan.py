"""`repair-planner plan`: one observation to a plan."""

from __future__ import annotations

import argparse
import gc
import sys

from planner.cli.terminal import Commands, add_rules, page
from planner.plan.formats import BRIEF, FORMATS, JSON, described


def add_command(commands: Commands) -> None:
    """Add `plan` to the command line."""
    command = commands.add_parser("plan", help="one observation (JSON or YAML) to a plan")
    command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the observation; - is standard input"
    )
    command.add_argument("--format", choices=FORMATS, help=described())
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Make a plan of one observation."""
    from planner.planning.planner import Planner
    from planner.reading.observation_file import read_observation

    gc.disable()  # one short run: collecting would cost more than it frees
    observation = read_observation(chosen.file)
    planner = Planner.load(chosen.rules) if chosen.rules else Planner()
    plan = planner.plan(observation)
    usual = BRIEF if sys.stdout.isatty() else JSON
    written = FORMATS[chosen.format or usual.name].write(plan, page())
    sys.stdout.write(written if written.endswith("\n") else f"{written}\n")
    return 0
