"""What another answer would do, by the planner's word, is what it does: rule for rule."""

import random
from collections import Counter

import pytest

from planner.planning.placed_last import PlacedLast
from planner.planning.placing import PLACING, Placing
from planner.planning.whatif import ANSWERS, HAPPENED, UNKNOWN, WhatIf
from tests.planner.support.clinical_cases import Case, planned, planner, some, with_answer
from tests.support.long import LONG

FEW = 400 if LONG else 40


def whatif() -> WhatIf:
    """The part under test."""
    return WhatIf(planner().rulebook)


def placed(case: Case) -> frozenset[str]:
    """The ids of the placing rules that hold, by the engine."""
    rules = planner().rules_that_hold(case.told)
    return frozenset(rule.id for rule in rules if rule.verb in PLACING)


def ids(mask: int) -> frozenset[str]:
    """The ids of the rules that a mask names."""
    return frozenset(rule.id for i, rule in enumerate(planner().rulebook.rules) if mask >> i & 1)


def sample() -> list[Case]:
    """A few of the cases, some of them with an answer taken back."""
    chance = random.Random(11)
    chosen = chance.sample(some(3), FEW)
    return [
        planned(with_answer(case.told, field, UNKNOWN[field]))
        for case in chosen
        for field in chance.sample([name for name in UNKNOWN if name.startswith("context.")], 2)
    ]


def open_fields(case: Case) -> list[str]:
    """The fields of which nothing was told."""
    return [name for name, unknown in UNKNOWN.items() if case.facts[name] == unknown]


def test_every_answer_does_what_is_said_and_no_other_does_anything():
    """Each possible answer is planned by the engine; what is not named changes no rule.

    An answer may stand for several that no rule tells apart: its share says for how many.
    """
    asked = whatif()
    last = PlacedLast(asked.waiting, Placing(planner().rulebook.rules))
    for case in sample():
        fields = open_fields(case)
        first, *moves = asked.answered(case.facts).thens
        now = placed(case)
        assert ids(last.settled(first.rules)) == now, case
        told: dict[str, Counter[frozenset[str]]] = {field: Counter() for field in fields}
        for field, _, share, _, then in moves:
            if then != first.rules:
                told[field][ids(last.settled(then))] += round(share * len(ANSWERS[field]))
        for field in fields:
            found = Counter(
                placed(planned(with_answer(case.told, field, value))) for value in ANSWERS[field]
            )
            del found[now]
            del told[field][now]  # where the other items stand keeps a rule on C1 out
            assert told[field] == found, (field, case)


@pytest.mark.parametrize("verb", sorted(PLACING - {"stop"}))
def test_other_answers_change_rules_of_every_placing_verb(verb):
    """But for a stop: flags are told, never asked about."""
    asked = whatif()
    verbs = {rule.id: rule.verb for rule in planner().rulebook.rules}
    changed: set[str] = set()
    for case in some(2):
        first, *moves = asked.answered(case.facts).thens
        for *_, then in moves:
            changed |= ids(then ^ first.rules)
    assert verb in {verbs[rule] for rule in changed}


def test_what_is_settled_is_not_asked_about():
    asked = whatif()
    for case in some(2)[:20]:
        fields = {field for field, *_ in asked.answered(case.facts).thens} - {""}
        for settled in sorted(fields)[:2]:
            left = [move for move in asked.answered(case.facts).thens if move[0] != settled]
            assert asked.answered(case.facts, {settled}).thens == left


def test_two_answers_together_do_what_is_said_of_them():
    """Any two answers to fields that are not known, by the engine's word."""
    asked, chance, changed = whatif(), random.Random(5), 0
    last = PlacedLast(asked.waiting, Placing(planner().rulebook.rules))
    for case in some(2)[:30]:
        answered = asked.answered(case.facts)
        moves = answered.thens[1:]
        for _ in range(4):
            one, other = chance.choice(moves), chance.choice(moves)
            if one.field == other.field or HAPPENED in (one.field, other.field):
                continue
            told = with_answer(case.told, one.field, one.value)
            then = placed(planned(with_answer(told, other.field, other.value)))
            both = last.settled(asked.both(answered, one, other))
            assert ids(both) == then, (one, other, case)
            changed += then != placed(case)
    assert changed > 20
