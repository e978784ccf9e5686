"""The command `roles`: what somebody may do, changed on the machine itself.

By the pages nobody gives themselves a role. Where somebody works alone, or has forgotten a role at
the first start, whoever sits at the machine can; the history says that it was done there.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from webui.commands.database import FAILED, with_database
from webui.database.person import ROLES

if TYPE_CHECKING:
    from webui.database.connection import Database


def add_command(commands: Any) -> None:
    """Add `roles`; called through the entry point of its group."""
    parser = commands.add_parser(
        "roles",
        help="show or change the roles of somebody who has an account",
        description=(
            "Show or change the roles of somebody who has an account; the history says that it "
            "was done here."
        ),
        epilog="Example: repair-planner roles Olga --add therapist",
    )
    parser.add_argument("person", metavar="PERSON", help="the name for signing in")
    for option, done in (("--add", "given"), ("--remove", "taken away")):
        parser.add_argument(
            option, action="append", choices=ROLES, default=[], help=f"a role to be {done}"
        )
    parser.set_defaults(run=_roles)


def _roles(chosen: argparse.Namespace) -> int:
    """Change the roles and print those that are held then."""
    from webui.accounts.roles import RolesHere
    from webui.database.refusals import NotHere

    def change(database: Database) -> int:
        try:
            name, held = RolesHere(database).change(chosen.person, chosen.add, chosen.remove)
        except NotHere:
            print(f"repair-planner: nobody signs in as {chosen.person!r}", file=sys.stderr)
            return FAILED
        print(f"{name}: {', '.join(held)}")
        return 0

    return with_database(change, made=False)
