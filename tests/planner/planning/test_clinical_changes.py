"""What a changed answer may do to a plan, and what it may not, asked of many random cases.

With REPAIR_PLANNER_LONG set the cases are many more.
"""

import random
import re
from typing import Any

import pytest

from planner import Planner
from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.planning.unknown import UNKNOWN
from tests.planner.support.clinical_cases import (
    Case,
    Told,
    cases,
    planned,
    planner,
    some,
    with_answer,
    with_context,
    with_rupture,
)

pytestmark = pytest.mark.reads_files_only
LOOSER = {"stop": 0, "review_first": 1, "proceed": 2}
FLAGS = FIELDS["safety.flags"].values


def body(case: Case) -> dict[str, Any]:
    """The plan without the observation that it repeats."""
    return {**case.plan.to_dict(), "observation": None}


# --- flags -----------------------------------------------------------------------------------
@pytest.mark.parametrize("flag", FLAGS)
def test_one_more_flag_never_loosens(flag):
    for case in some(25):
        told = case.told["safety"]["flags"]
        for answer in ("yes", "unsure"):
            flagged = planned({**case.told, "safety": {"flags": {**told, flag: answer}}})
            now, then = case.plan.disposition, flagged.plan.disposition
            assert LOOSER[then] <= LOOSER[now], case
            assert LOOSER[then] < LOOSER["proceed"], case


# --- unknown is never treated as no ------------------------------------------------------------
GATES = (
    "context.alliance",
    "context.phase",
    "context.outside_pattern",
    "context.pattern_named_by_client",
    "context.history",
)


@pytest.mark.parametrize("gate", GATES)
def test_an_unknown_gate_opens_nothing(gate):
    """Whatever the answer was, taking it back adds no step."""
    for case in some(3):
        less = planned(with_answer(case.told, gate, "unknown"))
        assert set(less.steps) <= set(case.steps), case
        if gate == "context.history" and "D4" in less.steps:
            assert "relationships" not in less.steps["D4"].words, case


def test_an_unknown_part_never_adds_an_apology():
    for case in some(3):
        less = planned(with_context(case.told, therapist_part="unknown"))
        assert "C2" in case.steps or "C2" not in less.steps, case


def test_an_unknown_grievance_opens_nothing():
    """Until it is known it is treated as if it might be real; only the frame may be talked over.

    A message has one step in any case: where no part is known, it is an offer to speak.
    """
    kind = "authority_frustration"
    for case in cases():
        if case.is_("ruptures.kinds", kind):
            less = planned(with_rupture(case.told, kind, grievance="unknown"))
            written = case.facts["context.next_contact"] == "message"
            written = written or case.is_("context.leaving", "left")
            offered = {"C1"} if written and len(less.steps) == 1 else set()
            assert set(less.steps) - {"C3"} - offered <= set(case.steps), case


# --- what must change nothing ------------------------------------------------------------------
def test_the_same_observation_gives_the_same_bytes():
    """Also from a planner that was made anew and remembers nothing."""
    fresh = Planner(planner().rulebook, ask="always")
    for case in some(12):
        assert fresh.plan(case.told).to_json() == case.plan.to_json(), case


def test_order_and_repetition_change_nothing():
    """Neither of ruptures nor of the members of a list, nor of the keys."""
    chance = random.Random(3)
    for case in some(6):
        context = {
            name: chance.sample(value, len(value)) + value[:1] if isinstance(value, list) else value
            for name, value in reversed(case.told["context"].items())
        }
        ruptures = case.told["ruptures"]
        told = {
            **{name: case.told[name] for name in reversed(case.told)},
            "context": context,
            "ruptures": chance.sample(ruptures, len(ruptures)),
        }
        assert planned(told).plan.to_json() == case.plan.to_json(), case


def test_notes_case_and_session_change_nothing_but_what_the_plan_repeats():
    """No rule ever reads them: a stop word in a note must not stop, and a name not be seen."""
    for case in some(6):
        told = {**case.told, "notes": "suicide; {feeling} xyz", "case": "K-7", "session": 77}
        other = planned(told)
        assert body(other) == body(case), case
        assert other.plan.observation["notes"] == told["notes"]


# --- questions -------------------------------------------------------------------------------
def answers_named(question: Any) -> dict[str, Fact]:
    """The values whose labels a question names, by its fields; none where it asks about a list."""
    named = re.match(r"If (.*?): ", question.would_change)
    if not named:
        assert any(FIELDS[field].kind == "list" for field in question.fields), question
        return {}
    labels = re.findall("“(.*?)”", named[1])
    return {
        field: answer(field, label) for field, label in zip(question.fields, labels, strict=True)
    }


def answer(field: str, label: str) -> Fact:
    """The one value of a field that has this label."""
    options = planner().rulebook.vocabulary["fields"][field]["options"]  # type: ignore[index]  # read as such
    (value,) = [value for value, words in options.items() if words["label"] == label]
    return str(value)


def contradicts(case: Case, field: str) -> bool:
    """Whether the rules ask about this field because answers disagree."""
    rules = planner().rules_that_hold(case.told)
    return any(rule.verb == "ask" and rule.object == field for rule in rules)


def test_a_question_is_asked_only_of_what_is_not_known_or_contradicted():
    asked = 0
    for case in some(2):
        fields = [question.field for question in case.plan.questions]
        assert len(fields) == len(set(fields)) <= 5, case
        for field in fields:
            asked += 1
            unknown = field in UNKNOWN and case.facts[field] == UNKNOWN[field]
            assert unknown or contradicts(case, field), (field, case)
    assert asked


def places(told: Told) -> tuple[Any, ...]:
    """Where everything stands, and what the held items wait for."""
    plan = planned(told).plan
    steps = [(step.item, step.when) for step in plan.steps]
    held = {one.item: one.until for one in plan.held}
    return plan.disposition, steps, held, {one.item for one in plan.barred}


def moved(before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    """Whether a step or the disposition is another: what is only held otherwise is no move."""
    return before[:2] != after[:2]


def test_the_answer_that_a_question_names_moves_a_step():
    """Planned again with it, or with both of two, by the same engine."""
    for case in some(8):
        now = places(case.told)
        for question in case.plan.questions:
            if not contradicts(case, question.field):
                told = case.told
                for field, value in answers_named(question).items():
                    told = with_answer(told, field, value)
                assert (told is case.told) or moved(now, places(told)), (question, case)


def test_a_plan_that_stops_asks_nothing():
    stopped = [case for case in cases() if case.plan.disposition == "stop"]
    assert [str(case) for case in stopped if case.plan.questions] == []
