"""Work on a database that a test kills: a line is printed when something was acknowledged.

One process loads everything once and waits for orders, a line of JSON each. A copy of it does what
is ordered, over and over, until it is killed; so that a kill does not cost the time of a start.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from planner import Planner
from planner.plan.plan import Plan
from tests.webui.support.people import LATE
from webui.database.backups.backup import backup
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.person import Person
from webui.database.upgrade import prepare
from webui.register.own_plans import OwnPlans
from webui.register.reviews import Review, Reviews
from webui.register.steps import Edit

PLANNER = Planner()


@dataclass(frozen=True, slots=True)
class Order:
    """What to do, to which database, as whom; `mark` is in the case codes that are made."""

    work: str
    address: str
    owner: int
    reviewer: int
    mark: str = ""
    files: tuple[str, ...] = ()
    """Where the backup goes, or those that are restored in turn."""

    def plans(self) -> Iterator[Plan]:
        """Plans for ever, each of another case."""
        for count in itertools.count():
            yield PLANNER.plan({**LATE, "case": f"{self.mark}-{count}"})


def say(*words: object) -> None:
    """Print a line whole or not at all: a pipe takes so few letters in one piece."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def save(order: Order, database: Database) -> None:
    """Keep plans, and edit each."""
    own, toni = OwnPlans(database), Person(order.owner, "Toni", therapist=True)
    for plan in order.plans():
        ref = own.keep(toni, plan)
        say("draft", ref, 1)
        say("draft", ref, own.edit(toni, ref, 1, {"C2": Edit(words=f"For {order.mark}.")}))


def approve(order: Order, database: Database) -> None:
    """Keep plans, hand each in, and approve it, every other one with changes."""
    own, toni = OwnPlans(database), Person(order.owner, "Toni", therapist=True)
    reviews = Reviews(database)
    sam = Person(order.reviewer, "Sam", therapist=True, supervisor=True)
    for count, plan in enumerate(order.plans()):
        ref = own.keep(toni, plan)
        say("draft", ref, 1)
        own.submit(toni, ref, 1)
        say("to_review", ref, 1)
        read = reviews.open(sam, ref)[0].version
        edits = {"C2": Edit(words="I was late.")} if count % 2 else {}
        kind = "approve_with_changes" if edits else "approve"
        review = Review(kind, read.number, read.content_hash, edits=edits)
        reviews.decide(sam, ref, review, read.edition)
        say("approved", ref, 1 + len(edits))


def back_up(order: Order, database: Database) -> None:
    """Keep a plan, and write a backup in place of the one before."""
    own, toni = OwnPlans(database), Person(order.owner, "Toni", therapist=True)
    for plan in order.plans():
        say("draft", own.keep(toni, plan), 1)
        backup(database, Path(order.files[0]))
        say("backed-up", order.files[0])


def put_back(order: Order, database: Database) -> None:
    """Restore one backup after another."""
    for number, file in itertools.cycle(enumerate(order.files)):
        restore(database, Path(file))
        say("restored", number)


def upgrade(_order: Order, database: Database) -> None:
    """Bring a database of the version before up to date, as a start does; then wait."""
    prepare(database)
    say("upgraded")
    signal.pause()


WORK: dict[str, Callable[[Order, Database], None]] = {
    "save": save,
    "approve": approve,
    "back up": back_up,
    "restore": put_back,
    "upgrade": upgrade,
}


def follow(order: Order) -> None:
    """Open the database and work until the end; an error is told and ends the copy."""
    database = Database(order.address, patience=30)
    say("ready")
    WORK[order.work](order, database)


def main() -> None:
    """Follow orders, each in a copy of this process; tell its number, and how it ended."""
    PLANNER.plan(LATE)
    say("warm")
    for line in sys.stdin:
        told = json.loads(line)
        copy = os.fork()
        if not copy:
            try:
                follow(Order(**told))
            except BaseException:  # noqa: BLE001 - whatever it is: the copy must not go on here
                traceback.print_exc()
            os._exit(1)
        say("copy", copy)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]))


if __name__ == "__main__":
    main()
