"""Equal parts of a rulebook are one object, and whatever differs in anything stays itself."""

from __future__ import annotations

from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from planner.rulebook.conditions import AnyOf, Case, Condition, ListAny
from planner.rulebook.sharing import Sharing


def asking(*values: str) -> Condition:
    """A condition made anew each time."""
    return Condition("lateness.who", AnyOf(frozenset(values)))


def test_a_shared_rulebook_is_equal_and_holds_each_condition_once():
    rulebook = Sharing().of(read_rulebook(SHIPPED))
    assert rulebook == read_rulebook(SHIPPED)
    conditions = [one for rule in rulebook.rules_and_variants for one in rule.when]
    assert len({id(one) for one in conditions}) == len(set(conditions)) < len(conditions)


def test_equal_conditions_become_one():
    first, second = Sharing().of((asking("client", "both"), asking("both", "client")))
    assert first is second


def test_tests_of_other_kinds_and_lines_stay_apart():
    values = frozenset(["client"])
    anyof, listed = Sharing().of((AnyOf(values), ListAny(values)))
    assert (type(anyof), type(listed)) == (AnyOf, ListAny)
    assert anyof.values is listed.values
    here, there = Sharing().of((Case((asking("client"),), 1), Case((asking("client"),), 2)))
    assert (here.line, there.line) == (1, 2)
    assert here.when is there.when


def test_what_equals_another_but_is_of_another_type_is_not_put_in_its_place():
    assert list(map(repr, Sharing().of((1, True, 1.0)))) == ["1", "True", "1.0"]
    assert list(map(repr, Sharing().of(((1,), (True,))))) == ["(1,)", "(True,)"]


def test_mappings_are_gone_through():
    told = Sharing().of({"a": asking("client"), "b": {"c": asking("client")}})
    assert told["a"] is told["b"]["c"]  # type: ignore[index]  # a mapping of both sorts
