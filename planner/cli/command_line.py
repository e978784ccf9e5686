"""The command line: this package's own commands, and those that other packages add.

Every command imports what it needs when it runs, so that a cold start stays short.
Another package adds a command through the entry point group `repair_planner.commands`:
a function that takes argparse's subparsers, adds its own, and calls
`set_defaults(run=function)`; the function takes the parsed arguments and returns the exit status.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from planner.cli import (
    batch,
    check,
    completion,
    diff,
    explain,
    fhir,
    man,
    mcp,
    new_pack,
    plan,
    practice,
    schema,
)
from planner.cli.terminal import INTERRUPTED, PIPE_CLOSED, PROGRAM, REFUSED, Commands, columns

GROUP = "repair_planner.commands"
OWN_COMMANDS = {
    "plan": plan,
    "check": check,
    "explain": explain,
    "schema": schema,
    "batch": batch,
    "new-pack": new_pack,
    "diff": diff,
    "practice": practice,
    "fhir": fhir,
    "mcp": mcp,
    "completion": completion,
    "man": man,
}
"""This package's own commands, in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; whatever goes wrong, no traceback is shown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _open_closed()
    _speak_utf8()
    try:
        try:
            return _run(given)
        finally:
            _flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go()
        return PIPE_CLOSED
    except OSError as error:
        print(f"{PROGRAM}: {_refused_by_system(error)}", file=sys.stderr)
        _let_go()
        return REFUSED


def _run(given: Sequence[str]) -> int:
    """Run a command; print to standard error what the person can mend."""
    from planner.errors import PlannerError

    chosen = _parser(given).parse_args(given)
    try:
        status: int = chosen.run(chosen)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return status


def _flush() -> None:
    """Write what waits for standard output; raises OSError that names it, as of a full disk."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from None


def _let_go() -> None:
    """Leave standard output: Python flushes it once more at its end, which must not fail again."""
    with suppress(OSError):
        sys.stdout.flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed() -> None:
    """Open what the caller closed (`<&-`): an input that is empty, an output that refuses."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _refused_by_system(error: OSError) -> str:
    """What the system refused, about which file."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; what a stream cannot take is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def grammar() -> argparse.ArgumentParser:
    """The grammar of all commands, those of other packages included."""
    return _parser(())


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The grammar: of one of our own commands where it is named first, else of all there are."""
    parser: argparse.ArgumentParser = _Parser(
        prog=PROGRAM,
        description="From an observed rupture in the therapeutic alliance to a repair plan.",
        epilog="It makes no diagnosis, assesses no risk and replaces no supervision.",
        allow_abbrev=False,
    )
    parser.set_defaults(grammar=grammar)  # for the commands that tell of all others
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = OWN_COMMANDS.get(given[0]) if given else None
    for command in (named,) if named else OWN_COMMANDS.values():
        command.add_command(commands)
    if not named:
        _add_others(commands)
    return parser


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal; argparse's own way to ask for that loads `shutil`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns() - 2)


class _Parser(argparse.ArgumentParser):
    """The parser of all commands and of each."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**{"formatter_class": _Help, **told})


class _PrintVersion(argparse.Action):
    """Prints the version, looked up on demand: the look-up is slow."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end."""
        from planner import __version__

        print(PROGRAM, __version__)
        parser.exit()


def _add_others(commands: Commands) -> None:
    """Add the commands of other packages, such as `serve`."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        try:
            add_command = entry.load()
        except ImportError as error:
            print(f"{PROGRAM}: {entry.name} is not available: {error}", file=sys.stderr)
        else:
            add_command(commands)
