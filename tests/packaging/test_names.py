"""What people are told to install has a name that is somebody's, or none."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.packaging.conftest import ROOT
from tests.test_house import PICTURES, name_of, tracked

LINE = re.compile(r"pip3? install (?:-\S+ )*[\"']?([\w.-]*)\[([\w,]+)\]")
BY_NAME = re.compile(
    r"pip3? install (?:--?[a-z][\w-]*(?:[ =](?!repair)\S+)? )*[\"']?repair[-_]planner"
)
OFFLINE = "--no-index"
"""Asks no registry for the name: the files that were collected are all there is."""
HISTORY = {"CHANGELOG.md", "PKG-INFO"}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
TEXTS = [
    path
    for path in tracked()
    if path.is_file()
    and path.suffix not in PICTURES
    and path.relative_to(ROOT).parts[0] != "tests"
    and path.name not in HISTORY
]


def lines_with(what: re.Pattern[str]) -> list[tuple[str, str]]:
    """The lines of the project that fit, each with its file."""
    return [
        (name_of(path), line)
        for path in TEXTS
        for line in path.read_text("utf-8").splitlines()
        if what.search(line)
    ]


def test_no_text_tells_to_install_a_name_that_nobody_has_reserved():
    """Whoever registers `repair-planner` where pip looks would run their code on that machine."""
    named = [(file, line) for file, line in lines_with(BY_NAME) if OFFLINE not in line]
    assert named == []


def test_every_extra_that_a_text_names_is_there_and_of_this_directory():
    found = [match for _, line in lines_with(LINE) for match in LINE.finditer(line)]
    told = {(match[1], extra) for match in found for extra in match[2].split(",")}
    assert {"batch", "clinic", "pdf", "proof"} <= {extra for _, extra in told}
    assert {name for name, _ in told} == {"."}
    assert {extra for _, extra in told} <= set(EXTRAS)


@pytest.mark.parametrize(
    "line",
    [
        "pip install repair-planner",
        "pip install 'repair-planner[pdf]'",
        'python -m pip install --quiet -U "repair_planner[x]"',
        "pip install --upgrade repair-planner==0.5",
    ],
)
def test_such_a_line_would_be_found(line: str):
    assert BY_NAME.search(line)
