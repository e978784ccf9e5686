"""What another answer would do, by the planner's word, is what it does: rule for rule."""

import random
from collections import Counter

import pytest

from planner.planning.matching import Matched
from planner.planning.placed_last import PlacedLast, Weighed
from planner.planning.placing import PLACING
from planner.planning.unknown import ANSWERS, HAPPENED, UNKNOWN
from planner.planning.whatif import Answered, WhatIf
from tests.planner.support.clinical_cases import Case, planned, planner, some, with_answer
from tests.support.long import LONG

FEW = 400 if LONG else 24


def whatif() -> WhatIf:
    """The part under test."""
    return planner()._questions._whatif


def last() -> PlacedLast:
    """What places C1 after the others."""
    return planner()._questions._last


def matched(case: Case) -> Matched:
    """A case as far as it is matched before anything is placed."""
    return planner()._matching.holding(case.facts)


def answered(case: Case, *settled: str) -> Answered:
    """What each answer to what is unknown would do to any rule."""
    return whatif().answered(matched(case), settled, all_rules=True)


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
    for case in sample():
        fields = open_fields(case)
        first, *moves = answered(case).thens
        now = placed(case)
        assert ids(last().settled(first.branches)) == now, case
        told: dict[str, Counter[frozenset[str]]] = {field: Counter() for field in fields}
        for field, _, share, then in moves:
            told[field][ids(last().settled(then))] += round(share * len(ANSWERS[field]))
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
    verbs = {rule.id: rule.verb for rule in planner().rulebook.rules}
    changed: set[str] = set()
    for case in some(2):
        first, *moves = answered(case).thens
        now = ids(last().settled(first.branches))
        for *_, then in moves:
            changed |= ids(last().settled(then)) ^ now
    assert verb in {verbs[rule] for rule in changed}


def test_what_is_settled_is_not_asked_about():
    for case in some(2)[:20]:
        fields = {field for field, *_ in answered(case).thens} - {""}
        for settled in sorted(fields)[:2]:
            left = [move for move in answered(case).thens if move[0] != settled]
            assert answered(case, settled).thens == left


def test_an_answer_that_is_left_out_moves_nothing():
    """What decides nothing here is not weighed: weighed all the same, no item stands elsewhere."""
    left_out = 0
    for case in sample():
        every = answered(case)
        some_of_them = whatif().answered(matched(case))
        now, *moves = every.thens
        weighed = Weighed(last(), now.branches)
        kept = {(one.field, one.value) for one in some_of_them.thens}
        for one in moves:
            if (one.field, one.value) not in kept:
                left_out += 1
                assert weighed.then(one.branches) == weighed.standing, (one, case)
    assert left_out > 100


def test_two_answers_together_do_what_is_said_of_them():
    """Any two answers to fields that are not known, by the engine's word."""
    asked, chance, changed = whatif(), random.Random(5), 0
    for case in some(2)[:30]:
        now = answered(case)
        moves = now.thens[1:]
        for _ in range(4):
            one, other = chance.choice(moves), chance.choice(moves)
            if one.field == other.field or HAPPENED in (one.field, other.field):
                continue
            told = with_answer(case.told, one.field, one.value)
            then = placed(planned(with_answer(told, other.field, other.value)))
            both = last().settled(asked.both(now, one, other))
            assert ids(both) == then, (one, other, case)
            changed += then != placed(case)
    assert changed > 20
