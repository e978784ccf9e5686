"""`repair-planner diff OLD NEW`: which observations another rulebook plans otherwise."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from planner.cli.terminal import PROGRAM, REFUSED, Commands, add_output, put, put_json


def add_command(commands: Commands) -> None:
    """Add `diff` to the command line."""
    command = commands.add_parser(
        "diff",
        help="which observations another rulebook plans otherwise",
        description="Tell which observations get another plan, each class with an example.",
        epilog=f"Example: {PROGRAM} diff HEAD~1 rules",
    )
    command.add_argument("old", metavar="OLD", help="a directory of rules, or a git revision")
    command.add_argument("new", metavar="NEW", help="a directory of rules, or a git revision")
    command.add_argument(
        "--format",
        choices=("markdown", "json"),
        default="markdown",
        help="markdown (default), or json",
    )
    add_output(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print what changes; 2 where the solver is missing."""
    from planner.checking.check import can_prove
    from planner.checking.diff import as_markdown, compared
    from planner.checking.revisions import rules_of

    if not can_prove():
        sys.stderr.write("diff needs z3-solver: pip install '.[proof]'\n")
        return REFUSED
    with ExitStack() as stack:
        old, new = (stack.enter_context(rules_of(name)) for name in (chosen.old, chosen.new))
        told = compared(old, new)
    if chosen.format == "json":
        put_json(told.as_dict(), chosen.output)
    else:
        put("\n".join(as_markdown(told)), chosen.output)
    return 0
