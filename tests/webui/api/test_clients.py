"""Typed clients, made from the description by three generators, make a plan on a live server.

What each client does is one program: a plan, a stop, a refusal; and lines that its types refuse.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.command import BIN
from tests.support.examples import blocks_of, commands_of
from tests.support.live import served
from tests.support.npm import FOLDER, MODULES, npm_run, run_script
from webui import create_app

pytestmark = pytest.mark.slow
DESCRIBED = "openapi.json"
PAGE = (Path(__file__).parents[3] / "docs/http.md").read_text("utf-8")
"""Its commands are those by which clients are made here, and its example is run."""
SAID = "proceed C2\nstop 0\n422 ruptures[1].kind\n"
"""What each program reads of its three answers."""
OF_ITS_OWN = "client/client.py:"
"""The one file that openapi-python-client writes alike for every interface; mypy finds faults."""
PYTHON = """
import sys

from client import Client
from client.api.plans import make_plan
from client.models import (
    Lateness, LatenessWho, Observation, Plan, Problem, Raised, Safety, SafetyFlags,
)

client = Client(base_url=sys.argv[1])
late = Lateness(kind="lateness", who=LatenessWho.THERAPIST, minutes=10, cause=None)
asked = Safety(flags=SafetyFlags())
made = make_plan.sync(client=client, body=Observation([late], asked, context=None))
assert isinstance(made, Plan)
print(made.disposition, made.steps[0].item)

flagged = Safety(flags=SafetyFlags(self_harm=Raised.UNSURE))
stop = make_plan.sync(client=client, body=Observation(ruptures=[], safety=flagged))
assert isinstance(stop, Plan)
print(stop.disposition, len(stop.steps))

refused = make_plan.sync(client=client, body=Observation(ruptures=[late, late], safety=asked))
assert isinstance(refused, Problem) and refused.problems
print(refused.status, refused.problems[0].field)


def what_the_types_refuse() -> None:
    Lateness(kind="lateness", who="therapis")  # type: ignore[arg-type]  # a slip
    Lateness(kind="deflection", who=LatenessWho.CLIENT)  # type: ignore[arg-type]  # another kind
    Observation(ruptures=[late])  # type: ignore[call-arg]  # not asked
    Observation(ruptures=[late], safety=None)  # type: ignore[arg-type]  # never null
    SafetyFlags(self_harm="no")  # type: ignore[arg-type]  # no value
    SafetyFlags(selfharm=Raised.YES)  # type: ignore[call-arg]  # no flag
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(), 8900) as found:
        yield found


@pytest.fixture
def folder(address: str, tmp_path: Path) -> Path:
    """An empty folder but for the description that the server gives."""
    with urlopen(f"{address}/api/v1/openapi.json") as answer:  # noqa: S310 - our own server
        (tmp_path / DESCRIBED).write_bytes(answer.read())
    return tmp_path


def program(folder: Path, *line: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in a folder, which is all of Python's path."""
    told = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(line, cwd=folder, env=told, capture_output=True, text=True, check=False)


def test_a_python_client_is_typed_and_makes_a_plan(address: str, folder: Path) -> None:
    [line] = commands_of(PAGE, "openapi-python-client")
    made = program(folder, BIN / line[0], *line[1:], "--fail-on-warning")
    assert made.returncode == 0, made.stdout + made.stderr
    (folder / "use.py").write_text(PYTHON)
    [shown] = blocks_of(PAGE, "python")
    (folder / "shown.py").write_text(shown.replace("http://127.0.0.1:8321", address))
    programs = ("use.py", "shown.py", "client")
    checked = program(folder, sys.executable, "-m", "mypy", "--strict", *programs)
    faults = [line for line in checked.stdout.splitlines() if ": error:" in line]
    assert [line for line in faults if not line.startswith(OF_ITS_OWN)] == []
    assert "checked" in checked.stdout, checked.stdout + checked.stderr
    ended = program(folder, sys.executable, "use.py", address)
    assert (ended.stdout, ended.stderr) == (SAID, "")
    ended = program(folder, sys.executable, "shown.py")
    assert (ended.stdout, ended.stderr) == ("proceed C2\n", "")


def test_typescript_clients_are_typed_and_make_a_plan(address: str, folder: Path) -> None:
    """One compilation for both: strict, and an error where a line that is wrong would pass."""
    types, whole = (line[1:] for line in commands_of(PAGE, "npx"))
    whole[0] = whole[0].rpartition("/")[2]
    for line in (types, whole):
        made = npm_run(*line, folder=folder)
        assert made.returncode == 0, made.stdout + made.stderr
    output = {"path": "made", "module": {"extension": ".js"}}  # so that Node finds its parts
    plugins = ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"]
    chosen = json.dumps({"input": DESCRIBED, "output": output, "plugins": plugins})
    (folder / "hey.config.mjs").write_text(f"export default {chosen}")
    (folder / "node_modules").symlink_to(MODULES)
    made = npm_run("openapi-ts", "-f", "hey.config.mjs", folder=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    shutil.copytree(FOLDER / "clients", folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    compiled = npm_run("tsc", "--project", ".", folder=folder)
    assert (compiled.stdout, compiled.returncode) == ("", 0)
    for name in ("fetched.js", "generated.js"):
        ended = run_script(folder / "out" / name, address)
        assert (ended.stdout, ended.stderr) == (SAID, ""), name
