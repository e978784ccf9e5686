"""A message has one step and few words, an agreed form raises no flag, feelings change nothing.

Asked of plans by chance, because no property can count steps or compare the words of two plans.
"""

import random
from typing import Any, get_args

import pytest

from planner.contract.values import Format, TherapistFeeling
from planner.planning.placing import PLACING
from planner.rulebook.holding import fields_of
from tests.planner.support.clinical_cases import planner
from tests.support.long import times
from tests.support.strategies import random_observation

pytestmark = pytest.mark.reads_files_only

MOST_WORDS = 45
FEELINGS = "context.therapist_feelings"


def told_otherwise(seed: int, **context: Any) -> list[dict[str, Any]]:
    """Observations by chance, in which some answers are the same."""
    rng = random.Random(seed)
    found = [random_observation(rng) for _ in range(times(500, 20_000))]
    for one in found:
        one["context"].update(context)
    return found


def test_a_message_has_one_step_and_few_words():
    """One step, now, without a question, whatever else was told."""
    for told in told_otherwise(1, next_contact="message"):
        plan = planner().plan(told)
        if plan.disposition == "stop":
            continue
        assert [step.when for step in plan.steps] == ["now"], told
        words = plan.steps[0].words
        assert len(words.split()) < MOST_WORDS, (told, words)
        assert plan.steps[0].item in ("C1", "C2", "C3"), told
        assert "?" not in words, (told, words)


def test_somebody_who_left_gets_one_message():
    """Where nothing is agreed, what is planned is one message, and nothing waits for a session."""
    for told in told_otherwise(2, leaving="left", sessions_left="none", next_contact="unknown"):
        plan = planner().plan(told)
        assert len(plan.steps) == (plan.disposition != "stop"), told


def test_own_feelings_change_no_step_no_time_and_no_word():
    """What the therapist feels goes to supervision, and to nobody else."""
    for told in told_otherwise(3, therapist_feelings=[]):
        without = planner().plan(told)
        told["context"]["therapist_feelings"] = [*get_args(TherapistFeeling)]
        felt = planner().plan(told)
        steps = [[(s.item, s.when, s.after, s.words) for s in p.steps] for p in (without, felt)]
        assert steps[0] == steps[1], told
        held = [[(h.item, h.until) for h in p.held] for p in (without, felt)]
        assert held[0] == held[1], told
        assert [b.item for b in without.barred] == [b.item for b in felt.barred], told


def test_only_reviews_and_lines_read_own_feelings():
    """No variant asks for them, and of the rules that place anything only the reviews."""
    rulebook = planner().rulebook
    asking = [one for one in rulebook.variants if FEELINGS in fields_of(one)]
    placing = [
        rule
        for rule in rulebook.rules
        if FEELINGS in fields_of(rule) and rule.verb in PLACING | {"find"}
    ]
    assert asking == []
    assert {rule.verb for rule in placing} == {"review"}


@pytest.mark.parametrize("form", get_args(Format))
def test_an_agreed_form_raises_no_flag(form):
    """The form of the work changes words and items, and never asks for consultation."""
    for told in told_otherwise(4, format="unknown")[: times(100, 4_000)]:
        before = planner().plan(told).disposition
        told["context"]["format"] = form
        assert planner().plan(told).disposition == before, told
