"""Facts as closed questions and coarse numbers, and as one number of bits."""

import random
from itertools import combinations, product

import pytest

from planner.contract.facts import ABSENT, Fact, facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.planning.viewing import NO, YES, Bits, Viewing
from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
    Test,
)
from tests.planner.support.oracle import holds
from tests.planner.support.second_opinions import Naive, shipped, some_observations

MINUTES = "lateness.minutes"
FEELINGS = "context.feelings"


def facts(**told: Fact) -> dict[str, Fact]:
    """The facts of the plainest observation, with some of them changed."""
    plain = {"ruptures": [{"kind": "lateness", "who": "both"}], "safety": {"flags": {}}}
    changed = {name.replace("__", "."): value for name, value in told.items()}
    return facts_of(Observation.read(plain)) | changed


def shipped_conditions() -> list[Condition]:
    """Every condition that ships, on facts and on findings."""
    asking = [rule.when for rule in shipped().rules] + [one.when for one in shipped().variants]
    return [condition for when in asking for condition in when]


def test_a_choice_is_asked_about_as_it_is() -> None:
    viewing = Viewing([])
    assert viewing.view(facts(context__phase="late"))["context.phase"] == "late"
    leaf = viewing.leaf(Condition("context.phase", AnyOf(frozenset(("late", "ending")))))
    assert (leaf.key, leaf.accepts) == ("context.phase", ("ending", "late"))


@pytest.mark.parametrize(
    ("minutes", "told"), [(-1, -1), (0, 0), (4, 0), (5, 5), (14, 5), (15, 15), (16, 16), (600, 16)]
)
def test_a_number_is_the_least_that_no_rule_tells_apart_from_it(minutes: int, told: int) -> None:
    asked = [Condition(MINUTES, Among(low, high)) for low, high in ((5, 14), (15, 15), (0, 600))]
    assert Viewing(asked).view(facts(lateness__minutes=minutes))[MINUTES] == told


def test_a_number_that_no_rule_asks_about_is_not_sent() -> None:
    assert MINUTES not in Viewing([]).view(facts())


TESTS: list[Test] = [
    ListAny(frozenset(("sad", "hurt"))),
    ListNone(frozenset(("sad", "hurt"))),
    ListOnly(frozenset(("sad", "hurt"))),
    ListEmpty(),
]


@pytest.mark.parametrize("given", [(), ("sad",), ("sad", "hurt"), ("sad", "numb"), ("numb",)])
def test_a_list_is_asked_about_in_closed_questions(given: tuple[str, ...]) -> None:
    asked = [Condition(FEELINGS, test) for test in TESTS]
    viewing = Viewing([*asked, *asked])
    view = viewing.view(facts(context__feelings=frozenset(given)))
    assert len({viewing.leaf(one).key for one in asked}) == len(TESTS)
    for one in asked:
        answer = view[viewing.leaf(one).key]
        assert answer == (YES if one.holds(frozenset(given)) else NO)


def test_every_value_of_a_view_is_one_of_its_domain() -> None:
    viewing = Viewing(shipped_conditions())
    domains = viewing.domains(shipped().findings)
    for observation in some_observations(11, 200):
        view = viewing.view(facts_of(Observation.read(observation)))
        assert all(value in domains[key] for key, value in view.items())
        assert not {bool, float} & set(map(type, view.values()))


def test_a_condition_holds_of_the_view_when_it_holds_of_the_facts() -> None:
    """Closed questions and coarse numbers lose nothing that any rule that ships asks about."""
    asked = [one for one in dict.fromkeys(shipped_conditions()) if one.field in FIELDS]
    viewing = Viewing(asked)
    leaves = [viewing.leaf(one) for one in asked]
    for observation in some_observations(12, 100):
        told = facts_of(Observation.read(observation))
        view = viewing.view(told)
        for one, leaf in zip(asked, leaves, strict=True):
            assert holds(leaf, view[leaf.key]) == one.holds(told[one.field]), (one, observation)


def test_every_distinct_condition_is_one_bit() -> None:
    late = Condition("context.phase", AnyOf(frozenset(("late",))))
    again = Condition("context.phase", AnyOf(frozenset(("late",))))
    early = Condition("context.phase", AnyOf(frozenset(("early",))))
    bits = Bits([late, early, again])
    assert (bits.mask([late]), bits.mask([early]), bits.mask([late, again])) == (1, 2, 1)
    assert bits.mask([late, early]) == 3
    assert bits.of(facts(context__phase="late")) & bits.conditions == 1
    assert bits.of(facts(context__phase="ending")) & bits.conditions == 0


def test_the_bits_of_facts_and_findings_are_the_conditions_that_hold() -> None:
    asked = list(dict.fromkeys(shipped_conditions()))
    bits, naive = Bits(asked), Naive(shipped())
    for observation in some_observations(13, 100):
        _, known = naive.holding(observation)
        concluded = [name for name in known if name not in FIELDS]
        whole = bits.of(known) + bits.of_findings(known, concluded)
        assert whole & bits.conditions == bits.mask(
            one for one in asked if one.holds(known[one.field])
        )


def test_same_bits_mean_that_no_condition_tells_two_cases_apart() -> None:
    asked = [Condition(MINUTES, Among(5, 14)), Condition(FEELINGS, TESTS[0])]
    bits, viewing, chance = Bits(asked), Viewing(asked), random.Random(14)
    cases = [
        facts(lateness__minutes=minutes, context__feelings=frozenset(given))
        for minutes, given in product((-1, 0, 5, 9, 14, 15, 600), ((), ("sad",), ("numb", "hurt")))
    ]
    for _ in range(200):
        one, other = chance.choice(cases), chance.choice(cases)
        same = all(a.holds(one[a.field]) == a.holds(other[a.field]) for a in asked)
        assert ((bits.of(one) ^ bits.of(other)) & bits.conditions == 0) is same
        if viewing.view(one) == viewing.view(other):
            assert same


@pytest.mark.parametrize("name", FIELDS)
def test_other_values_of_a_field_have_other_bits_and_those_bits_are_its_own(name: str) -> None:
    """A reason is known again by the values that its rule asked about: all of them, exactly."""
    field, bits = FIELDS[name], Bits(())
    values: list[Fact] = [*field.values, ABSENT]
    if field.kind == "number":
        values = [*range(-1, (field.high or 0) + 1)]
    if field.kind == "list":
        values = [frozenset(given) for given in ((), *combinations(field.values, 2))]
        values += [frozenset((value,)) for value in field.values] + [frozenset(field.values)]
    given = [bits.of({**facts(), name: value}) for value in dict.fromkeys(values)]
    assert len(set(given)) == len(given)
    own = bits.values([name])
    assert {one & ~own for one in given} == {given[0] & ~own}


def test_values_of_findings_are_told_apart() -> None:
    found = Condition("finding.flooded", AnyOf(frozenset(("yes",))))
    bits = Bits([found])
    yes, no = (bits.of_findings({"finding.flooded": one}, ["finding.flooded"]) for one in (YES, NO))
    assert yes & bits.mask([found])
    assert not no & bits.mask([found])
    assert (yes ^ no) & bits.values(["finding.flooded"])
