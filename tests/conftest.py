"""What holds for every test: how long it took proves nothing, and none may take for ever."""

import fcntl
import gc
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from planner import Planner
from planner.reading.shipped import SHIPPED
from tests.support import unchanged
from tests.support.browsers import CHROMIUM
from tests.support.command import BIN
from tests.support.long import LONG, times
from tests.support.missing import missing

settings.register_profile(
    "house",
    deadline=None,
    max_examples=times(50, 200),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

os.environ["REPAIR_PLANNER_CONFIG"] = os.devnull  # whoever runs the tests may use a pack
os.environ.pop("RULES", None)
os.environ["HISTORY_KEY"] = "rp1-ZXZlcnkgdGVzdCBzZWFscyB3aXRoIHRoaXMga2V5LiA"  # no file of it

if LONG:
    os.environ["PYTEST_TIMEOUT"] = "0"  # the deadline of pyproject.toml is for the little sizes


@pytest.fixture(scope="module", autouse=True)
def settled() -> Iterator[None]:
    """What is there after a module stays, and is no longer looked through for garbage.

    A run holds millions of objects (rules, formulas, applications), and Python would look through
    all of them again and again: a tenth of the time that tests take.
    """
    yield
    gc.collect(1)
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(unchanged.Unchanged(config), "unchanged")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that at the end no process works on it alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A directory that all processes of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def planner() -> Planner:
    """The planner of the rules that ship: it keeps nothing of what it was asked."""
    return Planner()


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, to copy."""
    from webui.database.address import sqlite_address
    from webui.database.connection import Database
    from webui.database.upgrade import prepare

    file = tmp_path_factory.mktemp("ready") / "plans.sqlite3"
    made = Database(sqlite_address(file))
    prepare(made)
    made.close()
    return file


@pytest.fixture(scope="session")
def whole_check(common: Path) -> subprocess.CompletedProcess[str]:
    """What the installed `repair-planner check` says of the rules that ship: asked once a run.

    Where every test runs whatever passed before, nothing is taken from a proof that was kept.
    """
    with (common / "check.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        told = file.read()
        if not told:
            for kept in SHIPPED.glob("__pycache__/proof-*.json") if unchanged.again() else ():
                kept.unlink(missing_ok=True)
            line = [str(BIN / "repair-planner"), "check"]
            ended = subprocess.run(line, capture_output=True, text=True, check=False)
            told = json.dumps([ended.args, ended.returncode, ended.stdout, ended.stderr])
            file.write(told)
    return subprocess.CompletedProcess(*json.loads(told))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skipped by name where it is missing."""
    if not CHROMIUM.exists():
        missing("chromium is not installed")
    from playwright.sync_api import sync_playwright  # only a few tests drive a browser

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
