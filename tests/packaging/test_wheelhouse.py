"""`make wheelhouse`: what it collects is enough for a machine without compiler and network.

By default without extras, whose wheels are many and large; all of them by REPAIR_PLANNER_LONG=1.
Collecting needs a network once, as `make` itself does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT
from tests.support.examples import commands_of
from tests.support.long import LONG
from tests.support.missing import missing

LATE = '{"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}'
TOOLS = ("cc", "gcc", "c++", "clang", "make", "git", "curl")


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    """What `make wheelhouse` collects, by the Python of these tests, in place of an older one."""
    into = tmp_path / "collected" / "wheelhouse"
    into.mkdir(parents=True)
    (into / "old-1.0-py3-none-any.whl").write_text("of an older collection")
    venv = f"VENV={sys.prefix}"
    line = ["make", "wheelhouse", f"WHEELHOUSE={into}", venv, *([] if LONG else ["EXTRAS="])]
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode and "Could not find a version" in ended.stderr:
        missing("no network to collect wheels from")
    assert ended.returncode == 0, ended.stderr
    return into


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """An environment in which no program is found, and nothing is asked of a registry."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    return {"PATH": str(nothing), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1", "HOME": str(nothing)}  # fmt: skip


def without_network() -> list[str]:
    """What a command is begun with so that it has no network; nothing where that is not allowed."""
    line = [shutil.which("unshare") or "unshare", "--net", "--map-root-user"]
    try:
        tried = subprocess.run([*line, sys.executable, "-c", ""], capture_output=True, check=False)
    except OSError:
        return []
    return line if tried.returncode == 0 else []


def run(words: list[str], alone: dict[str, str], told: str = "") -> str:
    """Run a command on that other machine; gives what it printed, and no word of complaint."""
    ended = subprocess.run(
        [*without_network(), *words],
        env=alone, input=told, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.slow
def test_a_machine_without_compiler_and_network_installs_it_and_plans(
    wheelhouse: Path, alone: dict[str, str], tmp_path: Path
):
    """One test, so that the wheels are collected once: most of its time goes into that."""
    listed = (wheelhouse / "requirements.txt").read_text().splitlines()
    packages = {line.partition("==")[0] for line in listed}
    whole = re.compile(r"\S+==\S+ --hash=sha256:\w{64}")
    assert [line for line in listed if not whole.fullmatch(line)] == []
    assert len(listed) == len(packages) == len(list(wheelhouse.glob("*.whl"))) > 30
    assert {"durable_rules", "repair_planner"} <= packages
    assert "old" not in packages

    assert not [name for name in TOOLS if shutil.which(name, path=alone["PATH"])]
    home = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    told = commands_of((ROOT / "docs" / "operating.md").read_text("utf-8"), "pip")
    [line] = [line for line in told if "--no-index" in line]
    found = [word.replace("wheelhouse", str(wheelhouse), 1) for word in line[1:]]
    python = [str(home / "bin" / "python"), "-I", "-m", "pip", "--quiet", "--no-color"]
    run([*python, *found, "--no-compile", "--disable-pip-version-check"], alone)
    plan = json.loads(run([str(home / "bin" / "repair-planner"), "plan", "-"], alone, LATE))
    assert plan["disposition"] == "proceed"
