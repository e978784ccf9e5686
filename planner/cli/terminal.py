"""What the commands share: exit statuses, options, and how something is shown in a terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from planner.chosen_rules import NONE
from planner.plan.formats import Page

if TYPE_CHECKING:
    from planner.plan.outline import Block

PROGRAM = "repair-planner"
FAILED = 1
REFUSED = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives its type no public name


STANDARD_OUTPUT = "-"


class _Added(argparse.Action):
    """Joins what is told several times, so that the first is not forgotten in silence."""

    def __call__(
        self, _: object, namespace: argparse.Namespace, values: object, *__: object
    ) -> None:
        """Add one directory to those before it."""
        before = getattr(namespace, self.dest)
        joined = f"{before}{os.pathsep}{values}" if before is not None else str(values)
        setattr(namespace, self.dest, joined)


def add_rules(command: argparse.ArgumentParser) -> None:
    """Add the options by which a clinic's own rules are named, or left out.

    What was chosen is for `chosen_rules.chosen_packs` and `chosen_planner`.
    """
    named = command.add_mutually_exclusive_group()
    named.add_argument(
        "--rules",
        metavar="DIR",
        action=_Added,
        help="add a clinic's own rules; may be given several times (default: RULES, or `rules` in"
        " the configuration file)",
    )
    named.add_argument(
        "--no-rules",
        dest="rules",
        action="store_const",
        const=NONE,
        help="only the rules that ship, whatever RULES and the configuration file say",
    )


def add_output(command: argparse.ArgumentParser) -> None:
    """Add the option by which a document goes into a file, for `put` and `page`."""
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default=STANDARD_OUTPUT,
        help="write into this file, whole or not at all; - is standard output (default)",
    )


def refuse_same(file: str, output: str, why: str) -> None:
    """Refuse to write over the file that is read, one that a shell put on standard input too.

    Raises PlannerError, which says `why` after the file's name.
    """
    from planner.errors import PlannerError

    out = Path(output)
    if output == STANDARD_OUTPUT or not out.exists():
        return
    try:
        read = os.fstat(sys.stdin.fileno()) if file == STANDARD_OUTPUT else Path(file).stat()
    except (OSError, ValueError):
        return  # no file at all, or one that is not there: who reads it says so
    if os.path.samestat(read, out.stat()) and out.is_file():
        raise PlannerError(f"{output}: {why}")


def put(text: str, output: str = STANDARD_OUTPUT) -> None:
    """Write a document to standard output, or into a file whole; raises OSError of that file."""
    whole = text if text.endswith("\n") else f"{text}\n"
    if output == STANDARD_OUTPUT:
        sys.stdout.write(whole)
        return
    from planner.keeping import write_whole

    write_whole(Path(output), whole.encode(errors="replace"))


def put_json(document: object, output: str = STANDARD_OUTPUT) -> None:
    """Write a document as JSON, indented for whoever looks at it."""
    import json

    put(json.dumps(document, indent=2, ensure_ascii=False), output)


def show(blocks: Iterable[Block], output: str = STANDARD_OUTPUT) -> None:
    """Show blocks as text, as wide and as colored as the output likes it."""
    from planner.plan.rendering import text_of

    fit = page(output)
    put(text_of(blocks, fit.width, color=fit.color), output)


def page(output: str = STANDARD_OUTPUT) -> Page:
    """How wide the output is, and whether it understands colors."""
    if output != STANDARD_OUTPUT:
        return Page()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Page(columns(), color=sys.stdout.isatty() and not plain)


def columns() -> int:
    """How wide the terminal is, as `shutil` tells it, which takes longer to load than a command."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]  # None is an AttributeError
    except (AttributeError, ValueError, OSError):
        return 80
