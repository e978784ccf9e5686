"""Which packs are used where nobody says: by option, by environment, by file; never in silence."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from planner import PlannerError, RulebookError
from planner.chosen_rules import NONE, Chosen, chosen_packs, chosen_planner, usual_config
from tests.support.command import called

EXAMPLE = Path(__file__).parents[1] / "example_pack"
LATE = '{"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}'


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a configuration file, and an observation in it."""
    (tmp_path / "late.json").write_text(LATE, "utf-8")
    for name in ("RULES", "REPAIR_PLANNER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(text: str) -> Path:
    """The configuration file of this home, written."""
    path = usual_config()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def packs(option: str | None = None) -> list[str]:
    """The directories that are chosen."""
    return [str(one) for one in chosen_packs(option).packs]


def test_nobody_names_any():
    assert packs() == []
    assert chosen_packs().origin == ""


def test_the_option_goes_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
):
    path = configured('rules = "from-file"')
    assert packs() == [str(path.parent / "from-file")]
    assert str(path) in chosen_packs().origin
    monkeypatch.setenv("RULES", "from-environment")
    assert packs() == ["from-environment"]
    assert "RULES" in chosen_packs().origin
    assert packs("from-option") == ["from-option"]
    assert "--rules" in chosen_packs("from-option").origin
    assert packs(NONE) == []
    monkeypatch.setenv("RULES", "")
    assert packs() == [str(path.parent / "from-file")]


def test_what_goes_before_is_asked_alone(monkeypatch: pytest.MonkeyPatch):
    """A broken file is no trouble for who does not need it."""
    configured("rules = ")
    monkeypatch.setenv("RULES", "ours")
    assert packs() == ["ours"]


def test_several_are_named_each_in_its_way(monkeypatch: pytest.MonkeyPatch, desk: Path):
    path = configured('rules = ["ours", "~/theirs"]')
    assert packs() == [str(path.parent / "ours"), str(desk / "theirs")]
    monkeypatch.setenv("RULES", os.pathsep.join(["ours", "~/theirs"]))
    assert packs() == ["ours", str(desk / "theirs")]


def test_another_file_may_be_named_or_none(monkeypatch: pytest.MonkeyPatch, desk: Path):
    configured('rules = "usual"')
    (desk / "other.toml").write_text('rules = "other"', "utf-8")
    monkeypatch.setenv("REPAIR_PLANNER_CONFIG", "~/other.toml")
    assert packs() == [str(desk / "other")]
    monkeypatch.setenv("REPAIR_PLANNER_CONFIG", os.devnull)
    assert packs() == []


@pytest.mark.parametrize("home", ["", " ", "own"])
def test_the_usual_place_is_the_systems_own(monkeypatch: pytest.MonkeyPatch, home: str, desk: Path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk / home) if home.strip() else home)
    there = platformdirs.user_config_path("repair-planner", appauthor=False) / "config.toml"
    assert usual_config() == there
    monkeypatch.setattr("planner.chosen_rules._LINUX", False)
    assert usual_config() == there


def test_a_usual_file_that_cannot_be_seen_is_none(monkeypatch: pytest.MonkeyPatch):
    """A server's process may have no home, or one that is closed to it."""

    def closed(_: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    assert packs() == []


WRONG = {
    "rules = ": "this is no TOML",
    "rules = 3": "`rules` names no directory",
    'rules = ["a", 3]': "`rules` names no directory",
    'rules = ""': "`rules` names no directory",
    'rule = "a"': "nothing is called rule here",
    'rules = "a"\nRULES = "b"': "nothing is called RULES here",
    "\udcff": "this is no TOML",
    "#" * 100_001: "at most 100,000 bytes",
}


@pytest.mark.parametrize(("text", "says"), WRONG.items(), ids=range(len(WRONG)))
def test_a_file_that_says_nothing_clear_is_refused_by_its_name(text: str, says: str):
    path = usual_config()
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(PlannerError, match=says) as refused:
        chosen_packs()
    assert str(refused.value).startswith(f"{path}: ")


def test_a_usual_file_that_is_a_link_to_nowhere_is_told():
    path = configured("")
    path.unlink()
    path.symlink_to("moved.toml")
    with pytest.raises(PlannerError, match="No such file"):
        chosen_packs()


def test_a_path_that_can_be_none_is_refused_by_who_named_it(monkeypatch: pytest.MonkeyPatch):
    path = configured('rules = "a\\u0000b"')
    with pytest.raises(PlannerError, match=r"`rules`: .*can be no path") as caught:
        chosen_packs()
    assert str(path) in str(caught.value)
    with pytest.raises(PlannerError, match="--rules: there is no home ~nobody-here"):
        chosen_packs("~nobody-here/rules")
    monkeypatch.setenv("REPAIR_PLANNER_CONFIG", "~nobody-here/config.toml")
    with pytest.raises(PlannerError, match="REPAIR_PLANNER_CONFIG: there is no home"):
        chosen_packs()


def test_a_file_that_is_named_must_be_a_plain_one(monkeypatch: pytest.MonkeyPatch, desk: Path):
    monkeypatch.setenv("REPAIR_PLANNER_CONFIG", "none.toml")
    with pytest.raises(PlannerError, match=r"none\.toml: No such file .* REPAIR_PLANNER_CONFIG"):
        chosen_packs()
    os.mkfifo(desk / "pipe.toml")
    for name in ("pipe.toml", str(desk)):
        monkeypatch.setenv("REPAIR_PLANNER_CONFIG", name)
        with pytest.raises(PlannerError, match="is a plain file"):
            chosen_packs()


@pytest.mark.parametrize("told", [os.pathsep, f"ours{os.pathsep}", " "])
def test_an_empty_name_is_a_slip_and_not_the_rules_that_ship(
    told: str, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(PlannerError, match="--rules names no directory"):
        chosen_packs(told)
    monkeypatch.setenv("RULES", told)
    with pytest.raises(PlannerError, match="RULES names no directory"):
        chosen_packs()
    with pytest.raises(PlannerError, match="--rules names no directory"):
        chosen_packs("")


def test_a_planner_names_its_pack_in_each_plan(monkeypatch: pytest.MonkeyPatch):
    assert "Harbor" not in chosen_planner().rulebook.version
    monkeypatch.setenv("RULES", str(EXAMPLE))
    assert "Harbor" in chosen_planner().rulebook.version
    assert "Harbor" not in chosen_planner(NONE).rulebook.version


def not_there(desk: Path) -> str:
    return str(desk / "nowhere")


def without_rules(desk: Path) -> str:
    (desk / "empty").mkdir()
    return str(desk / "empty")


def a_pipe(desk: Path) -> str:
    os.mkfifo(desk / "pipe")
    return str(desk / "pipe")


def with_a_pipe(desk: Path) -> str:
    (desk / "piped").mkdir()
    os.mkfifo(desk / "piped" / "rulebook.yaml")
    return str(desk / "piped")


def too_large(desk: Path) -> str:
    (desk / "large").mkdir()
    (desk / "large" / "rulebook.yaml").write_text('name: X\nversion: "1"\n', "utf-8")
    (desk / "large" / "own.yaml").write_text("#" * 1_000_001, "utf-8")
    return str(desk / "large")


UNUSABLE = {
    not_there: "there is no such directory",
    without_rules: "no rule file is in this directory",
    a_pipe: "this is no directory",
    with_a_pipe: "this is a FIFO",
    too_large: "the file is too large",
}


@pytest.mark.parametrize(("made", "says"), UNUSABLE.items(), ids=[one.__name__ for one in UNUSABLE])
def test_a_pack_that_cannot_be_used_is_refused_with_who_named_it(
    made: Callable[[Path], str], says: str, desk: Path
):
    config = configured(f"rules = {json.dumps(made(desk))}")
    done = called(["plan", "late.json"])
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.endswith(f"The pack is named by `rules` in {config}.\n")


@pytest.mark.parametrize(
    "words", [("explain", "C2"), ("schema", "rules"), ("batch", "late.json", "out.jsonl")]
)
def test_every_command_refuses_a_pack_that_is_not_there(
    words: tuple[str, ...], desk: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("RULES", "nowhere")
    done = called(words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("nowhere:1: there is no such directory.")
    assert done.stderr.endswith("The pack is named by the environment variable RULES.\n")
    assert not (desk / "out.jsonl").exists()


def test_a_mistake_of_a_pack_says_who_named_it_to_programs_too():
    with pytest.raises(RulebookError) as refused:
        chosen_planner("nowhere")
    assert str(refused.value).endswith("The pack is named by the option --rules.")
    assert refused.value.problems[0].path == "nowhere"


def test_the_commands_take_it_and_can_do_without(monkeypatch: pytest.MonkeyPatch):
    def version(*options: str) -> str:
        done = called(["plan", "late.json", *options])
        assert (done.returncode, done.stderr) == (0, "")
        return str(json.loads(done.stdout)["rulebook"]["version"])

    monkeypatch.setenv("RULES", str(EXAMPLE))
    assert "Harbor" in version()
    assert "Harbor" not in version("--no-rules")
    assert version("--rules", str(EXAMPLE)) == version()
    assert called(["schema", "observation"]).returncode == 0
    assert "--rules is for" in called(["schema", "observation", "--rules", "x"]).stderr


def test_an_option_that_is_given_twice_names_two(desk: Path):
    (desk / "second").mkdir()
    (desk / "second" / "rulebook.yaml").write_text('name: Second\nversion: "1"\n', "utf-8")
    done = called(["plan", "late.json", "--rules", str(EXAMPLE), "--rules", "second"])
    version = json.loads(done.stdout)["rulebook"]["version"]
    assert "Harbor" in version
    assert "Second" in version


def test_who_named_a_pack_is_told_of_its_own_mistakes_alone():
    with pytest.raises(ValueError, match="other"), Chosen((), "RULES").named():
        raise ValueError("other")
