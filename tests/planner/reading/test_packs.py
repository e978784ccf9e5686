"""A clinic's own pack over the rules that ship: what it adds, and what it may never loosen."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from planner.checking.check import check, proved
from planner.cli import main
from planner.cli.new_pack import START, new_pack
from planner.rulebook.rulebook import WHENS
from tests.support.strategies import random_observation

EXAMPLE = Path(__file__).resolve().parents[2] / "example_pack"
ENDING: dict[str, Any] = {
    "ruptures": [
        {"kind": "deflection", "response": "topic_change", "trigger": "difficult_topic"},
    ],
    "context": {"phase": "ending", "alliance": "good", "setting": "in_person"},
    "safety": {"flags": {}},
}
ENDING["ruptures"][0]["occurrences"] = 2


@pytest.fixture(scope="module")
def shipped() -> Planner:
    return Planner()


@pytest.fixture(scope="module")
def harbor() -> Planner:
    return Planner.load(EXAMPLE)


# --- what a pack may -----------------------------------------------------------------------


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_the_example_is_proved_with_the_rulebook() -> None:
    assert "hold" in check([EXAMPLE])


@pytest.mark.reads_files_only
@pytest.mark.slow
@pytest.mark.usefixtures("whole_check")  # what it proved is kept, and the pack is proved from it
def test_the_example_is_proved_for_every_observation() -> None:
    """What it makes stricter is its right; all else that must hold of every plan still does."""
    pytest.importorskip("z3", reason="z3-solver is not installed")
    assert proved([EXAMPLE]).startswith("Proved for every observation")


def test_plans_name_the_pack_and_its_edition(harbor: Planner, shipped: Planner) -> None:
    ours, theirs = harbor.plan(ENDING).rulebook, shipped.plan(ENDING).rulebook
    assert ours.version == f"{theirs.version} + Harbor Training Clinic 2.1"
    assert ours.edition != theirs.edition
    assert "Harbor Training Clinic 2.1" in harbor.plan(ENDING).to_markdown()


def test_an_idea_is_shown_as_the_clinics_and_never_as_the_handouts(harbor: Planner) -> None:
    plan = harbor.plan(ENDING)
    [step] = [step for step in plan.steps if step.item == "D5"]
    assert (step.handout, step.changes) == ("", ())
    assert step.purpose.startswith("Idea of the Harbor Training Clinic's Tuesday group. ")
    assert {one.source for one in step.because} == {"harbor-group; derived", "harbor-handbook"}
    assert "Idea of the Harbor Training Clinic" in plan.to_markdown()


def test_local_contacts_stand_first_or_alone(harbor: Planner, shipped: Planner) -> None:
    ours, theirs = harbor.rulebook.leads, shipped.rulebook.leads
    added = ours["self_harm"].contacts
    assert added[0].startswith("The supervisor on duty, room 3")
    assert added[1:] == theirs["self_harm"].contacts
    assert ours["formal_complaint"].contacts == (
        "The training director, before you answer the client",
        "The clinic's complaints office",
    )
    assert ours["formal_complaint"].first_actions == theirs["formal_complaint"].first_actions


def test_site_texts_go_over_the_shipped_ones_and_leave_the_rest(
    harbor: Planner, shipped: Planner
) -> None:
    ours: Any = harbor.rulebook.vocabulary
    theirs: Any = shipped.rulebook.vocabulary
    assert ours["pages"] == theirs["pages"] | {
        "enter_title": "What happened between you, here at the Harbor?"
    }
    assert (
        ours["fields"]["context.phase"]["options"] == theirs["fields"]["context.phase"]["options"]
    )
    assert ours["fields"]["context.phase"]["hint"].startswith("At this clinic")


def test_a_variant_stands_right_before_the_one_that_it_narrows(harbor: Planner) -> None:
    part = next(one for one in harbor.rulebook.wording["C1"].parts if one.name == "question")
    ids = [one.id for one in part.variants]
    assert ids.index("harbor.question.ending") == len(ids) - 2
    assert part.variants[-2].handout == part.variants[-1].handout
    assert not part.variants[-1].when


def strictness(plan: Any) -> tuple[int, dict[str, int]]:
    """How strict a plan is as a whole, and for each item: barred, held, or how soon."""
    places = {step.item: WHENS.index(step.when) for step in plan.steps}
    places |= {one.item: 10 for one in plan.held} | {one.item: 20 for one in plan.barred}
    return ("proceed", "review_first", "stop").index(plan.disposition), places


@pytest.mark.parametrize("directory", [EXAMPLE, START], ids=["example", "start"])
def test_with_a_pack_no_plan_is_looser(directory: Path, shipped: Planner) -> None:
    """For many observations: no step that was none, none sooner, no bar or hold or flag lost."""
    ours, chance = Planner.load(directory), random.Random(5)
    for _ in range(400):
        observation = random_observation(chance)
        before, after = shipped.plan(observation), ours.plan(observation)
        was, then = strictness(before), strictness(after)
        assert then[0] >= was[0]
        assert set(before.safety.first_actions) <= set(after.safety.first_actions)
        if after.disposition != "stop":
            assert {one.code for one in before.avoid} <= {one.code for one in after.avoid}
            assert set(was[1]) <= set(then[1])
            for item, place in then[1].items():
                assert item == "D5" or place >= was[1].get(item, 10), item


# --- a start -------------------------------------------------------------------------------


def test_a_new_pack_passes_the_check_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That it is proved as well is seen in `test_checking_proof`."""
    assert main(["new-pack", str(tmp_path / "clinic-rules")]) == 0
    assert main(["check", "--no-prove", str(tmp_path / "clinic-rules")]) == 0
    assert "hold" in capsys.readouterr().out


def test_an_empty_directory_is_filled_and_a_full_one_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new_pack(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert main(["new-pack", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_pack_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        if source.endswith("wording.yaml"):
            raise OSError(28, "No space left on device", target)
        Path(target).write_bytes(Path(source).read_bytes())

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        new_pack(tmp_path / "clinic")
    assert list(tmp_path.iterdir()) == []


def test_a_pack_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clinic").write_text("a file")
    assert main(["new-pack", str(tmp_path / "clinic")]) == 2
    assert (tmp_path / "clinic").read_text() == "a file"
