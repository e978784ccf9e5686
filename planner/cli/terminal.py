"""What the commands share: exit statuses, options, and how something is shown in a terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from planner.plan.formats import Page

if TYPE_CHECKING:
    from planner.plan.outline import Block

PROGRAM = "repair-planner"
FAILED = 1
REFUSED = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives its type no public name


def add_rules(command: argparse.ArgumentParser) -> None:
    """Add the option by which a clinic's own rules are named."""
    command.add_argument("--rules", metavar="DIR", help="add a clinic's own rules")


def show(blocks: Iterable[Block]) -> None:
    """Show blocks as text, as wide and as colored as standard output likes it."""
    from planner.plan.rendering import text_of

    fit = page()
    sys.stdout.write(text_of(blocks, fit.width, color=fit.color))


def page() -> Page:
    """How wide standard output is, and whether it understands colors."""
    from shutil import get_terminal_size

    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Page(get_terminal_size().columns, color=sys.stdout.isatty() and not plain)
