"""Tests that only read files, skipped while nothing has changed of what they last passed with.

A proof over every observation, and plans of observations from a fixed seed, are functions of rules
and code: asked again of the same, they answer the same. Such a test is marked `reads_files_only`.
Where it passed before with exactly these files, it is skipped, and its name and this reason are
told. Continuous integration (`CI`, `REPAIR_PLANNER_NOTHING_MISSING`) always runs it, and so does
`REPAIR_PLANNER_AGAIN=1`.
"""

import hashlib
import os
import sys
from collections.abc import Generator, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tests.long import LONG

ROOT = Path(__file__).resolve().parent.parent
READ = ("planner", "rules", "tests")
OTHERS = {"webui", "browser", "__pycache__"}
PACKAGES = ("datalogic-py", "durable-rules", "orjson", "pydantic", "ruamel.yaml", "z3-solver")
ALWAYS = ("CI", "REPAIR_PLANNER_NOTHING_MISSING", "REPAIR_PLANNER_AGAIN")
MARK = "reads_files_only"
_PASSED = pytest.StashKey[bool]()


@cache
def digest() -> str:
    """What such a test may depend on: the planner, the rules, and the tests but those of pages."""
    read = hashlib.sha256(f"{sys.version} {LONG} {[*map(_version, PACKAGES)]}".encode())
    for path in _files():
        read.update(f"\0{path.relative_to(ROOT).as_posix()}\0".encode() + path.read_bytes())
    return read.hexdigest()


def _files() -> Iterator[Path]:
    for room in READ:
        for one in sorted((ROOT / room).rglob("*")):
            if one.is_file() and OTHERS.isdisjoint(one.relative_to(ROOT).parts):
                yield one


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def again() -> bool:
    """Whether every test runs, whatever passed before."""
    return any(os.environ.get(name, "").lower() not in {"", "0", "false"} for name in ALWAYS)


class Unchanged:
    """Notes which of these tests passed with which files, and skips them with the same ones."""

    def __init__(self, config: pytest.Config) -> None:
        known = getattr(config, "cache", None)
        self.kept: Path | None = known.mkdir("unchanged") if known else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip what would say again what it said."""
        for item in items:
            note = self._note(item)
            if note and not again() and note.is_file() and note.read_text() == digest():
                reason = f"{item.name} passed with these very files (REPAIR_PLANNER_AGAIN=1: again)"
                item.add_marker(pytest.mark.skip(reason=reason))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note a test that passed as a whole, its taking down included."""
        report = yield
        if call.when == "call":
            item.stash[_PASSED] = report.passed
        note = self._note(item)
        if note and call.when == "teardown" and report.passed and item.stash.get(_PASSED, False):
            note.write_text(digest())
        return report

    def _note(self, item: pytest.Item) -> Path | None:
        """Where it is noted with which files a test passed; None where that is not to be known."""
        if self.kept is None or item.get_closest_marker(MARK) is None:
            return None
        return self.kept / hashlib.sha256(item.nodeid.encode()).hexdigest()[:24]
