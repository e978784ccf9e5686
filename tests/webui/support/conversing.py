"""Programs talk to a live server as its description invites them to; schemathesis thinks them up.

`python -m tests.webui.support.conversing` is the long talk behind `make fuzz`. A server error, an
answer that the description does not name, a good observation refused or a bad one taken ends it.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from planner import Planner
from tests.support.live import served
from tests.webui.support.people import QUICK, Clock, House
from webui import create_app
from webui.accounts.api_keys import SCOPES
from webui.database.address import sqlite_address
from webui.database.connection import Database
from webui.database.upgrade import prepare

ROOT = Path(__file__).resolve().parents[3]
PLANS = "/api/v1/plans"
ROUND = 1_000
SCHEMATHESIS = "from schemathesis.cli import schemathesis; schemathesis()"


def talk(address: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis talk to the server by its own description; it keeps no file."""
    with tempfile.TemporaryDirectory() as directory:
        hooks = {"SCHEMATHESIS_HOOKS": "tests.webui.support.unsaid", "PYTHONPATH": str(ROOT)}
        described = f"{address}/api/v1/openapi.json"
        asked = ["run", described, "--url", address, "--checks", "all", "--no-color"]
        return subprocess.run(
            [sys.executable, "-c", SCHEMATHESIS, *asked, *options],
            cwd=directory,
            env={**os.environ, **hooks},
            capture_output=True,
            text=True,
            check=False,
        )


def main() -> int:
    """A talk about every route, then rounds about plans alone: a long one would fill the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    chosen = parser.parse_args()
    with served(create_app(), 8500) as address:
        asked = told(talk(address, "--max-examples", "300"), "every route")
        while asked and asked < chosen.examples:
            seed = str(chosen.seed + asked)
            options = ("--phases", "fuzzing", "--max-examples", str(ROUND), "--seed", seed)
            more = told(talk(address, "--include-path", PLANS, *options), f"plans, seed {seed}")
            asked = asked + more if more else 0
    more = with_a_key(str(chosen.seed)) if asked else 0
    asked = asked + more if more else 0
    print(
        f"{asked} asked, all answered as described." if asked else "Something is amiss; see above."
    )
    return 0 if asked else 1


def with_a_key(seed: str, examples: int = 100) -> int:
    """A talk about plans that are kept, in a clinic of its own."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(sqlite_address(Path(directory) / "plans.sqlite3"))
        prepare(database)
        house = House(database, Clock(), Planner(), QUICK)
        key = house.keys.add(house["Toni"], "A talk", SCOPES, 1)
        for number in range(20):
            house.submitted(case=f"K-{number}")
        address = database.url.render_as_string(hide_password=False)
        config = {"DATABASE": address, "CLOCK": house.clock, "PLANNER": house.planner}
        with served(create_app(config), 8700) as found:
            options = ("--include-path-regex", "kept-plans", "--max-examples", str(examples))
            header = ("--header", f"Authorization: Bearer {key}", "--seed", seed)
            return told(talk(found, *options, *header), "kept plans, with a key")


def told(ended: subprocess.CompletedProcess[str], what: str) -> int:
    """How many cases were sent and answered well; 0, and everything said, when one was not."""
    passed = re.search(r"(\d+) generated, \1 passed", ended.stdout)
    if ended.returncode or not passed:
        print(ended.stdout, ended.stderr, f"{what}: ended with {ended.returncode}", flush=True)
        return 0
    print(f"{what}: {passed[0]}", flush=True)
    return int(passed[1])


if __name__ == "__main__":
    sys.exit(main())
