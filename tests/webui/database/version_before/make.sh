#!/bin/sh
# Makes the files beside this script with the code of commit 3ce700e, the last version before the
# history, what is stored and backups were sealed. To make them anew, in the repository:
#
#     sh tests/webui/database/version_before/make.sh
#
# Needs git, this project's .venv, and PostgreSQL's programs (initdb, pg_dump).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(git -C "$here" rev-parse --show-toplevel)
then=$(mktemp -d)
trap 'git -C "$root" worktree remove --force "$then/code"; rm -rf "$then"' EXIT
git -C "$root" worktree add --quiet --detach "$then/code" 3ce700e
cd "$then/code"
PYTHONPATH="$then/code" "$root/.venv/bin/python" - "$here" <<'PYTHON'
"""The same clinic on SQLite and on PostgreSQL: people, plans in every state, and what hangs on them."""
import gzip, os, subprocess, sys, tempfile
from pathlib import Path

from argon2 import PasswordHasher

from planner import Planner
from tests.webui.register import postgres
from tests.webui.register.people import FLAGGED, STOP, Clock, House
from webui.accounts.passwords import Passwords
from webui.register.afterwards import Told
from webui.register.backing_up import backup
from webui.register.changing import prepare
from webui.register.database import Database, sqlite_address
from webui.register.reviewing import Remark
from webui.register.steps import Edit, FreeStep

here = Path(sys.argv[1])
quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def lived_in(address):
    database = Database(address)
    prepare(database)
    house = House(database, Clock(), Planner(), quick)
    toni, sam, ada, clock = house["Toni"], house["Sam"], house["Ada"], house.clock

    house.kept(case="K-draft", notes="Waited in the corridor, zürnte leise.")
    taken = house.submitted(case="K-taken-back", notes="taken back")
    house.keeping.take_back(toni, taken, 1)
    house.keeping.edit(toni, taken, 1, {"C2": Edit(words="Mine alone, after taking it back.")})
    clock.forward(hours=1)
    house.submitted(case="K-waits", notes="waits for review")
    escalated = house.submitted(case="K-escalated", observation=FLAGGED)
    house.decide(escalated, "escalate", text="Let us look at this together.")
    asked = house.submitted(case="K-asked")
    remarks = {"C2": Remark("adjust", "Shorter, please."), "C1": Remark("agree", "Good.")}
    house.decide(asked, "ask_for_changes", text="Nearly there.", remarks=remarks)
    clock.forward(hours=1)
    approved = house.kept(case="K-114", session=4)
    free = FreeStep("A cup of tea", "now", "Shall we begin with a cup of tea?")
    house.keeping.edit(toni, approved, 1, {"C2": Edit(words="I kept you waiting. I am sorry.")}, free)
    house.keeping.submit(toni, approved, 2)
    house.decide(approved, text="Go ahead.", remarks={"C2": Remark("agree", "Warm and plain.")})
    house.afterwards.tell(toni, approved, Told("yes", "She laughed.", "4", srs="31.5", wai="201"))
    later = house.submitted(case="K-114", notes="a week later")
    edits = {"C2": Edit(words="I was late, and you waited.")}
    house.decide(later, "approve_with_changes", text="With one word changed.", edits=edits)
    reopened = house.submitted(case="K-reopened")
    house.decide(reopened)
    house.keeping.reopen(toni, reopened, 1)
    stopped = house.submitted(case="K-stop", observation=STOP)
    house.decide(stopped, "acknowledge", text="Called the duty line at noon.")
    withdrawn = house.submitted(case="K-withdrawn")
    house.keeping.withdraw(toni, withdrawn, 1)
    typed = house.submitted(case="K-typed")
    house.reviewing.keep_draft(sam, typed, 1, {"text": "typed and not sent"})
    erased = house.kept(case="K-erased")
    house.cases.retain(toni, approved, "2036-12-31")
    house.kept("Tess", case="K-tess")
    house.cases.erase(toni, erased, "K-erased")
    clock.forward(hours=1)
    house.keys.add(toni, "the old program", ["plans:read"], 365)
    house.office.disable(ada, house["Tess"].id, disabled=True)
    house.office.add(ada, "Ines", ["therapist"])
    house.doors.sign_in("Toni", "a bowl mended with gold")
    return database


with tempfile.TemporaryDirectory() as directory:
    file = Path(directory) / "plans.sqlite3"
    database = lived_in(sqlite_address(file))
    print("SQLite, digest", backup(database, here / "sqlite.backup"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    (here / "plans.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
with postgres.server() as address:
    postgres.statement(f"{address}postgres", "CREATE DATABASE plans")
    database = lived_in(f"{address}plans")
    print("PostgreSQL, digest", backup(database, here / "postgresql.backup"))
    database.close()
    plain = ["pg_dump", "--no-owner", "--no-privileges", "--inserts", f"{address}plans"]
    dumped = subprocess.run(plain, check=True, capture_output=True).stdout
    plain = [line for line in dumped.splitlines(keepends=True) if line[:1] != b"\\"]
    (here / "plans.sql.gz").write_bytes(gzip.compress(b"".join(plain), mtime=0))
PYTHON
