"""`repair-planner check`: whether the rulebook and clinics' packs are right."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.terminal import FAILED, Commands


def add_command(commands: Commands) -> None:
    """Add `check` to the command line."""
    command = commands.add_parser("check", help="read and prove the rulebook and clinics' packs")
    command.add_argument("packs", nargs="*", metavar="DIR", help="a clinic's own rules")
    command.add_argument(
        "--prove",
        action=argparse.BooleanOptionalAction,
        help="prove the properties for every observation (default: where z3-solver is installed)",
    )
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID",
        help="prove only what concerns a property or a rule; may be given several times",
    )
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Read the rulebook with every pack, play every scenario, prove it, and count what holds."""
    from planner.checking.check import SKIPPED, can_prove, check, proved
    from planner.errors import PlannerError, RulebookError

    packs = [Path(pack) for pack in chosen.packs]
    if chosen.only and chosen.prove is False:
        raise PlannerError("--only names what is to be proved: leave out --no-prove.")
    try:
        print(check(packs), flush=True)
        if chosen.prove is not False:
            print(proved(packs, chosen.only) if can_prove() else SKIPPED)
    except RulebookError as error:
        print(error)
        return FAILED
    return FAILED if (chosen.prove or chosen.only) and not can_prove() else 0
