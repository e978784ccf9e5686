"""Save plans in a SQLite file, so that every write to the disk can be recorded: `-m ... FILE 10`.

A line is printed when a plan was acknowledged. The process ends without closing the database.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sqlalchemy import select

from planner import Planner
from tests.webui.database.killed_work import say
from tests.webui.support.people import LATE
from webui.database.account_tables import Account
from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.person import Person
from webui.register.own_plans import OwnPlans


def main() -> None:
    """Save as many plans as asked."""
    file, count = sys.argv[1:]
    database, planner = Database(sqlite_address(Path(file))), Planner()
    with database.read() as session:
        owner = session.scalars(select(Account.id).where(Account.name == "Toni")).one()
    own, toni = OwnPlans(database), Person(owner, "Toni", therapist=True)
    for number in range(int(count)):
        say("draft", own.keep(toni, planner.plan({**LATE, "case": f"K-{number}"})), 1)
    os._exit(0)


if __name__ == "__main__":
    main()
