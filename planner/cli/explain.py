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
    named = command.add_mutually_exclusive_group(required=True)
    named.add_argument(
        "name", nargs="?", metavar="ID|ITEM", help="own-part.own-it, c1.opening.raised, or C2"
    )
    named.add_argument(
        "--derived",
        action="store_true",
        help="every judgment that no source carries, as Markdown for clinicians",
    )
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print a rule or an item in plain words, or all that is derived alone."""
    return _derived() if chosen.derived else _explained(chosen)


def _derived() -> int:
    """Print every judgment of the rules that ship that stands on `derived` alone."""
    from planner.checking.judgments import for_clinicians
    from planner.reading.judgments import read_topics
    from planner.reading.properties import read_properties
    from planner.reading.shipped import SHIPPED, rulebook_of

    rulebook = rulebook_of(SHIPPED)
    properties, topics = read_properties(SHIPPED), read_topics(SHIPPED, rulebook)
    sys.stdout.write(for_clinicians(rulebook, properties, topics))
    return 0


def _explained(chosen: argparse.Namespace) -> int:
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
