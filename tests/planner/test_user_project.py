"""A user's own project, checked by mypy and pyright in their strictest mode, and then run.

The package is laid out in an environment of its own, as pip installs it: what its `py.typed` does
not promise there, no checker of types believes. Neither is told of our plugin or configuration.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from planner.reading.shipped import SHIPPED
from tests.support.npm import npm_run

ROOT = Path(__file__).parents[2]
RIGHT = """
import planner
from planner import (
    AuthorityFrustration,
    BoundaryRequest,
    Context,
    Deflection,
    Disconnection,
    Lateness,
    Observation,
    ObservationError,
    Plan,
    Planner,
    Safety,
    Step,
)


def observed(both: bool) -> Observation:
    ruptures: list[Lateness | Deflection] = [Lateness(who="client", minutes=10)]
    if both:
        ruptures.append(Deflection(response="joke", trigger="feelings"))
    return Observation(
        case="K-1",
        session=3,
        ruptures=ruptures,
        context=Context(feelings=["hurt"], signs=("denial",), phase="late"),
        safety=Safety(flags={"formal_complaint": "unsure"}),
        notes="",
    )


def first(plan: Plan) -> Step | None:
    return plan.steps[0] if plan.steps else None


every = Observation(
    ruptures=[
        Lateness(who="client"),
        BoundaryRequest(nature="gift"),
        Deflection(response="joke"),
        AuthorityFrustration(toward="therapist", about=["fee"]),
        Disconnection(act="lost_temper"),
    ],
    safety=Safety(flags={}),
)
plans = list(Planner().plan_many([observed(True), observed(False), every]))
again = [Plan.from_dict(plan.to_dict()) for plan in plans]
step = first(again[0])
print(step.item if step else "none", len({*plans, *again}), planner.__version__.count("."))
try:
    Planner().plan({"ruptures": [], "safety": {"flags": {}}})
except ObservationError as error:
    print(", ".join(problem.field for problem in error.problems))
"""
WRONG = """
from planner import Context, Lateness, Observation, Planner, Safety
from planner import Planer
import planner

safe = Safety(flags={})
late = Lateness(who="client")
plan = Planner().plan(Observation(ruptures=[late], safety=safe))

Observation(ruptures=[late])
Observation(ruptures=[late], safety=None)
Observation(ruptures=["lateness"], safety=safe)
Lateness(who="therapis")
Lateness()
Lateness(who="client", minuts=3)
Context(feelings="hurt")
Context(phase="beginning")
Safety(flags={"selfharm": "yes"})
Safety(flags={"self_harm": "no"})
late.who = "both"
plan.disposition = "stop"
plan.steps[0].because[0].facts["lateness.who"] = "client"
plan.steps.append(plan.steps[0])
print(plan.stepz)
print(planner.Planed)
number: int = planner.__version__
"""
FAULTS = {
    number
    for number, line in enumerate(WRONG.splitlines(), 1)
    if line and number not in (2, 4, 6, 7, 8)
}
"""The lines of `WRONG` that a checker has to report: all but the imports and the three names."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project beside an environment in which the package is installed."""
    home = tmp_path_factory.mktemp("user")
    venv.create(home / "env", with_pip=False)
    [site] = (home / "env").glob("lib/python*/site-packages")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "planner", site / "planner", ignore=ignore)
    if not SHIPPED.is_relative_to(ROOT / "planner"):
        shutil.copytree(SHIPPED, site / SHIPPED.name, ignore=ignore)
    (site / "others.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    for name, text in (("right.py", RIGHT), ("wrong.py", WRONG)):
        (home / name).write_text(text, "utf-8")
    told = {"typeCheckingMode": "strict", "venvPath": ".", "venv": "env"}
    (home / "pyrightconfig.json").write_text(json.dumps(told), "utf-8")
    return home


def outside(project: Path) -> dict[str, str]:
    """An environment that leads to no checkout of ours."""
    hidden = ("PYTHONPATH", "MYPYPATH")
    return {key: value for key, value in os.environ.items() if key not in hidden} | {
        "HOME": str(project)
    }


def lines_of(said: str, name: str) -> set[int]:
    """The lines of a file that were found fault with."""
    return {int(line) for line in re.findall(rf"{name}:(\d+)(?::\d+)?(?::| -) error", said)}


@pytest.mark.slow
def test_mypy_takes_right_code_and_reports_every_wrong_line(project: Path):
    line = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "right.py", "wrong.py"]
    line += ["--python-executable", str(project / "env" / "bin" / "python")]
    done = subprocess.run(
        line, cwd=project, env=outside(project), capture_output=True, text=True, check=False
    )
    assert lines_of(done.stdout, "right.py") == set(), done.stdout
    assert lines_of(done.stdout, "wrong.py") == FAULTS, done.stdout


@pytest.mark.slow
def test_pyright_takes_right_code_and_reports_every_wrong_line(project: Path):
    done = npm_run("pyright", "right.py", "wrong.py", folder=project, more={"PYTHONPATH": ""})
    assert lines_of(done.stdout, "right.py") == set(), done.stdout
    assert lines_of(done.stdout, "wrong.py") == FAULTS, done.stdout


@pytest.mark.slow
def test_the_right_code_runs(project: Path):
    line = [str(project / "env" / "bin" / "python"), "right.py"]
    done = subprocess.run(
        line, cwd=project, env=outside(project), capture_output=True, text=True, check=True
    )
    first, refused = done.stdout.splitlines()
    assert first.split()[1] == "3"
    assert refused == "ruptures"
