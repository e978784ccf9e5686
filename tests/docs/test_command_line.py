"""docs/command-line.md does what it says, as it is written there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from planner.checking.check import Checked
from planner.chosen_rules import chosen_packs
from tests.support.command import called
from tests.support.examples import blocks_of, commands_of

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")
LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}
COMMANDS = commands_of(PAGE, "repair-planner")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the observation that the examples name, in which each of them ran.

    That the rules hold, which takes as long as all else together, is checked for the README.
    """
    desk = tmp_path_factory.mktemp("desk")
    (desk / "late.yaml").write_text(json.dumps(LATE), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk)
        patch.setattr("planner.checking.check.checked", lambda _: Checked(1, 1, "sha256:0", ()))
        for _, *words in COMMANDS:
            done = called(words)
            assert (done.returncode, done.stderr) == (0, ""), words
    return desk


def test_every_command_runs_and_writes_what_it_names(desk: Path):
    written = {words[words.index("-o") + 1] for words in COMMANDS if "-o" in words}
    assert written <= {path.name for path in desk.iterdir()}
    assert (desk / "plan.md").read_text("utf-8").startswith("# Repair plan")
    ours, shipped = (json.loads((desk / f"{one}.json").read_bytes()) for one in ("ours", "shipped"))
    assert ours["rulebook"]["version"].startswith(shipped["rulebook"]["version"] + " + ")


def test_the_keys_of_its_table_are_those_of_the_documents(
    desk: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(desk)
    rows = dict(re.findall(r"^\| `([\w -]+)` \| (.+) \|$", PAGE, re.MULTILINE))
    report = json.loads((desk / "report.json").read_bytes())
    assert report.keys() == set(re.findall(r"`(\w+)`", rows["check"])) - {"path", "line", "message"}
    documents: list[Mapping[str, object]] = [
        json.loads(called(["explain", name, "--format", "json"]).stdout)
        for name in ("own-part.own-it", "c1.opening.raised", "C2")
    ]
    keys = {key for one in documents for key in one} | {str(one["kind"]) for one in documents}
    assert set(re.findall(r"`(\w+)`", rows["explain"])) <= keys
    derived = json.loads(called(["explain", "--derived", "--format", "json"]).stdout)
    assert set(re.findall(r"`(\w+)`", rows["explain --derived"])) <= derived.keys()


def test_the_configuration_file_is_read_as_it_is_written(
    desk: Path, monkeypatch: pytest.MonkeyPatch
):
    [block] = blocks_of(PAGE, "toml")
    (desk / "config.toml").write_text(block, "utf-8")
    monkeypatch.setenv("REPAIR_PLANNER_CONFIG", str(desk / "config.toml"))
    assert chosen_packs().packs == (desk / "clinic-rules",)
    monkeypatch.delenv("REPAIR_PLANNER_CONFIG")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(desk))
    usual = desk / ".config" / "repair-planner" / "config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text(block, "utf-8")
    assert f"`~/{usual.relative_to(desk)}`" in PAGE
    assert chosen_packs().packs == (usual.parent / "clinic-rules",)


def test_the_line_for_bashrc_completes(tmp_path: Path):
    [line] = blocks_of(PAGE, "bash")
    program = tmp_path / "repair-planner"
    script = called(["completion", "bash"]).stdout
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{script}END\n", "utf-8")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"{line}\ncomplete -p repair-planner"],
        env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "_shtab_repair_planner" in done.stdout
