"""`repair-planner explain`: a rule or a handout item in plain words."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from planner.cli.terminal import PROGRAM, REFUSED, Commands, add_rules, show


def add_command(commands: Commands) -> None:
    """Add `explain` to the command line."""
    command = commands.add_parser(
        "explain", help="a rule, a variant or a handout item in plain words"
    )
    command.add_argument(
        "name", metavar="ID|ITEM", help="own-part.own-it, c1.opening.raised, or C2"
    )
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print a rule or an item in plain words."""
    from planner.checking.explain import explained, nearest
    from planner.checking.scenarios import read_scenarios
    from planner.reading.shipped import SHIPPED, rulebook_of

    packs = [Path(chosen.rules)] if chosen.rules else []
    rulebook = rulebook_of(SHIPPED, packs)
    scenarios = [one for rules in (SHIPPED, *packs) for one in read_scenarios(rules, rulebook)]
    try:
        blocks = list(explained(rulebook, scenarios, chosen.name))
    except KeyError:
        near = nearest(rulebook, chosen.name)
        hint = f" Did you mean {near}?" if near else " Name one like own-part.own-it or C2."
        print(
            f"{PROGRAM}: no rule, variant or item is called {chosen.name!r}.{hint}", file=sys.stderr
        )
        return REFUSED
    show(blocks)
    return 0
