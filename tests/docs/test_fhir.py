"""docs/fhir.md, run as it is written."""

import json
import re
from pathlib import Path

import pytest

from planner import Planner
from planner.interop.fhir import DEFAULT_BASE, observation_of, response_of
from tests.support.command import called
from tests.support.examples import blocks_of, commands_of

PAGE = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text("utf-8")
LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}


@pytest.fixture
def files(tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page names."""
    answered = response_of(LATE, planner.rulebook)
    (tmp_path / "answered.json").write_text(json.dumps(answered), "utf-8")
    (tmp_path / "observation.json").write_text(json.dumps(LATE), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_its_commands_run(files: Path, planner: Planner) -> None:
    asked, read, planned = (called(line[1:]) for line in commands_of(PAGE, "repair-planner"))
    assert (asked.returncode, read.returncode, planned.returncode) == (0, 0, 0)
    form = json.loads((files / "form.json").read_text("utf-8"))
    assert form["resourceType"] == "Questionnaire"
    told = observation_of(response_of(LATE, planner.rulebook), planner.rulebook)
    assert json.loads(read.stdout) == told.observation
    kinds = [entry["resource"]["resourceType"] for entry in json.loads(planned.stdout)["entry"]]
    assert kinds == ["CarePlan", "Provenance"]


def test_its_python_runs() -> None:
    (block,) = blocks_of(PAGE, "python")
    exec(block, {})  # noqa: S102 - the page's own example


def test_every_part_and_option_that_it_names_is_there() -> None:
    usage = "".join(
        called(["fhir", *part, "--help"]).stdout
        for part in ((), ("questionnaire",), ("codesystems",), ("observation",), ("careplan",))
    )
    assert DEFAULT_BASE == "https://repair-planner.example/fhir"
    assert DEFAULT_BASE in PAGE
    for part in re.findall(r"repair-planner fhir (\w+)", PAGE):
        assert part in usage
    for option in re.findall(r"`(--\w+)`", PAGE):
        assert option in usage
