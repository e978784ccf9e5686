"""`repair-planner check`: whether the rulebook and clinics' packs are right."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planner.cli.terminal import (
    FAILED,
    PROGRAM,
    STANDARD_OUTPUT,
    Commands,
    add_output,
    put,
    put_json,
)


def add_command(commands: Commands) -> None:
    """Add `check` to the command line."""
    command = commands.add_parser(
        "check",
        help="read and prove the rulebook and clinics' packs",
        description="Read every rule, play every scenario, and prove what must always hold.",
        epilog=f"Example: {PROGRAM} check clinic-rules --no-prove",
    )
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
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default), or json"
    )
    add_output(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Check and prove; the exit status is the same however it is told."""
    from planner.checking.check import can_prove
    from planner.errors import PlannerError

    if chosen.only and chosen.prove is False:
        raise PlannerError("--only names what is to be proved: leave out --no-prove.")
    report = _Report(chosen)
    told = report.told()
    if chosen.format == "json":
        put_json(told, chosen.output)
    elif chosen.output != STANDARD_OUTPUT:
        put("\n".join(report.lines), chosen.output)
    unproved = (chosen.prove or chosen.only) and not can_prove()
    return FAILED if told["problems"] or unproved else 0


class _Report:
    """What is found, as lines, which come at once where somebody waits for them, and as data."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._packs = [Path(pack) for pack in chosen.packs]
        self._only: list[str] = chosen.only
        self._prove = chosen.prove is not False
        self._at_once = chosen.format == "text" and chosen.output == STANDARD_OUTPUT
        self.lines: list[str] = []

    def told(self) -> dict[str, Any]:
        """Check, then prove; `proof` is null where nothing was proved, `problems` what to mend."""
        from planner.checking.check import SKIPPED, can_prove, checked, proved
        from planner.errors import RulebookError

        found: dict[str, Any] = dict.fromkeys(("rules", "scenarios", "edition"))
        found |= {"look_at": [], "proof": None, "problems": []}
        try:
            holds = checked(self._packs)
            self._line(str(holds))
            found |= {name: getattr(holds, name) for name in ("rules", "scenarios", "edition")}
            found["look_at"] = [asdict(one) for one in holds.look_at]
            if self._prove:
                found["proof"] = proved(self._packs, self._only) if can_prove() else None
                self._line(found["proof"] or SKIPPED)
        except RulebookError as error:
            self._line(str(error))
            found["problems"] = [asdict(one) for one in error.problems]
        return found

    def _line(self, told: str) -> None:
        """Keep a line, and print it where somebody waits for it."""
        self.lines.append(told)
        if self._at_once:
            print(told, flush=True)
