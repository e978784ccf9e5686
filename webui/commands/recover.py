"""The `recover` command: a way back in for somebody who cannot sign in, on the machine itself."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from webui.commands.database import with_database
from webui.commands.serve import HOST, PORT

if TYPE_CHECKING:
    from webui.database.connection import Database

REFUSED = 2


def add_command(commands: Any) -> None:
    """Add `recover` to the command line; called through the entry point of its group."""
    parser = commands.add_parser(
        "recover",
        help="print a link for somebody who cannot sign in",
        description="Print a one-use link to choose a new password, for who cannot sign in.",
        epilog='Example: repair-planner recover "Maria Weber"',
    )
    parser.add_argument("person", metavar="PERSON", help="their name for signing in")
    parser.add_argument(
        "--without-second-factor",
        action="store_true",
        help="take their second factor away as well, once the link is used",
    )
    parser.set_defaults(run=recover)


def recover(chosen: argparse.Namespace) -> int:
    """Print the link; 2 where nobody has this name or the database cannot be used."""

    def draw(database: Database) -> int:
        from webui.accounts.recovery import Nobody, Recovery

        try:
            link = Recovery(database).link(
                chosen.person, without_second_factor=chosen.without_second_factor
            )
        except Nobody as nobody:
            print(nobody, file=sys.stderr)
            return REFUSED
        print(f"For {link.name}, once, within an hour: {usual_site()}/join/{link.secret}")
        print(
            "Where Repair Planner runs at another address, put that before /join/. "
            "When the link is used, every session of theirs ends."
        )
        return 0

    return REFUSED if with_database(draw, made=False) else 0


def usual_site() -> str:
    """Where people reach the pages: the first of HOST_NAMES over TLS, else this machine's own."""
    name = os.environ.get("HOST_NAMES", "").partition(",")[0].strip()
    return f"https://{name}" if name else f"http://{HOST}:{PORT}"
