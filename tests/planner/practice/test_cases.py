"""The cases that are told to learners: enough of every sort, and none tells its own answer."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from planner import Planner
from planner.contract.values import KINDS
from planner.practice.cases import cases_of, key_of
from planner.practice.practice import Practice
from planner.practice.turning import stands
from planner.reading.shipped import SHIPPED

SEEN = {
    "phase": ("early", "middle", "late", "ending"),
    "setting": ("in_person", "video", "phone", "text"),
    "leaving": ("hinted", "announced", "left", "ended_by_therapist"),
    "format": ("couple", "family", "group", "child_or_adolescent"),
    "alliance": ("none_yet", "weak", "forming", "good", "strong", "unknown"),
    "apology": ("none", "token", "explored", "excessive"),
}
"""Answers that some case has, each of them."""


@pytest.fixture(scope="module")
def practice(planner: Planner) -> Practice:
    return Practice.of(planner, [SHIPPED])


def test_there_are_cases_of_every_sort(practice: Practice) -> None:
    """At least 120, of each kind and disposition, each item as a step, held and barred."""
    counts: Counter[str] = Counter()
    for case in practice.cases:
        plan = practice.planner.plan(case.observation)
        counts.update(case.kinds)
        counts[plan.disposition] += 1
        counts[f"{len(case.kinds)} kinds"] += 1
        counts["first " + (plan.steps[0].item if plan.steps else "none")] += 1
        counts.update(f"{item} {at}" for item, at in stands(plan).items())
        counts.update(f"{step.item} step" for step in plan.steps)
        ruptures = case.observation["ruptures"]
        counts["first time"] += any(one["occurrences"] == 1 for one in ruptures)
        counts["repeated"] += any(one["occurrences"] > 1 for one in ruptures)
        for name in SEEN:
            counts[f"{name} {case.observation['context'][name]}"] += 1
    assert len(practice.cases) >= 120
    least = {
        **dict.fromkeys(KINDS, 20),
        **dict.fromkeys(("proceed", "review_first", "stop", "first time", "repeated"), 20),
        **dict.fromkeys(("first C1", "first C2", "first C3"), 20),
        **{f"{item} step": 20 for item in practice.items},
        **{f"{item} held": 2 for item in practice.items if item != "C1"},
        **{f"{item} barred": 2 for item in practice.items},
        **{f"{name} {value}": 1 for name, values in SEEN.items() for value in values},
        "2 kinds": 10,
    }
    assert {name: counts[name] for name, few in least.items() if counts[name] < few} == {}


def test_each_address_leads_to_one_case_and_stays_by_its_sentence(practice: Practice) -> None:
    assert len({one.key for one in practice.cases}) == len(practice.cases)
    for case in practice.cases:
        assert re.fullmatch(r"[0-9a-f]{8}", case.key)
        exercise = practice.exercise(case.key)
        assert exercise is not None
        assert exercise.story == case.story
    assert key_of("The therapist dozed off for a moment") == "545a03ab"
    assert practice.exercise("none") is None
    assert practice.exercise("none-changed") is None


TELLS = re.compile(
    r"\b(so that the|is held|barred|has to wait|comes first|is owned in|check-in|apology waits"
    r"|no pattern before|is the root|the plan)\b",
    re.IGNORECASE,
)


def test_no_story_tells_what_the_learner_is_to_find(practice: Practice) -> None:
    """The whole rule book says such things in its scenarios; those are not told to learners."""
    assert [one.story for one in practice.cases if TELLS.search(one.story)] == []


def test_a_pack_may_tell_cases_of_its_own(tmp_path: Path, planner: Planner) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "ours.yaml").write_text(
        "- scenario: A bus was late\n  practice: yes\n"
        "  observation: {ruptures: [{kind: lateness, who: neither}], safety: {flags: {}}}\n"
        "  expect: {disposition: proceed}\n"
        "- scenario: A tram was late\n"
        "  observation: {ruptures: [{kind: lateness, who: neither}], safety: {flags: {}}}\n"
        "  expect: {disposition: proceed}\n",
        "utf-8",
    )
    assert [one.story for one in cases_of([tmp_path], planner.rulebook)] == ["A bus was late"]
