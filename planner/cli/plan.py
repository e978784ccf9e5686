"""`repair-planner plan`: one observation to a plan."""

from __future__ import annotations

import argparse
import gc
import sys

from planner.cli.terminal import Commands, add_rules, show

FORMATS = ("text", "json", "markdown")


def add_command(commands: Commands) -> None:
    """Add `plan` to the command line."""
    command = commands.add_parser("plan", help="one observation (JSON or YAML) to a plan")
    command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the observation; - is standard input"
    )
    command.add_argument(
        "--format", choices=FORMATS, help="text (default on a terminal), json (default elsewhere)"
    )
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
    form = chosen.format or ("text" if sys.stdout.isatty() else "json")
    if form == "json":
        sys.stdout.write(plan.to_json() + "\n")
    elif form == "markdown":
        sys.stdout.write(plan.to_markdown())
    else:
        from planner.plan.outline import outline

        show(outline(plan))
    return 0
