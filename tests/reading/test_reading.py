"""Every check finds its planted fault, and the rules that ship have none but those in OPEN."""

from dataclasses import replace

import pytest

from planner.planning.planner import Planner
from planner.reading.shipped import SHIPPED, rulebook_of
from tests.reading.__main__ import new_faults
from tests.reading.checks import CHECKS
from tests.reading.grades import grade, means, syllables
from tests.reading.more_faults import FAULTS
from tests.reading.naming import named
from tests.reading.open_checks import MEAN_GRADE_OPEN, OPEN
from tests.reading.reading import Findings, cases, example, read, shipped
from tests.reading.seen import Seen, words_in
from tests.reading.shrinking import smallest

MANY = 1500


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_the_rules_that_ship_have_no_fault_that_is_not_open():
    found = read(cases(MANY, seed=1), shipped)
    told = [
        example(name, *one) for name in CHECKS if name not in OPEN for one in found.of(name)[:1]
    ]
    assert new_faults(found) == [], "\n".join(map(str, told))


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_finds_its_planted_fault_and_not_the_nearest_plan_without_it(name):
    fault, near = FAULTS[name]
    assert [*CHECKS[name].look(fault.seen())], "the planted fault is not found"
    assert [*CHECKS[name].look(near.seen())] == []


def test_every_planted_fault_and_every_open_check_is_one_of_the_checks():
    assert set(FAULTS) == set(CHECKS)
    assert set(OPEN) <= set(CHECKS)
    assert all(count > 0 for count in OPEN.values())
    assert {"C1", "C2", "C3", "D1", "D2", "D3", "D4"} >= MEAN_GRADE_OPEN


def test_a_fault_planted_in_the_rules_is_found_and_named_and_shrunk():
    rulebook = rulebook_of(SHIPPED)
    words = rulebook.wording["C1"]
    last = words.parts[1].variants[-1]
    bad = replace(last, say="I was late, and I kept you waiting for me.", when=(), cases=())
    part = replace(words.parts[1], variants=(bad,), groups=())
    changed = replace(words, parts=(words.parts[0], part, *words.parts[2:]))
    planted = Planner(replace(rulebook, wording={**rulebook.wording, "C1": changed}))

    def plans(observation):
        return planted.plan(observation).to_dict()

    look = CHECKS["wait-where-nobody-waited"].look
    case = {
        "session": 3,
        "ruptures": [{"kind": "deflection", "response": "joke", "occurrences": 3}],
        "context": {"phase": "middle", "feelings": ["sad", "hurt"]},
        "safety": {"flags": {}},
    }
    found = [line for line in look(Seen(case, plans(case), plans)) if line.item == "C1"]
    assert named(planted.rulebook, found[0].text)[0] == bad.id
    least = smallest(case, lambda one: found[0] in [*look(Seen(one, plans(one), plans))])
    assert least["ruptures"] == [{"kind": "deflection", "response": "joke"}]
    assert least.get("context", {}) == {}


def test_words_are_counted_without_codes_and_fields_and_brackets_by_their_words():
    assert words_in("C2: [what I am changing], then (C1). Ask context.phase.") == 6


def test_a_plain_sentence_has_a_low_grade_and_a_learned_one_a_high_grade():
    assert [syllables(one) for one in ("time", "asked", "wanted", "table", "session")] == [
        1,
        1,
        2,
        2,
        2,
    ]
    assert grade("I was late. That was mine. What was it like?") < 2
    assert grade("It is expectable that feelings of abandonment would be reactivated here.") > 9
    assert means([("C1", "It is so."), ("C1", "It is so.")]) == {"C1": grade("It is so.")}


def test_hard_short_words_and_long_briefs_are_new_faults():
    found = Findings(shorts={("C1", "Unfortunate misunderstandings necessitate consideration.")})
    assert new_faults(found) == ["C1"]
    assert new_faults(Findings(briefs=[100, 151, 151])) == ["brief-median"]
    assert new_faults(Findings(briefs=[100, 150, 219])) == []
