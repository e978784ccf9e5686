"""The wheel: everything that runs is in it, nothing else is, and it gets along with others."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from planner.checking.scenarios import read_scenarios
from planner.reading.shipped import SHIPPED
from tests.packaging.conftest import ROOT, Venv, build

PARTS = {"planner", "webui", "repair_planner-{}.dist-info", "repair_planner-{}.data"}


def files_of(part: str) -> set[str]:
    """The files of a part of this tree that are no leftovers of running it."""
    paths = (path for path in (ROOT / part).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="session")
def metadata(wheel: Path, packed: list[str]) -> Any:
    [name] = [name for name in packed if name.endswith(".dist-info/METADATA")]
    with zipfile.ZipFile(wheel) as file:
        return Parser().parsestr(file.read(name).decode())


def test_every_file_is_packed_and_the_rules_stand_below_planner(packed: list[str]):
    beside = (".dist-info", ".data")
    code = {name for name in packed if not name.partition("/")[0].endswith(beside)}
    rules = {f"planner/{name}" for name in files_of("rules")}
    assert code == files_of("planner") | files_of("webui") | rules
    assert len(rules) > 50


@pytest.mark.parametrize(
    "name",
    [
        "planner/py.typed",
        "planner/cli/pack_start/scenarios/rules.yaml",
        "planner/rules/handout.txt",
        "planner/rules/pages/frame.yaml",
        "webui/accounts/common-passwords.txt",
        "webui/accounts/worthless-words.txt",
        "webui/static/govuk/LICENSE.txt",
        "webui/templates/base.html",
        "webui/database/migrations/env.py",
    ],
)
def test_what_is_found_by_its_path_is_packed(packed: list[str], name: str):
    assert name in packed


def test_the_manual_page_is_put_where_man_looks(packed: list[str]):
    [page] = [name for name in packed if ".data/" in name]
    assert page.endswith(".data/data/share/man/man1/repair-planner.1")


def test_nothing_else_stands_at_the_top(packed: list[str], metadata: Any):
    tops = {name.partition("/")[0] for name in packed}
    assert tops == {part.format(metadata["Version"]) for part in PARTS}


def test_the_metadata_says_whose_it_is_and_under_what_license(packed: list[str], metadata: Any):
    assert metadata["License-Expression"] == "LicenseRef-Proprietary"
    assert set(metadata.get_all("License-File")) == {"LICENSE", "webui/static/govuk/LICENSE.txt"}
    assert sum(".dist-info/licenses/" in name for name in packed) == 2
    assert metadata["Author"]
    assert "Private :: Do Not Upload" in metadata.get_all("Classifier")
    places = [line.partition(", ")[2] for line in metadata.get_all("Project-URL")]
    assert len(places) >= 2
    # An address under a name that anybody can register would be theirs one day.
    assert [
        place for place in places if not place.startswith("https://repair-planner.example/")
    ] == []


def test_the_wheel_is_the_same_bytes_each_time(wheel: Path, tmp_path: Path):
    assert build(ROOT, "wheel", tmp_path).read_bytes() == wheel.read_bytes()


STRANGER = {
    "pyproject.toml": """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "rules"
version = "1.0"
""",
    "rules/__init__.py": "WHOSE = 'of another project'\n",
    "rules/safety.yaml": "not: ours\n",
}


@pytest.fixture(scope="module")
def fresh(wheel: Path, venv: Venv, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has this wheel, and another project's package that is called `rules`."""
    tree = tmp_path_factory.mktemp("stranger")
    for name, text in STRANGER.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    return venv(wheel, build(tree, "wheel", tmp_path_factory.mktemp("strangers-wheel")))


PLANS = """
import hashlib, json, sys
import rules
from planner import Planner
import planner
made = Planner()
plans = [made.plan(one).to_json() for one in json.load(sys.stdin)]
print(json.dumps({
    "whose": rules.WHOSE,
    "planner": planner.__file__,
    "digest": hashlib.sha256("".join(plans).encode()).hexdigest(),
}))
"""


def run(python: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run Python there, isolated from this directory and its environment."""
    line = [str(python), "-I", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", **more)


@pytest.mark.slow
def test_beside_a_package_named_rules_both_work_and_plans_are_the_same(
    fresh: Path, planner: Planner
):
    cases = [dict(one.observation) for one in read_scenarios(SHIPPED, planner.rulebook)]
    ended = run(fresh, "-c", PLANS, input=json.dumps(cases))
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    plans = "".join(planner.plan(one).to_json() for one in cases)
    assert len(cases) > 500
    assert told["whose"] == "of another project"
    assert Path(told["planner"]).is_relative_to(fresh.parents[1])
    assert told["digest"] == hashlib.sha256(plans.encode()).hexdigest()
    site = Path(told["planner"]).parents[1]
    assert (site / "rules" / "safety.yaml").read_text() == "not: ours\n"
    assert list((site / "planner" / "rules" / "__pycache__").glob("rulebook-*.pickle"))


LATE = '{"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}'
COMMAND = "import sys; from planner.cli import main; sys.exit(main())"


@pytest.mark.slow
def test_where_nothing_can_be_written_it_plans_and_keeps_what_it_made_where_python_does(
    fresh: Path, tmp_path: Path
):
    """As a service has it that may write below one directory only."""
    [rules] = fresh.parents[1].glob("lib/python*/site-packages/planner/rules")
    shutil.rmtree(rules / "__pycache__", ignore_errors=True)
    (rules / "__pycache__").write_text("no directory: nothing can be put here, even by root")
    plain = run(fresh, "-c", COMMAND, "plan", "-", input=LATE)
    assert (plain.returncode, plain.stderr) == (0, "")
    prefix = tmp_path / "cache"
    option = f"pycache_prefix={prefix}"
    kept = run(fresh, "-X", option, "-c", COMMAND, "plan", "-", input=LATE)
    assert (kept.returncode, kept.stdout) == (0, plain.stdout)
    assert [path.parent for path in prefix.rglob("rulebook-*.pickle")] == [
        prefix.joinpath(*rules.parts[1:])
    ]
    broken = "import planner.reading.rulebook as r; r.read_rulebook = None; "
    again = run(fresh, "-X", option, "-c", broken + COMMAND, "plan", "-", input=LATE)
    assert (again.returncode, again.stdout) == (0, plain.stdout)
    (rules / "__pycache__").unlink()


@pytest.mark.slow
def test_the_installed_pages_have_their_templates_and_texts(fresh: Path):
    code = (
        "from webui import create_app; app = create_app(); client = app.test_client(); "
        "print([client.get(path).status_code for path in ('/', '/rules', '/static/screen.css')])"
    )
    ended = run(fresh, "-c", code)
    assert ended.stdout.strip() == "[200, 200, 200]", ended.stderr


def test_an_editable_install_reads_the_rules_where_they_stand(tmp_path: Path, venv: Venv):
    line = ["-c", "from hatchling.build import build_editable as b; import sys; b(sys.argv[1])"]
    made = tmp_path / "editable"
    made.mkdir()
    ended = subprocess.run(
        [sys.executable, *line, str(made)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    [editable] = made.iterdir()
    ended = run(venv(editable), "-c", "from planner.reading.shipped import SHIPPED; print(SHIPPED)")
    assert ended.stdout.strip() == str(ROOT / "rules"), ended.stderr
