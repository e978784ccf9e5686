"""The commands that look after the database: `audit`, `start-code`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webui.database.audit.auditing import Examined
    from webui.database.connection import Database

FAILED, MISTAKEN = 1, 2
MOST = 100
"""Faults that are printed; the rest is counted."""


def add_audit(commands: Any) -> None:
    """Add `audit`; called through the entry point of its group."""
    parser = commands.add_parser(
        "audit",
        help="check the history of stored plans",
        description=(
            "Check the history of stored plans, everything that it tells of, and the database "
            "itself; name the first bad row, and whatever else does not fit."
        ),
        epilog="Example: repair-planner audit --head 12:9f86d081884c7d659a2feaa0c55ad015...",
    )
    parser.add_argument(
        "--head",
        dest="heads",
        action="append",
        default=[],
        metavar="LINE",
        help="a line that audit printed earlier and that was kept elsewhere; may be repeated",
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


def _audit(chosen: argparse.Namespace) -> int:
    """Look at everything that is stored, and tell what is not as it was written."""
    from webui.database import two_roles
    from webui.database.audit.auditing import examined
    from webui.database.audit.witness import Head

    heads = [Head.read(line) for line in chosen.heads]
    if None in heads:
        line = chosen.heads[heads.index(None)]
        print(
            f"--head {line}: this is no head, which `audit` prints as 12:9f86...", file=sys.stderr
        )
        return MISTAKEN

    def check(database: Database) -> int:
        if one_role := two_roles.warning(database):
            print(one_role)
        return _told(examined(database, [head for head in heads if head]))

    return with_database(check, made=False)


def _told(found: Examined) -> int:
    """Print what an audit found: every fault, or that there is none, with the head to keep."""
    if found.chain.bad_row is not None:
        print(f"Row {found.chain.bad_row} of the history is bad: {found.chain.why}.")
    for line in found.findings[:MOST]:
        print(f"Not as it was written: {line}.")
    if len(found.findings) > MOST:
        print(f"And {len(found.findings) - MOST} more.")
    for note in found.notes:
        print(note)
    if not found.whole:
        return FAILED
    print(f"The history is whole: {found.chain.length} rows, last hash {found.chain.hash}")
    print(f"Keep this line elsewhere, for `audit --head`: {found.head}")
    return 0


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
    from webui.database.address import usual_address, usual_file
    from webui.database.connection import Database
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
