"""`repair-planner completion`: what a shell needs to complete commands, options, values and files.

A script is made from the commands' own grammar, those that other packages add included. A word
that is called FILE, IN or OUT in it is completed as a file, and DIR, OLD or NEW as a directory.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from planner.cli.terminal import PROGRAM, Commands, add_output, put

SHELLS = ("bash", "zsh", "fish")
FILES = frozenset(("FILE", "IN", "OUT"))
DIRECTORIES = frozenset(("DIR", "OLD", "NEW"))


def add_command(commands: Commands) -> None:
    """Add `completion` to the command line."""
    command = commands.add_parser(
        "completion",
        help="a script by which a shell completes these commands",
        description="Print a script by which a shell completes commands, options and files.",
        epilog=f'Example, for this shell: eval "$({PROGRAM} completion bash)"',
    )
    command.add_argument("shell", choices=SHELLS)
    add_output(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Print the script."""
    put(script(chosen.grammar(), chosen.shell), chosen.output)
    return 0


def script(grammar: argparse.ArgumentParser, shell: str) -> str:
    """The script for one of `SHELLS`."""
    import shtab

    for argument in _arguments(grammar):
        if argument.metavar in FILES:
            argument.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab looks for it there
        elif argument.metavar in DIRECTORIES:
            argument.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # as above
    return shtab.complete(grammar, shell)


def _arguments(grammar: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every option and argument of every command."""
    for action in grammar._actions:  # noqa: SLF001 - argparse has no public way to look at these
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                yield from _arguments(command)
        else:
            yield action
