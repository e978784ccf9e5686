"""`repair-planner explain`: a rule or a handout item in plain words."""

from __future__ import annotations

import argparse
import sys

from planner.chosen_rules import chosen_packs
from planner.cli.terminal import (
    PROGRAM,
    REFUSED,
    Commands,
    add_output,
    add_rules,
    put,
    put_json,
    show,
)


def add_command(commands: Commands) -> None:
    """Add `explain` to the command line."""
    command = commands.add_parser(
        "explain",
        help="a rule, a variant or a handout item in plain words",
        description="Tell what a rule, a variant or a handout item asks, does and rests on.",
        epilog=f"Example: {PROGRAM} explain own-part.own-it",
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
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default), or json"
    )
    add_output(command)
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print a rule or an item in plain words, or all that is derived alone."""
    return _derived(chosen) if chosen.derived else _explained(chosen)


def _derived(chosen: argparse.Namespace) -> int:
    """Print every judgment of the rules that ship that stands on `derived` alone."""
    from planner.checking.explained_data import derived_data
    from planner.checking.judgments import for_clinicians
    from planner.reading.judgments import read_topics
    from planner.reading.properties import read_properties
    from planner.reading.shipped import SHIPPED, rulebook_of

    rulebook = rulebook_of(SHIPPED)
    properties, topics = read_properties(SHIPPED), read_topics(SHIPPED, rulebook)
    if chosen.format == "json":
        put_json(derived_data(rulebook, properties, topics), chosen.output)
    else:
        put(for_clinicians(rulebook, properties, topics), chosen.output)
    return 0


def _explained(chosen: argparse.Namespace) -> int:
    """Print a rule or an item in plain words."""
    from planner.checking.explain import explained, nearest
    from planner.checking.explained_data import explained_data
    from planner.checking.scenarios import read_scenarios
    from planner.reading.shipped import SHIPPED, rulebook_of

    packs = chosen_packs(chosen.rules)
    with packs.named():
        rulebook = rulebook_of(SHIPPED, packs.packs)
        directories = (SHIPPED, *packs.packs)
        scenarios = [one for rules in directories for one in read_scenarios(rules, rulebook)]
    tell = explained_data if chosen.format == "json" else explained
    try:
        told = tell(rulebook, scenarios, chosen.name)
    except KeyError:
        near = nearest(rulebook, chosen.name)
        hint = f" Did you mean {near}?" if near else " Name one like own-part.own-it or C2."
        print(
            f"{PROGRAM}: no rule, variant or item is called {chosen.name!r}.{hint}", file=sys.stderr
        )
        return REFUSED
    if isinstance(told, dict):
        put_json(told, chosen.output)
    else:
        show(told, chosen.output)
    return 0
