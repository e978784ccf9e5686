"""`repair-planner schema`: the JSON Schema of what goes in or comes out."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from planner.chosen_rules import chosen_packs
from planner.cli.terminal import PROGRAM, REFUSED, Commands, add_output, add_rules, put_json


def add_command(commands: Commands) -> None:
    """Add `schema` to the command line."""
    command = commands.add_parser(
        "schema",
        help="the JSON Schema of what goes in or comes out",
        description="Print a JSON Schema (2020-12).",
        epilog=f"Example: {PROGRAM} schema observation -o observation.schema.json",
    )
    command.add_argument("name", choices=("observation", "plan", "rules"))
    command.add_argument("--flat", action="store_true", help="of an observation as one flat row")
    add_rules(command)
    add_output(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print a JSON Schema."""
    for option, name in (("flat", "observation"), ("rules", "rules")):
        if getattr(chosen, option) and chosen.name != name:
            print(f"{PROGRAM}: --{option} is for `schema {name}`.", file=sys.stderr)
            return REFUSED
    if chosen.name == "plan":
        from planner.plan.plan import plan_schema as schema
    elif chosen.name == "rules":
        schema = partial(_rules_schema, chosen.rules)
    elif chosen.flat:
        from planner.batch.flat import flat_schema as schema
    else:
        schema = _observation_schema
    put_json(schema(), chosen.output)
    return 0


def _observation_schema() -> dict[str, Any]:
    """The schema of an observation, each field described by the words that ship."""
    from planner.contract.schema import observation_schema
    from planner.reading.shipped import SHIPPED, rulebook_of

    return observation_schema(rulebook_of(SHIPPED, []).vocabulary["fields"])  # type: ignore[arg-type]  # its shape was checked when it was read


def _rules_schema(option: str | None) -> dict[str, Any]:
    """The schema of rule files, with the sets of the rulebook and of the packs that are chosen."""
    from planner.reading.rule_schema import rules_schema
    from planner.reading.shipped import SHIPPED, rulebook_of

    chosen = chosen_packs(option)
    with chosen.named():
        return rules_schema(rulebook_of(SHIPPED, chosen.packs).sets.values())
