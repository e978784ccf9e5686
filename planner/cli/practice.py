"""`repair-planner practice`: told cases to practice on, in plain lines. Nothing is stored."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from planner.chosen_rules import chosen_packs
from planner.cli.terminal import PROGRAM, REFUSED, Commands, add_rules, page

if TYPE_CHECKING:
    from planner.practice.practice import Practice, Wanted


def add_command(commands: Commands) -> None:
    """Add `practice` to the command line."""
    command = commands.add_parser(
        "practice",
        help="told cases to practice on: answer first, then the plan is laid beside",
        description="Tell cases to practice on; you answer, then the plan is laid beside.",
        epilog=f"Example: {PROGRAM} practice --kind lateness",
    )
    command.add_argument(
        "--kind", metavar="KIND", default="", help="a kind of rupture, such as lateness, or safety"
    )
    command.add_argument("--item", metavar="ITEM", default="", help="C1 to D4")
    command.add_argument(
        "--case", metavar="ID", help="the case with this address, as --list has it"
    )
    command.add_argument("--seed", metavar="N", type=int, help="the same cases in the same order")
    command.add_argument("--list", action="store_true", help="print each case with its address")
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Practice until the input ends; or list the cases."""
    from secrets import randbits

    from planner.practice.conversing import Conversation
    from planner.practice.practice import Practice
    from planner.reading.shipped import SHIPPED

    rules = chosen_packs(chosen.rules)
    practice = Practice.of(rules.planner(), [SHIPPED, *rules.packs])
    wanted = _wanted(chosen, practice)
    if wanted is None:
        return REFUSED
    if chosen.list:
        for case in practice.fitting(wanted):
            print(f"{case.key}  {case.story}")
        return 0
    seed = randbits(32) if chosen.seed is None else chosen.seed
    talk = Conversation(practice, sys.stdin, sys.stdout, page().width)
    if not chosen.case:
        talk.go_on(wanted, seed)
    elif practice.exercise(chosen.case) is None:
        print(f"{PROGRAM}: {talk.unknown(chosen.case)}", file=sys.stderr)
        return REFUSED
    else:
        talk.go_on(wanted, seed, chosen.case)
    return 0


def _wanted(chosen: argparse.Namespace, practice: Practice) -> Wanted | None:
    """What the options ask for; None where one names nothing, which is said with what there is."""
    from planner.contract.values import KINDS
    from planner.practice.practice import SAFETY, Wanted

    kinds = (*KINDS, SAFETY)
    item = chosen.item.upper()
    for option, given, known in (("kind", chosen.kind, kinds), ("item", item, practice.items)):
        if given and given not in known:
            there = ", ".join(known)
            print(f"{PROGRAM}: --{option} {given!r} is none of: {there}.", file=sys.stderr)
            return None
    wanted = Wanted(chosen.kind, item)
    if not practice.fitting(wanted):
        print(f"{PROGRAM}: no case is about both.", file=sys.stderr)
        return None
    return wanted
