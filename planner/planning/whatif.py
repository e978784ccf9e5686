"""What another answer would do: the rules as bit masks, so that every unknown can be asked about.

The engine says which rules hold for what was told. For what was *not* told each unknown field is
asked what every possible answer would change, some eighty plans for one. For that each rule is
one bit, and each value of each field a mask of the rules that it keeps from holding. A rule that
fails at one field alone can be turned on there, and one that holds can be turned off anywhere: two
operations on whole numbers say what an answer does.
It matches nothing that the plan rests on: tests hold it to the engine, rule for rule.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

from planner.contract.facts import ABSENT, COUNTS_AS, NEXT_SESSION, TIMES, TOGETHER, Fact
from planner.contract.fields import FIELDS, Field
from planner.planning.branching import Branch, Branching
from planner.planning.placing import PLACING
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import PLAN_FIELDS, reads_before
from planner.rulebook.rulebook import ORDER, Rule, Rulebook

_KEPT = 1024
"""Answers kept of each kind, most of which are asked for again by the next observations."""

_FEW = 5

_NOT_ASKED = frozenset(
    (
        "ruptures.kinds",
        "ruptures.count",
        "safety.flags",
        "context.earlier_items",
        "lateness.reason_asked",
        "disconnection.reason_asked",
        "context.leaving",
        "context.sessions_left",
        "context.format",
        "context.next_contact",
        "context.therapist_feelings",
    )
)
"""Never asked as unknown: what was observed, what safety was told, what an empty list says; and
what is the usual case unless something hints at another, which rules that `ask` see."""


def _unknown(field: Field) -> Fact | None:
    """The value that says that a field is not known; None where there is none."""
    if field.kind == "list":
        return frozenset()
    return field.unknown


def _answers(field: Field) -> Sequence[Fact]:
    """Every answer to an unknown field: each choice, or each single member of a list."""
    if field.kind == "list":
        return tuple(frozenset((value,)) for value in field.values)
    return tuple(value for value in field.values if value not in (field.unknown, ABSENT))


UNKNOWN: dict[str, Fact] = {
    name: unknown
    for name, field in FIELDS.items()
    if name not in _NOT_ASKED
    and not (field.rupture and name.endswith(".happened"))
    and (unknown := _unknown(field)) is not None
}
"""The fields that may be unknown, with the value that says so. A rupture's own `happened` follows
the context's, which is asked instead."""

ANSWERS: dict[str, Sequence[Fact]] = {name: _answers(FIELDS[name]) for name in UNKNOWN}
"""What each of those fields could be answered."""

HAPPENED = "context.happened"
"""A rupture without a time of its own has this one, so that nobody is asked twice."""


class _Answer(NamedTuple):
    """An answer to an unknown field, and the rules that it turns off and on, all else equal."""

    value: Fact
    share: float
    """The share of the field's answers that no rule tells apart from this one."""
    off: int
    on: int


class Then(NamedTuple):
    """An answer to an unknown field, with the branches and the rules that would hold by it."""

    field: str
    value: Fact
    share: float
    branches: int
    rules: int


class Answered(NamedTuple):
    """What each answer to each unknown field would do, the first of no field: what holds now.

    `once`, `twice` and `thrice` are the branches that fail at so many fields, or more.
    """

    thens: list[Then]
    once: int
    twice: int
    thrice: int


class WhatIf:
    """All rules that can move an item, ready to be asked about one changed answer."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take the rules that can move an item; a rule's bit is its place in the rulebook."""
        moving = [rule for rule in rulebook.rules if rule.verb == "find" or rule.verb in PLACING]
        bit = {rule.id: 1 << number for number, rule in enumerate(rulebook.rules)}
        branching = Branching(moving, bit, waits=reads_before)
        self._whole = branching.whole
        self.waiting = tuple(branching.waiting)
        """The branches on C1 that ask where the other items stand, each with its rule's bit. What
        they ask of that is not asked here: their own bits say that all else holds."""
        self.holds, self.bars = (
            {item: _bits(branching, moving, verb, item) for item in ORDER}
            for verb in ("hold", "bar")
        )
        """The branches that hold each item, and those that bar it."""
        self._find = {
            name: sum(one.bit for one in branching.of(rules))
            for name, rules in _by_finding(rulebook).items()
        }
        self._first = sum(self._find.values())
        self._second = sum(one.bit for one in branching.of(moving)) - self._first
        self._asking: dict[str, list[Branch]] = {}
        for branch in branching.of(moving):
            for field in {one.field for one in branch.when} - PLAN_FIELDS.keys():
                self._asking.setdefault(field, []).append(branch)
        self._fails = lru_cache(maxsize=_KEPT)(self._failing_for)
        self._findings = tuple(self._read_findings(rulebook.findings))
        self._lookups = tuple(
            (lru_cache(maxsize=_KEPT)(partial(self._failing_at, names)), itemgetter(*names))
            for names in TOGETHER
        )
        self._answers = {name: self._distinguished(name) for name in ANSWERS}

    def _failing_for(self, field: str, value: Fact) -> int:
        """The rules that this value of this field keeps from holding."""
        return sum(
            branch.bit
            for branch in self._asking.get(field, ())
            if not hold((one for one in branch.when if one.field == field), {field: value})
        )

    def _read_findings(self, names: Sequence[str]) -> Iterator[tuple[int, Callable[[int], int]]]:
        """The rules that find a few of the findings, and what those found keep from holding.

        A few at a time, because there are few ways in which a few can be found.
        """
        for start in range(0, len(names), _FEW):
            few = tuple(
                (
                    self._find[name],
                    self._fails(f"finding.{name}", "yes"),
                    self._fails(f"finding.{name}", "no"),
                )
                for name in names[start : start + _FEW]
            )
            finding = sum(found for found, _, _ in few)
            yield finding, lru_cache(maxsize=_KEPT)(partial(_failing_after, few))

    def _distinguished(self, name: str) -> tuple[_Answer, ...]:
        """The answers that some rule tells apart, one of each kind, with the kind's share."""
        kinds: dict[int, list[Fact]] = {}
        for answer in ANSWERS[name]:
            kinds.setdefault(self._fails(name, answer), []).append(answer)
        now, every = self._fails(name, UNKNOWN[name]), len(ANSWERS[name])
        return tuple(
            _Answer(alike[0], len(alike) / every, then & ~now, now & ~then)
            for then, alike in kinds.items()
            if then != now
        )

    def _failing_at(
        self, names: tuple[str, ...], values: Any
    ) -> tuple[int, int, int, tuple[str, ...]]:
        """The rules that fail at one of these fields, at two, at three; and the unknown fields."""
        told = dict(zip(names, values if len(names) > 1 else (values,), strict=True))
        once = twice = thrice = 0
        for name, value in told.items():
            fails = self._fails(name, value)
            thrice |= twice & fails
            twice |= once & fails
            once |= fails
        missing = (name for name in names if told[name] == UNKNOWN.get(name))
        return once, twice, thrice, () if ABSENT in told.values() else tuple(missing)

    def _allowed(self, found: int) -> int:
        """What the findings of the first stage let hold in the second."""
        failing = 0
        for finding, fails in self._findings:
            failing |= fails(found & finding)
        return self._second & ~failing

    def _failing(self, facts: Mapping[str, Fact]) -> tuple[int, int, int, list[str]]:
        """The rules that fail at a field, at two, at three; and the fields that are unknown."""
        once = twice = thrice = 0
        unknown: list[str] = []
        for failing, values in self._lookups:
            one, two, three, missing = failing(values(facts))
            thrice |= three | twice & one | once & two
            twice |= two | once & one
            once |= one
            unknown += missing
        return once, twice, thrice, unknown

    def _dated(self, facts: Mapping[str, Fact], told: int) -> Iterator[Then]:
        """What an answer to when it happened does, which every undated rupture then has too."""
        undated = [name for name in TIMES if facts[name] == UNKNOWN[HAPPENED]]
        counted = COUNTS_AS if facts[NEXT_SESSION[0]] == NEXT_SESSION[1] else {}
        masks: dict[int, list[Fact]] = {}
        for value in ANSWERS[HAPPENED]:
            dated = dict.fromkeys(undated, counted.get(str(value), value))
            once, *_ = self._failing({**facts, **dated})
            holding = (self._first | self._second) & ~once
            masks.setdefault(holding & self._allowed(holding & self._first), []).append(value)
        for then, alike in masks.items():
            if then != told:
                share = len(alike) / len(ANSWERS[HAPPENED])
                yield Then(HAPPENED, alike[0], share, then, self._whole(then))

    def answered(self, facts: Mapping[str, Fact], settled: Container[str] = ()) -> Answered:
        """Each unknown field with an answer under which other rules would hold.

        With each stands the share of the field's answers that do the same. Fields that are
        `settled` are not asked about. The first is of no field: what holds now.
        """
        once, twice, thrice, unknown = self._failing(facts)
        holding, missing_one = (self._first | self._second) & ~once, once & ~twice
        allowed_now = self._allowed(holding & self._first)
        branches = holding & allowed_now
        found = [Then("", "", 1.0, branches, self._whole(branches))]
        if HAPPENED in unknown and HAPPENED not in settled:
            found += self._dated(facts, branches)
        for field in unknown:
            if field == HAPPENED or field in settled:
                continue
            for value, share, off, on in self._answers[field]:
                # A rule that fails at one field alone, and there by what is unknown, comes on.
                if flips := holding & off | missing_one & on:
                    then, allowed = holding ^ flips, allowed_now
                    if flips & self._first:
                        allowed = self._allowed(then & self._first)
                    if (then := then & allowed) != branches:
                        found.append(Then(field, value, share, then, self._whole(then)))
        return Answered(found, once, twice, thrice)

    def both(self, answered: Answered, one: Then, other: Then) -> int:
        """The rules that would hold by two answers together, to two fields that are not known.

        A rule holds then that fails at neither answer, and now at no field but these two.
        """
        a, b = (self._fails(then.field, UNKNOWN[then.field]) for then in (one, other))
        once, twice, thrice = answered.once, answered.twice, answered.thrice
        may = ~once | ~twice & (a | b) | ~thrice & a & b
        fails = self._fails(one.field, one.value) | self._fails(other.field, other.value)
        holding = (self._first | self._second) & may & ~fails
        return self._whole(holding & self._allowed(holding & self._first))


def _bits(branching: Branching, rules: Iterable[Rule], verb: str, item: str) -> int:
    """The branches of the rules of a verb that act on an item."""
    acting = (one for one in rules if one.verb == verb and item in one.items)
    return sum(one.bit for one in branching.of(acting))


def _by_finding(rulebook: Rulebook) -> dict[str, list[Rule]]:
    """The rules that find each finding."""
    by: dict[str, list[Rule]] = {name: [] for name in rulebook.findings}
    for rule in rulebook.assessment:
        by[rule.object].append(rule)
    return by


def _failing_after(findings: Iterable[tuple[int, int, int]], found: int) -> int:
    """What fails when exactly these rules found something: each finding is a yes or a no."""
    failing = 0
    for finding, by_yes, by_no in findings:
        failing |= by_yes if found & finding else by_no
    return failing
