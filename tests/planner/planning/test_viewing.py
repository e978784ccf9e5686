"""Facts as closed questions and coarse numbers."""

import pytest

from planner.contract.facts import Fact, facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.planning.viewing import NO, YES, Viewing
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
from tests.planner.support.second_opinions import shipped, some_observations

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
    viewing = Viewing(shipped_conditions(), shipped().findings)
    domains = viewing.domains
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
