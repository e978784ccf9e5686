"""The commands that look after the database: `audit`, `start-code`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webui.database.connection import Database

FAILED = 1


def add_audit(commands: Any) -> None:
    """Add `audit`; called through the entry point of its group."""
    parser = commands.add_parser(
        "audit",
        help="check the history of stored plans",
        description="Check the history of stored plans, and name the first bad row.",
        epilog="Example: repair-planner audit",
    )
    parser.set_defaults(run=_audit)


def add_start_code(commands: Any) -> None:
    """Add `start-code`."""
    parser = commands.add_parser(
        "start-code",
        help="print a code to make the first account with",
        description="Print a code, which works once, to make the first account with.",
        epilog="Example: repair-planner start-code",
    )
    parser.set_defaults(run=_start_code)


def _audit(_chosen: argparse.Namespace) -> int:
    """Walk the history, and name the first row that is not as it was written."""
    from webui.database import history

    def check(database: Database) -> int:
        with database.read() as session:
            found = history.audit(session)
        if found.bad_row is not None:
            print(f"Row {found.bad_row} of the history is bad: {found.why}.")
            return FAILED
        print(f"The history is whole: {found.length} rows, last hash {found.hash}")
        return 0

    return with_database(check, made=False)


def _start_code(_chosen: argparse.Namespace) -> int:
    """Print a start code, where no account was made yet."""
    from webui.accounts.sign_in import Sessions

    def draw(database: Database) -> int:
        sessions = Sessions(database)
        if not sessions.nobody_yet():
            print("There are accounts already; an administrator invites others.", file=sys.stderr)
            return FAILED
        print(f"Start code (works once): {sessions.new_start_code()}")
        return 0

    return with_database(draw)


def with_database(work: Callable[[Database], int], *, made: bool = True) -> int:
    """Do it with the usual database, brought up to date; tell what is in the way.

    A database that is not there is `made`, or told of where there must be one already.
    """
    from webui.database.connection import Database, usual_address, usual_file
    from webui.database.refusals import Refusal
    from webui.database.upgrade import prepare

    file = usual_file()
    if not made and file is not None and not file.exists():
        print(f"repair-planner: nothing is stored yet: there is no {file}", file=sys.stderr)
        return FAILED
    try:
        with closing(Database(usual_address())) as database:
            prepare(database)
            return work(database)
    except Refusal as refusal:
        cause = getattr(refusal.__cause__, "orig", None) or refusal.__cause__
        print(f"repair-planner: {refusal} ({cause})" if cause else refusal, file=sys.stderr)
        return FAILED
