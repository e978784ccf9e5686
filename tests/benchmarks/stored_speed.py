"""What storing plans takes, and how it grows with the plans that are stored.

`python -m tests.benchmarks.stored_speed [PLANS]` prints Markdown: SQLite, and PostgreSQL where it
is installed. Each plan is another case's, kept as a draft, as the pages keep it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import text

from planner import Planner
from tests.benchmarks.cases import realistic
from tests.benchmarks.measuring import Times, percentile, table, where_and_when
from tests.benchmarks.timing import told_of_others
from tests.webui.support import postgres
from tests.webui.support.people import Clock, House
from webui.accounts.passwords import Passwords
from webui.database import history
from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.upgrade import prepare

PLANS, STEPS = 2_000, 4
"""How many are stored, and how often it is looked at on the way."""
LOOKS = 40
"""Plans that are opened, and lists that are read, at each look."""


@contextmanager
def databases(room: Path) -> Iterator[dict[str, str]]:
    """The address of each database there is."""
    with ExitStack() as servers:
        found = {"SQLite": sqlite_address(room / "plans.sqlite3")}
        if postgres.programs() is not None:
            server = servers.enter_context(postgres.shared(room))
            postgres.statement(f"{server}postgres", "CREATE DATABASE bench")
            found["PostgreSQL"] = f"{server}bench"
        yield found


def house_of(address: str) -> House:
    """People and their rooms, on an empty database."""
    database = Database(address)
    prepare(database)
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return House(database, Clock(), Planner(), quick)


def size(database: Database) -> int:
    """Bytes that the database takes."""
    if database.path is not None:
        files = database.path.parent.glob(f"{database.path.name}*")
        return sum(file.stat().st_size for file in files)
    with database.read() as session:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def grown(house: House, plans: int) -> Iterator[tuple[str, ...]]:
    """Store so many plans; a row at each look."""
    toni, step = house["Toni"], max(plans // STEPS, 1)
    told = told_of_others(realistic(plans, seed=6))
    refs: list[str] = []
    empty = size(house.database)
    for begin in range(0, plans, step):
        keeping = Times()
        for case in told[begin : begin + step]:
            plan = house.planner.plan(case)
            refs.append(keeping.of(lambda plan=plan: house.keeping.keep(toni, plan)))  # type: ignore[misc]  # bound at once
            house.clock.forward(seconds=30)
        opening, listing = Times(), Times()
        for ref in refs[:: max(len(refs) // LOOKS, 1)]:
            opening.of(lambda ref=ref: house.keeping.open(toni, ref))  # type: ignore[misc]  # as above
            listing.of(lambda: house.keeping.listed(toni))
        rows, took = audited(house)
        cells = (_ms(keeping.wall), _ms(keeping.cpu), _ms(opening.wall), _ms(listing.wall))
        each = (size(house.database) - empty) / len(refs) / 1024
        yield f"{len(refs):,}", f"{each:.1f} KB", *cells, f"{rows / took:,.0f} rows/s"


def audited(house: House) -> tuple[int, float]:
    """Rows of the history, and seconds that checking all of them took."""
    begun = time.perf_counter()
    with house.database.read() as session:
        found = history.audit(session)
    if found.bad_row is not None:
        raise SystemExit(f"the history is not whole: row {found.bad_row}, {found.why}")
    return found.length, time.perf_counter() - begun


def _ms(times: list[float]) -> str:
    return f"{percentile(times, 0.5) / 1000:.1f} ms"


def report(plans: int = PLANS) -> str:
    """A table for each database, as Markdown."""
    heads = ("stored", "each takes", "keep", "CPU of it", "open", "the list", "the history checked")
    parts = [f"Plans of different cases, one process, p50 by the clock. {where_and_when()}"]
    with tempfile.TemporaryDirectory() as room, databases(Path(room)) as addresses:
        for name, address in addresses.items():
            house = house_of(address)
            parts += [f"{name}:", table(heads, list(grown(house, plans)))]
            house.database.close()
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:2])))
