"""`constraints.txt`: exact versions with their hashes, for all that pyproject.toml asks for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import cyclonedx.schema
import jsonschema_rs
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.conftest import ROOT
from tests.support.long import LONG

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
GROUPS = {"program": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
TEXT = (ROOT / "constraints.txt").read_text("utf-8")
BLOCK = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:\w{64})+)\n", re.MULTILINE
)
PINNED: dict[str, str] = {
    canonicalize_name(name): pinned for name, pinned, _hashes in BLOCK.findall(TEXT)
}


def plain(name: str) -> str:
    """A package's name as every spelling of it has it."""
    return str(canonicalize_name(name))


def needed(asked: Iterable[str]) -> set[str]:
    """All that some requirements bring along, by what the installed packages say of themselves."""
    found: set[str] = set()
    ahead = list(_here(asked, {""}))
    while ahead:
        one = ahead.pop()
        name = canonicalize_name(one.name)
        if name not in found or one.extras:
            ahead += _here(requires(name) or [], one.extras or {""})
        found.add(name)
    return found


def _here(lines: Iterable[str], extras: Iterable[str]) -> Iterator[Requirement]:
    """Those requirements that count on this system, for a package with these extras."""
    for line in lines:
        one = Requirement(line)
        if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras):
            yield one


def chosen(extras: str) -> set[str]:
    """The packages that the Makefile installs for some extras."""
    line, commas = (
        ["make", "--no-print-directory", "-f", "-", "told"],
        extras.replace(",", "$(comma)"),
    )
    ask = f"include Makefile\ntold:\n\t@$(call chosen,{commas})\n"
    line.append(f"VENV={sys.prefix}")
    ended = subprocess.run(line, cwd=ROOT, input=ask, capture_output=True, text=True, check=True)
    return {canonicalize_name(name) for name, _pinned, _hashes in BLOCK.findall(ended.stdout)}


def test_every_line_is_an_exact_version_with_the_hashes_of_its_files():
    left = BLOCK.sub("", TEXT)
    assert [line for line in left.splitlines() if not line.lstrip().startswith("#")] == []
    assert len(PINNED) > 150


@pytest.mark.parametrize("extra", sorted(GROUPS))
def test_it_has_what_every_extra_asks_for_in_a_version_that_is_allowed(extra: str):
    asked = [Requirement(line) for line in GROUPS[extra]]
    assert [
        str(one) for one in asked if not one.specifier.contains(PINNED.get(plain(one.name), "0"))
    ] == []


@pytest.mark.parametrize("extras", ["program,", "program,clinic", "program,dev"])
def test_what_is_installed_for_an_extra_brings_all_that_it_needs(extras: str):
    asked = [line for extra in extras.split(",") if extra for line in GROUPS[extra]]
    assert needed(asked) - chosen(extras) == set()


def test_an_unknown_package_is_named_with_the_mend(tmp_path: Path):
    for name in ("Makefile", "constraints.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(project.replace('"rich>', '"nobody-knows>'))
    ask = "include Makefile\ntold:\n\t@$(call chosen,program)\n"
    line = ["make", "-f", "-", "told", f"VENV={sys.prefix}"]
    ended = subprocess.run(
        line, cwd=tmp_path, input=ask, capture_output=True, text=True, check=False
    )
    assert ended.returncode
    assert "constraints.txt lacks ['nobody-knows']: make constraints" in ended.stderr


@pytest.mark.parametrize("goal", [".installed", ".installed-dev", "wheelhouse"])
def test_nothing_is_installed_without_its_hash_but_the_project_itself(goal: str, tmp_path: Path):
    target = goal if goal == "wheelhouse" else f"{tmp_path}/{goal}"
    line = ["make", "-n", target, f"VENV={tmp_path}", f"WHEELHOUSE={tmp_path / 'wheels'}"]
    told = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = told.replace("\\\n", " ")
    calls = [one[0] for one in re.finditer(r"-m pip (?:install|wheel) [^&|;}\n]*", told)]
    assert len(calls) == 3
    for call in calls:
        assert "--no-deps" in call
        assert "--no-build-isolation" in call
        assert "--require-hashes" in call or re.search(r" (--editable )?\.\s*$", call)


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `make sbom` writes of the environment of these tests, as it is.

    Its own check of what it wrote takes ten seconds: a quicker one has the same schema, by default.
    """
    file = tmp_path_factory.mktemp("sbom") / "sbom.json"
    venv = sys.prefix
    line = ["make", "sbom", f"SBOM={file}", f"VENV={venv}", "-o", f"{venv}/.installed-dev"]
    line += [] if LONG else ["SBOM_CHECK=--no-validate"]
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.slow
def test_the_bill_of_materials_is_that_of_a_clinics_installation(bill: dict[str, Any]):
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == PROJECT["name"]
    assert bill["metadata"]["component"]["version"] == PROJECT["version"]
    told = {plain(one["name"]): one["version"] for one in bill["components"]}
    expected = needed([*GROUPS["program"], *GROUPS["clinic"]])
    assert expected <= told.keys() <= chosen("program,clinic")
    assert told == {name: version(name) for name in told}
    assert told == {name: PINNED[name] for name in told}
    assert not {"pytest", "mypy", "pip", "setuptools", "hatchling"} & told.keys()


@pytest.mark.slow
def test_the_bill_of_materials_has_the_form_that_it_names(bill: dict[str, Any]):
    read = {
        f"http://cyclonedx.org/schema/{file.name}": json.loads(file.read_text("utf-8"))
        for file in (Path(cyclonedx.schema.__file__).parent / "_res").glob("*.schema.json")
        if file.name.startswith(("bom-1.6.", "spdx.", "jsf-"))
    }
    schema = read.pop("http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json")
    form = jsonschema_rs.validator_for(schema, registry=jsonschema_rs.Registry([*read.items()]))
    form.validate(bill)
    assert not form.is_valid({**bill, "components": [{"name": "of no type"}]})


@pytest.mark.slow
def test_the_bill_of_materials_tells_nothing_of_the_day_or_the_machine(bill: dict[str, Any]):
    assert "serialNumber" not in bill
    assert "timestamp" not in bill["metadata"]
    assert str(ROOT) not in json.dumps(bill)
    assert os.uname().nodename not in json.dumps(bill)
    refs = {one["ref"] for one in bill["dependencies"]}
    assert {one["bom-ref"] for one in bill["components"]} <= refs


def test_this_environment_is_the_one_of_the_list():
    """What these tests run with is what people install."""

    def here(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    asked = needed(GROUPS["program"]) | needed(GROUPS["clinic"])
    assert {name: here(name) for name in asked} == {name: PINNED[name] for name in asked}
