"""What stands under `when`, as the conditions that it is read as, and when they hold."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from planner.contract.fields import FIELDS
from planner.errors import RulebookError
from planner.reading.cases import kinds_apart
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
    Test,
    Value,
)
from planner.rulebook.rulebook import Rule
from tests.planner.support.small_rules import RULE, small_rules

PROPERTY = """\
- id: own.property
  sentence: A property whose case has cases.
  never: {step: C2}
  when: {any: [{lateness.who: client}, {context.phase: late}]}
  because: A reason that is long enough to be one.
  source: handout C2
"""


def conditions_of(when: str, directory: Path) -> tuple[Condition, ...]:
    """What `when` is read as, in one more rule of the small rulebook."""
    rules = small_rules(directory)
    (rules / "more.yaml").write_text(RULE.format(id="more.rule", when=when), encoding="utf-8")
    return read_rulebook(rules).rule("more.rule").when


class TestConditions:
    @pytest.mark.parametrize(
        ("when", "test"),
        [
            ("context.phase: early", AnyOf(frozenset({"early"}))),
            ("context.phase: [early, late]", AnyOf(frozenset({"early", "late"}))),
            ("context.raised_by_client: no", AnyOf(frozenset({"no"}))),
            ("context.feelings: hurt", ListAny(frozenset({"hurt"}))),
            ("context.feelings: {none_of: [hurt]}", ListNone(frozenset({"hurt"}))),
            ("context.signs: {only: engaged}", ListOnly(frozenset({"engaged"}))),
            ("context.culture_power: not_given", ListEmpty()),
            ("lateness.occurrences: 2", Among(2, 2)),
            ("lateness.minutes: {at_least: 5}", Among(5, 600)),
            ("lateness.minutes: {at_most: 5}", Among(0, 5)),
            ("lateness.minutes: {at_least: 5, at_most: 5}", Among(5, 5)),
        ],
    )
    def test_are_read_as_what_they_ask(self, when: str, test: object, tmp_path: Path) -> None:
        (condition,) = conditions_of(when, tmp_path)
        assert condition.test == test

    def test_a_list_may_be_asked_two_things(self, tmp_path: Path) -> None:
        conditions = conditions_of("context.feelings: {any_of: hurt, none_of: [numb]}", tmp_path)
        assert {type(condition.test) for condition in conditions} == {ListAny, ListNone}

    def test_minutes_not_given_stand_beside_the_lateness(self, tmp_path: Path) -> None:
        when = "ruptures.kinds: lateness\n    lateness.minutes: not_given"
        assert conditions_of(when, tmp_path)[-1] == Condition("lateness.minutes", Among(-1, -1))

    @pytest.mark.parametrize(
        ("test", "holds", "fails"),
        [
            (AnyOf(frozenset({"a"})), ["a"], ["b", "absent", 1, frozenset({"a"})]),
            (Among(0, 5), [0, 5], [-1, 6, "3", frozenset()]),
            (Among(-1, -1), [-1], [0, "absent"]),
            (ListAny(frozenset("ab")), [frozenset("a"), frozenset("ac")], [frozenset(), "a"]),
            (ListNone(frozenset("ab")), [frozenset(), frozenset("c")], [frozenset("bc"), "c"]),
            (ListOnly(frozenset("ab")), [frozenset("a")], [frozenset(), frozenset("ac"), "a"]),
            (ListEmpty(), [frozenset()], [frozenset("a"), "", 0]),
        ],
    )
    def test_hold_for_what_they_say(
        self, test: Test, holds: list[Value], fails: list[Value]
    ) -> None:
        condition = copy.deepcopy(Condition("any.field", test))
        assert all(condition.holds(value) for value in holds)
        assert not any(condition.holds(value) for value in fails)

    def test_every_field_can_be_asked_every_value(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        told = []
        for name, field in FIELDS.items():
            for value in field.values or (field.low, field.high):
                identity = f"more.{name.replace('.', '-').replace('_', '-')}-{value}"
                identity = identity.replace("_", "-").lower()
                told.append(RULE.format(id=identity, when=f"{name}: {value}"))
        (rules / "more.yaml").write_text("".join(told), encoding="utf-8")
        assert len(read_rulebook(rules).rules) == 5 + len(told)


class TestCases:
    ANY = "any: [{lateness.who: client}, {context.phase: late, context.signs: engaged}]"

    def rule(self, when: str, directory: Path) -> Rule:
        rules = small_rules(directory)
        (rules / "more.yaml").write_text(RULE.format(id="more.rule", when=when), encoding="utf-8")
        return read_rulebook(rules).rule("more.rule")

    def test_stand_where_they_were_written_with_the_common_lines_around(
        self, tmp_path: Path
    ) -> None:
        when = f"context.feelings: hurt\n    {self.ANY}\n    context.apology: none"
        rule = self.rule(when, tmp_path)
        assert [one.field for one in rule.when] == ["context.feelings", "context.apology"]
        assert [[one.field for one in branch] for branch in rule.branches] == [
            ["context.feelings", "lateness.who", "context.apology"],
            ["context.feelings", "context.phase", "context.signs", "context.apology"],
        ]
        assert {case.line for case in rule.cases} == {5}

    def test_may_be_all_that_is_asked(self, tmp_path: Path) -> None:
        rule = self.rule(self.ANY, tmp_path)
        assert rule.when == ()
        assert len(rule.branches) == 2

    def test_one_may_say_that_the_rupture_is_there_of_which_minutes_are_not_given(
        self, tmp_path: Path
    ) -> None:
        when = (
            "lateness.minutes: not_given\n"
            "    any: [{lateness.who: client}, {lateness.cause: avoidable}]"
        )
        assert len(self.rule(when, tmp_path).branches) == 2

    def test_that_read_different_kinds_are_told_of_and_are_no_mistake(self, tmp_path: Path) -> None:
        assert kinds_apart(self.rule(self.ANY, tmp_path)) == ("lateness",)

    @pytest.mark.parametrize(
        "when",
        [
            "any: [{lateness.who: client}, {lateness.cause: avoidable, context.phase: late}]",
            "any: [{lateness.who: client}, {ruptures.kinds: {none_of: lateness}}]",
            "lateness.cause: avoidable\n    any: [{lateness.who: client}, {context.phase: late}]",
        ],
        ids=["read by all", "ruled out by one", "read by the common lines"],
    )
    def test_that_say_of_each_kind_what_they_ask_are_not(self, when: str, tmp_path: Path) -> None:
        assert kinds_apart(self.rule(when, tmp_path)) == ()


def test_properties_list_their_cases_without_any(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / "properties.yaml").write_text(PROPERTY, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        read_properties(rules)
    assert "`any` stands under the `when` of a rule or of a variant" in str(caught.value)
