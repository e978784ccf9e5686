"""`repair-planner schema`: the JSON Schema of what goes in or comes out."""

from __future__ import annotations

import argparse
import sys

from planner.cli.terminal import PROGRAM, REFUSED, Commands


def add_command(commands: Commands) -> None:
    """Add `schema` to the command line."""
    command = commands.add_parser("schema", help="the JSON Schema of what goes in or comes out")
    command.add_argument("name", choices=("observation", "plan", "rules"))
    command.add_argument("--flat", action="store_true", help="of an observation as one flat row")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print a JSON Schema."""
    import json

    if chosen.flat and chosen.name != "observation":
        print(f"{PROGRAM}: --flat is for an observation.", file=sys.stderr)
        return REFUSED
    if chosen.flat:
        from planner.batch.flat import flat_schema as schema
    elif chosen.name == "plan":
        from planner.plan.plan import plan_schema as schema
    elif chosen.name == "rules":
        from planner.reading.rule_schema import rules_schema as schema
    else:
        from planner.contract.observation import observation_schema as schema
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0
