"""Documents into files, whole or not at all, and documents for other programs."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from planner import Planner
from planner.checking.check import Checked
from planner.checking.diff import Difference, ScenarioChange
from planner.errors import RuleProblem
from planner.keeping import write_whole
from planner.proving.comparing import Change
from tests.support.command import COMMAND, called

LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with an observation, in which the commands run."""
    (tmp_path / "late.json").write_text(json.dumps(LATE), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def left(desk: Path) -> list[str]:
    """The names of all files, parts that were left behind among them."""
    return sorted(path.name for path in desk.iterdir())


def quietly(*words: str, status: int = 0) -> CompletedProcess[str]:
    """A command that writes its document into a file and says nothing."""
    done = called(words)
    assert (done.returncode, done.stdout) == (status, "")
    return done


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "late.json", "--format", "json"),
        ("plan", "late.json", "--format", "text"),
        ("plan", "late.json", "--format", "brief"),
        ("explain", "C2"),
        ("explain", "C2", "--format", "json"),
        ("explain", "--derived"),
        ("schema", "observation"),
        ("schema", "rules"),
        ("completion", "bash"),
        ("man",),
    ],
    ids=" ".join,
)
def test_a_file_gets_what_standard_output_would_get(desk: Path, words: tuple[str, ...]):
    shown = called(words, {"COLUMNS": "80"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert called([*words, "-o", "-"], {"COLUMNS": "80"}).stdout == shown.stdout
    assert quietly(*words, "-o", "out.x").stderr == ""
    assert (desk / "out.x").read_text("utf-8") == shown.stdout
    assert left(desk) == ["late.json", "out.x"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("plan.md", "# Repair"), ("plan.TXT", "Repair plan"), ("plan.json", "{"), ("plan", "{")],
)
def test_the_ending_says_the_format_where_nobody_else_does(desk: Path, name: str, begins: str):
    quietly("plan", "late.json", "--output", name)
    assert (desk / name).read_text("utf-8").startswith(begins)
    quietly("plan", "late.json", "--output", name, "--format", "json")
    assert json.loads((desk / name).read_text("utf-8")) == Planner().plan(LATE).to_dict()


def test_what_is_refused_leaves_the_file_as_it_was(desk: Path):
    (desk / "out.json").write_text("before", "utf-8")
    (desk / "bad.json").write_text("{}", "utf-8")
    quietly("plan", "bad.json", "-o", "out.json", status=2)
    quietly("explain", "C22", "-o", "out.json", status=2)
    assert (desk / "out.json").read_text("utf-8") == "before"
    assert left(desk) == ["bad.json", "late.json", "out.json"]


def test_a_disk_that_fills_up_leaves_the_file_as_it_was(
    desk: Path, monkeypatch: pytest.MonkeyPatch
):
    (desk / "out.json").write_text("before", "utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planner.keeping.os.fsync", full)
    done = quietly("plan", "late.json", "-o", "out.json", status=2)
    assert done.stderr == "repair-planner: out.json: No space left on device\n"
    assert (desk / "out.json").read_text("utf-8") == "before"
    assert left(desk) == ["late.json", "out.json"]


@pytest.mark.parametrize(
    ("name", "says"), [("none/out", "No such file or directory"), (".", "Is a directory")]
)
def test_a_place_that_cannot_be_written_is_named_as_it_was_told(name: str, says: str):
    done = quietly("schema", "plan", "-o", name, status=2)
    assert done.stderr == f"repair-planner: {name}: {says}\n"


@pytest.mark.parametrize(
    "words", [("plan", "-"), ("fhir", "careplan", "late.json"), ("fhir", "careplan", "-")]
)
def test_nothing_is_written_over_what_it_is_made_of(words: tuple[str, ...], desk: Path):
    """Nor where a shell hands it over: `< late.json`."""
    with (desk / "late.json").open("rb") as shell:
        line = [*COMMAND, *words, "-o", "late.json"]
        done = subprocess.run(line, stdin=shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("late.json: this is ")
    assert json.loads((desk / "late.json").read_text("utf-8")) == LATE


def test_a_plan_is_not_written_over_its_observation(desk: Path):
    done = quietly("plan", "late.json", "-o", "./late.json", status=2)
    assert "this is the observation" in done.stderr
    assert json.loads((desk / "late.json").read_text("utf-8")) == LATE


def test_a_link_is_followed_and_a_file_keeps_its_mode(desk: Path):
    (desk / "real").write_text("before", "utf-8")
    (desk / "real").chmod(0o640)
    (desk / "link").symlink_to("real")
    write_whole(desk / "link", b"after")
    assert (desk / "link").is_symlink()
    assert (desk / "real").read_bytes() == b"after"
    assert stat.S_IMODE((desk / "real").stat().st_mode) == 0o640
    write_whole(desk / "new", b"")
    told = os.umask(0)
    os.umask(told)
    assert stat.S_IMODE((desk / "new").stat().st_mode) == 0o666 & ~told


def test_a_pipe_is_written_and_stays_one(desk: Path):
    os.mkfifo(desk / "pipe")
    heard: list[bytes] = []
    reader = threading.Thread(
        target=lambda: heard.append((desk / "pipe").read_bytes()), daemon=True
    )
    reader.start()
    write_whole(desk / "pipe", b"told")
    reader.join(10)
    assert heard == [b"told"]
    assert stat.S_ISFIFO((desk / "pipe").stat().st_mode)
    write_whole(Path(os.devnull), b"told")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


# --- for other programs ----------------------------------------------------------------------
def told(*words: str, status: int = 0) -> Any:
    """The JSON that a command prints."""
    done = called([*words, "--format", "json"])
    assert (done.returncode, done.stderr) == (status, "")
    return json.loads(done.stdout)


def test_a_rule_is_explained_as_data(planner: Planner):
    rule = planner.rulebook.rule("own-part.own-it")
    data = told("explain", rule.id)
    assert {key: data[key] for key in ("kind", "id", "title", "verb", "because")} == {
        "kind": "rule",
        "id": rule.id,
        "title": rule.title,
        "verb": "call",
        "because": rule.because,
    }
    assert [one["field"] for one in data["when"]] == [one.field for one in rule.when]
    assert any(one["question"] for one in data["when"])
    assert [one["cited"] for one in data["sources"]] == list(rule.sources)
    assert all(one["status"] for one in data["sources"])
    assert data["fits"]
    assert data["misses"]


def test_every_rule_variant_and_item_is_data_that_text_tells_too(planner: Planner):
    from planner.checking.explained_data import explained_data

    rulebook = planner.rulebook
    kinds = {
        "rule": [one.id for one in rulebook.rules],
        "variant": [one.id for one in rulebook.variants],
        "item": list(rulebook.handout.items),
    }
    for kind, names in kinds.items():
        for name in names:
            data = json.loads(json.dumps(explained_data(rulebook, (), name)))
            assert (data["kind"], data.get("id", data.get("item"))) == (kind, name)


def test_an_item_and_a_variant_are_explained_as_data(planner: Planner):
    item = told("explain", "c2")
    assert (item["kind"], item["item"]) == ("item", "C2")
    assert item["words"] == planner.rulebook.handout.item("C2").words
    assert {"id", "verb", "title"} == set(item["rules"][0])
    variant = told("explain", "c1.opening.raised")
    assert (variant["item"], variant["part"]) == ("C1", "opening")
    assert variant["say"]


def test_all_that_is_derived_is_data_too(planner: Planner):
    data = told("explain", "--derived")
    derived = [one.id for one in planner.rulebook.rules if one.sources == ("derived",)]
    assert [one["id"] for one in data["rules"]] == derived
    assert data["topics"]
    assert data["avoid"]
    assert data["properties"]


def test_an_older_name_is_explained_as_the_rule_that_it_was_merged_into(planner: Planner):
    rule = next(one for one in planner.rulebook.rules if one.formerly)
    assert told("explain", rule.formerly[0])["id"] == rule.id


@pytest.fixture
def broken(desk: Path) -> str:
    """A pack with a mistake in its second line."""
    (desk / "pack").mkdir()
    (desk / "pack" / "own.yaml").write_text("- id: own.rule\n  tilte: x\n", "utf-8")
    return "pack"


def test_problems_of_rules_are_data_and_the_exit_status_stays(broken: str):
    as_text = called(["check", broken])
    data = told("check", broken, status=1)
    assert as_text.returncode == 1
    assert (data["rules"], data["edition"], data["proof"]) == (None, None, None)
    lines = [f"{one['path']}:{one['line']}: {one['message']}" for one in data["problems"]]
    assert "\n".join(lines) + "\n" == as_text.stdout
    assert ("pack/own.yaml", 2) in [(one["path"], one["line"]) for one in data["problems"]]


def test_a_report_goes_into_a_file_with_its_problems(desk: Path, broken: str):
    quietly("check", broken, "-o", "report.txt", status=1)
    assert (desk / "report.txt").read_text("utf-8") == called(["check", broken]).stdout
    quietly("check", broken, "--format", "json", "-o", "report.json", status=1)
    assert json.loads((desk / "report.json").read_text("utf-8"))["problems"]


def test_rules_that_hold_are_told_as_data(monkeypatch: pytest.MonkeyPatch):
    look = RuleProblem("rules/a.yaml", 3, "look again.")
    found = Checked(7, 9, "sha256:0", (look,))
    monkeypatch.setattr("planner.checking.check.checked", lambda _: found)
    monkeypatch.setattr("planner.checking.check.can_prove", lambda: True)
    monkeypatch.setattr("planner.checking.check.proved", lambda *_: "Proved.")
    assert told("check") == {
        "rules": 7,
        "scenarios": 9,
        "edition": "sha256:0",
        "look_at": [{"path": "rules/a.yaml", "line": 3, "message": "look again."}],
        "proof": "Proved.",
        "problems": [],
    }
    assert called(["check"]).stdout == (
        "rules/a.yaml:3: look again.\n7 rules and 9 scenarios hold (edition sha256:0).\nProved.\n"
    )


def test_what_cannot_be_proved_as_it_was_asked_for_is_no_success(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("planner.checking.check.checked", lambda _: Checked(7, 9, "sha256:0", ()))
    monkeypatch.setattr("planner.checking.check.can_prove", lambda: False)
    assert told("check")["proof"] is None
    assert told("check", "--prove", status=1)["proof"] is None


def test_a_difference_is_told_as_data_and_as_markdown(monkeypatch: pytest.MonkeyPatch, desk: Path):
    change = Change("item", "C2", "now", "held", {"ruptures": [], "safety": {"flags": {}}})
    scenarios = (
        ScenarioChange("A case", "new"),
        ScenarioChange("B", "planned otherwise", "x", "y"),
    )
    found = Difference("sha256:1", "sha256:2", (change,), scenarios)
    monkeypatch.setattr("planner.checking.check.can_prove", lambda: True)
    monkeypatch.setattr("planner.checking.diff.compared", lambda *_: found)
    (desk / "rules").mkdir()
    data = told("diff", "rules", "rules")
    assert (data["old"], data["new"]) == ("sha256:1", "sha256:2")
    assert data["changes"] == [
        {
            "kind": "item",
            "what": "C2",
            "before": "now",
            "after": "held",
            "example": {"ruptures": [], "safety": {"flags": {}}},
        }
    ]
    assert [(one["name"], one["change"], one["after"]) for one in data["scenarios"]] == [
        ("A case", "new", None),
        ("B", "planned otherwise", "y"),
    ]
    shown = called(["diff", "rules", "rules"]).stdout
    for line in ("- C2: now → held", "- New: A case", "- Planned otherwise: B", "  x → y"):
        assert f"\n{line}\n" in shown
    quietly("diff", "rules", "rules", "-o", "diff.md")
    assert (desk / "diff.md").read_text("utf-8") == shown


def test_markdown_tells_nothing_of_what_the_therapist_felt(tmp_path: Path):
    """The words on a terminal are the author's own; Markdown is pasted where others read."""
    told = "ruptures: [{kind: lateness, who: therapist, minutes: 20}]\nsafety: {flags: {}}\n"
    felt = told + "context: {therapist_feelings: [guilty]}\n"
    (tmp_path / "told.yaml").write_text(told, "utf-8")
    (tmp_path / "felt.yaml").write_text(felt, "utf-8")

    def shown(name: str, way: str) -> set[str]:
        done = called(["plan", str(tmp_path / f"{name}.yaml"), "--format", way])
        return {line.strip() for line in done.stdout.splitlines()}

    assert shown("felt", "text") - shown("told", "text")
    assert shown("felt", "markdown") == shown("told", "markdown")
