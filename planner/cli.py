"""The command line: `plan`, `check`, `explain`, `schema`, and what other rooms add.

Every command imports what it needs when it runs, so that a cold start stays short.
Another package adds a command through the entry point group `repair_planner.commands`:
a function that takes argparse's subparsers, adds its own, and calls
`set_defaults(run=function)`; the function takes the parsed arguments and returns the exit status.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import diffing, packs
from planner.batch import command as batch

if TYPE_CHECKING:
    from planner.outline import Block

PROGRAM = "repair-planner"
GROUP = "repair_planner.commands"
FORMATS = ("text", "json", "markdown")
OWN_COMMANDS = ("plan", "batch", "check", "diff", "explain", "schema", "new-pack")
FAILED = 1
REFUSED = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives its type no public name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; whatever goes wrong, no traceback is shown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    try:
        chosen = _parser(given).parse_args(given)
        status = _run(chosen.run, chosen)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more when it ends; that must find an open file.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return status


def _run(command: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a command; tell what the person can mend on standard error."""
    from planner.errors import PlannerError

    try:
        return command(chosen)
    except BrokenPipeError:
        raise
    except PlannerError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{PROGRAM}: {_told(error)}", file=sys.stderr)
    return REFUSED


def _told(error: OSError) -> str:
    """What the system refused, about which file."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; what a stream cannot take is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The whole grammar; other packages are asked for theirs only when it may matter."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="From an observed rupture in the therapeutic alliance to a repair plan.",
        epilog="It makes no diagnosis, assesses no risk and replaces no supervision.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_TellVersion, nargs=0, help="tell the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_plan(commands)
    _add_check(commands)
    _add_explain(commands)
    _add_schema(commands)
    batch.add_command(commands)
    packs.add_command(commands)
    diffing.add_command(commands)
    if not given or given[0] not in OWN_COMMANDS:
        _add_others(commands)
    return parser


class _TellVersion(argparse.Action):
    """Tells the version, looked up only when it is asked for: the look-up takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end."""
        from importlib.metadata import version

        print(PROGRAM, version("repair-planner"))
        parser.exit()


def _add_others(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the commands of other rooms, such as `serve`."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        try:
            add_command = entry.load()
        except ImportError as error:
            print(f"{PROGRAM}: {entry.name} is not available: {error}", file=sys.stderr)
        else:
            add_command(commands)


def _add_plan(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("plan", help="one observation (JSON or YAML) to a plan")
    command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the observation; - is standard input"
    )
    command.add_argument(
        "--format", choices=FORMATS, help="text (default on a terminal), json (default elsewhere)"
    )
    _add_rules(command)
    command.set_defaults(run=_plan)


def _add_check(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("check", help="read and prove the rulebook and clinics' packs")
    command.add_argument("packs", nargs="*", metavar="DIR", help="a clinic's own rules")
    command.add_argument(
        "--prove",
        action=argparse.BooleanOptionalAction,
        help="prove the properties for every observation (default: where z3-solver is installed)",
    )
    command.set_defaults(run=_check)


def _add_explain(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("explain", help="a rule or a handout item in plain words")
    command.add_argument("name", metavar="RULE-ID|ITEM", help="own-part.own-it, or C2")
    _add_rules(command)
    command.set_defaults(run=_explain)


def _add_schema(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("schema", help="the JSON Schema of what goes in or comes out")
    command.add_argument("name", choices=("observation", "plan", "rules"))
    command.add_argument("--flat", action="store_true", help="of an observation as one flat row")
    command.add_argument("--rules", metavar="DIR", help="of rules, with a clinic's own sets")
    command.set_defaults(run=_schema)


def _add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rules", metavar="DIR", help="add a clinic's own rules")


def _plan(chosen: argparse.Namespace) -> int:
    """Make a plan of one observation."""
    from planner.observation_file import read_observation
    from planner.planning import Planner

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
        from planner.outline import outline

        _print(outline(plan))
    return 0


def _check(chosen: argparse.Namespace) -> int:
    """Read the rulebook with every pack, play every scenario, prove it, and count what holds."""
    from planner.checking import SKIPPED, can_prove, check, proved
    from planner.errors import RulebookError

    packs = [Path(pack) for pack in chosen.packs]
    try:
        print(check(packs), flush=True)
        if chosen.prove is not False:
            print(proved(packs) if can_prove() else SKIPPED)
    except RulebookError as error:
        print(error)
        return FAILED
    return FAILED if chosen.prove and not can_prove() else 0


def _explain(chosen: argparse.Namespace) -> int:
    """Tell a rule or an item in plain words."""
    from planner.explaining import explained, nearest
    from planner.planning import SHIPPED
    from planner.scenarios import read_scenarios
    from planner.shelf import rulebook_of

    packs = [Path(chosen.rules)] if chosen.rules else []
    rulebook = rulebook_of(SHIPPED, packs)
    scenarios = [one for rules in (SHIPPED, *packs) for one in read_scenarios(rules, rulebook)]
    try:
        blocks = list(explained(rulebook, scenarios, chosen.name))
    except KeyError:
        near = nearest(rulebook, chosen.name)
        hint = f" Did you mean {near}?" if near else ""
        print(f"{PROGRAM}: no rule or item is called {chosen.name!r}.{hint}", file=sys.stderr)
        return REFUSED
    _print(blocks)
    return 0


def _schema(chosen: argparse.Namespace) -> int:
    """Print a JSON Schema."""
    import json

    for option, name in (("flat", "observation"), ("rules", "rules")):
        if getattr(chosen, option) and chosen.name != name:
            print(f"{PROGRAM}: --{option} is for `schema {name}`.", file=sys.stderr)
            return REFUSED
    if chosen.name == "plan":
        from planner.plan import plan_schema as schema
    elif chosen.name == "rules":
        schema = partial(_rules_schema, chosen.rules)
    elif chosen.flat:
        from planner.batch.flat import flat_schema as schema
    else:
        from planner.observation import observation_schema as schema
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _rules_schema(pack: str | None) -> dict[str, Any]:
    """The schema of rule files, with the sets of the rulebook and of a pack."""
    from planner.planning import SHIPPED
    from planner.reading.rule_schema import rules_schema
    from planner.shelf import rulebook_of

    return rules_schema(rulebook_of(SHIPPED, [Path(pack)] if pack else []).sets.values())


def _print(blocks: Iterable[Block]) -> None:
    """Show blocks as text, as wide and as colored as standard output likes it."""
    from shutil import get_terminal_size

    from planner.rendering import text_of

    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    color = sys.stdout.isatty() and not plain
    sys.stdout.write(text_of(blocks, get_terminal_size().columns, color=color))
