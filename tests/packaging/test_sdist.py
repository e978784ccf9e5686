"""The sdist: everything to build, test and change the project with, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, build
from tests.support.long import LONG
from tests.test_house import tracked

SOME = (
    "tests/test_house.py",
    "tests/planner/contract/test_plain.py",
    "tests/webui/api/test_probes.py",
)
"""A part of the tests that reads every file, plans, and answers over HTTP."""


@pytest.fixture(scope="module")
def tree(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked: by a filter that lets nothing out of the directory."""
    into = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    [found] = into.iterdir()
    return found


def test_it_holds_every_file_of_the_project_and_no_other(sdist: Path):
    project = {path.relative_to(ROOT).as_posix() for path in tracked() if path.is_file()}
    with tarfile.open(sdist) as archive:
        there = {one.name.partition("/")[2] for one in archive if not one.isdir()}
    assert project - there == set()
    assert there - project <= {"PKG-INFO"}


def test_the_wheel_that_it_builds_is_the_same_to_the_byte(tree: Path, wheel: Path, tmp_path: Path):
    made = build(tree, "wheel", tmp_path)
    assert made.name == wheel.name
    assert made.read_bytes() == wheel.read_bytes()


def test_its_makefile_is_whole(tree: Path):
    assert os.access(tree / ".ci" / "run", os.X_OK)
    ended = subprocess.run(["make", "help"], cwd=tree, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "make run" in ended.stdout


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 300)
def test_its_own_tests_pass(tree: Path):
    """A part of them; all with REPAIR_PLANNER_LONG=1, but for this one."""
    some = ("tests", "--deselect", "tests/packaging/test_sdist.py") if LONG else SOME
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *some]
    kept = {name: told for name, told in os.environ.items() if not name.startswith("PYTEST_")}
    here = kept | {"PYTHONPATH": str(tree)}
    ended = subprocess.run(line, cwd=tree, env=here, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-1000:]
    assert " passed" in ended.stdout
