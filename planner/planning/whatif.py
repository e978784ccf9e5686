"""What another answer would do, by the same table that says what holds now.

For what was *not* told each unknown field is asked what every possible answer would change, some
eighty plans for one. A branch that fails at one field alone can be turned on there, and one that
holds can be turned off anywhere: two operations on whole numbers say what an answer does.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from planner.contract.facts import COUNTS_AS, NEXT_SESSION, TIMES, Fact
from planner.planning.matching import Matched, Matching
from planner.planning.placing import PLACING
from planner.planning.unknown import ANSWERS, HAPPENED, UNKNOWN
from planner.rulebook.rulebook import ORDER, Rule, Rulebook


class _Answer(NamedTuple):
    """An answer to an unknown field, and the branches that it turns off and on, all else equal."""

    value: Fact
    share: float
    """The share of the field's answers that no rule tells apart from this one."""
    off: int
    on: int


class _Answers(NamedTuple):
    """The answers to an unknown field that some rule tells apart, and all that they turn."""

    off: int
    on: int
    each: tuple[_Answer, ...]


class Then(NamedTuple):
    """An answer to an unknown field, with the branches that would hold by it."""

    field: str
    value: Fact
    share: float
    branches: int


class Answered(NamedTuple):
    """What each answer to each unknown field would do, the first of no field: what holds now."""

    thens: list[Then]
    matched: Matched


class WhatIf:
    """All rules that can move an item, ready to be asked about one changed answer.

    Of the branches on C1 that ask where the other items stand, their own bits say that all else
    holds; what they ask of that is not asked here.
    """

    def __init__(self, rulebook: Rulebook, matching: Matching) -> None:
        """Take the rules that can move an item, as the matching has them."""
        branching = matching.branching
        moving = [rule for rule in rulebook.rules if rule.verb == "find" or rule.verb in PLACING]
        self._matching = matching
        self._moving = branching.mask(moving)
        self._placing = self._moving & ~matching.first
        self.holds, self.bars = (
            {item: branching.mask(_acting(moving, verb, item)) for item in ORDER}
            for verb in ("hold", "bar")
        )
        """The branches that hold each item, and those that bar it."""
        self._steps = {
            item: branching.mask(
                one for one in moving if one.verb in ("call", "delay") and item in one.items
            )
            for item in ORDER
        }
        self._always = branching.mask(
            one for one in moving if one.verb in ("stop", "review", "after")
        ) | sum(branch.bit for branch, _ in branching.waiting)
        self._answers = {name: self._distinguished(name) for name in ANSWERS}

    def _fails(self, field: str, value: Fact) -> int:
        """The branches that this value of this field keeps from holding."""
        return self._matching.table.refused(field, value) & self._moving

    def _distinguished(self, name: str) -> _Answers:
        """The answers that some rule tells apart, one of each kind, with the kind's share."""
        kinds: dict[int, list[Fact]] = {}
        for answer in ANSWERS[name]:
            kinds.setdefault(self._fails(name, answer), []).append(answer)
        now, every = self._fails(name, UNKNOWN[name]), len(ANSWERS[name])
        each = tuple(
            _Answer(alike[0], len(alike) / every, then & ~now, now & ~then)
            for then, alike in kinds.items()
            if then != now
        )
        off = on = 0
        for one in each:
            off, on = off | one.off, on | one.on
        return _Answers(off, on, each)

    def _dated(self, matched: Matched, told: int) -> Iterator[Then]:
        """What an answer to when it happened does, which every undated rupture then has too."""
        matching, facts = self._matching, matched.facts
        undated = [name for name in TIMES if facts[name] == UNKNOWN[HAPPENED]]
        counted = COUNTS_AS if facts[NEXT_SESSION[0]] == NEXT_SESSION[1] else {}
        masks: dict[int, list[Fact]] = {}
        for value in ANSWERS[HAPPENED]:
            dated = dict.fromkeys(undated, counted.get(str(value), value))
            left = self._moving & ~matching.failing({**facts, **dated}).once
            then = left & self._placing & ~matching.findings.refused(left & matching.first)
            masks.setdefault(then, []).append(value)
        for then, alike in masks.items():
            if then != told:
                share = len(alike) / len(ANSWERS[HAPPENED])
                yield Then(HAPPENED, alike[0], share, then)

    def deciding(self, branches: int) -> int:
        """The branches of which one more or less could move an item, beside those that hold.

        Where an item is barred, only its bars decide; where it is held, its bars and those of its
        holds that hold. An item that asks where others stand moves with them.
        """
        decide = self._always
        for item in ORDER:
            bars, holds = self.bars[item], self.holds[item]
            if branches & bars:
                decide |= branches & bars
            elif branches & holds:
                decide |= bars | branches & holds
            else:
                decide |= bars | holds | self._steps[item]
        return decide

    def answered(
        self, matched: Matched, settled: Container[str] = (), *, all_rules: bool = False
    ) -> Answered:
        """Each unknown field with an answer under which an item could move.

        With each stands the share of the field's answers that do the same. Fields that are
        `settled` are not asked about. The first is of no field: what holds now. With `all_rules`
        also the answers under which other rules hold that decide nothing here.
        """
        once, twice, _, unknown = matched.failing
        holding, missing_one = self._moving & ~once, once & ~twice & self._moving
        branches = holding & self._placing & ~matched.found.refused
        decide = -1 if all_rules else self.deciding(branches)
        turning = decide | self._matching.findings.deciding(holding & decide)
        found = [Then("", "", 1.0, branches)]
        if HAPPENED in unknown and HAPPENED not in settled:
            found += self._dated(matched, branches)
        for field in unknown:
            answers = self._answers[field]
            turned = (holding & answers.off | missing_one & answers.on) & turning
            if turned and field != HAPPENED and field not in settled:
                found += self._turned(field, matched, (holding, missing_one, branches), decide)
        return Answered(found, matched)

    def _turned(
        self, field: str, matched: Matched, now: tuple[int, int, int], decide: int
    ) -> Iterator[Then]:
        """What each answer to one field does that lets other branches hold which decide."""
        holding, missing_one, branches = now
        first, placing = self._matching.first, self._placing
        for value, share, off, on in self._answers[field].each:
            # A branch that fails at one field alone, and there by what is unknown, comes on.
            if flips := holding & off | missing_one & on:
                then, refused = holding ^ flips, matched.found.refused
                if flips & first:
                    refused = self._matching.findings.refused(then & first)
                then &= placing & ~refused
                if (then ^ branches) & decide:
                    yield Then(field, value, share, then)

    def both(self, answered: Answered, one: Then, other: Then) -> int:
        """The branches that would hold by two answers together, to two fields not known yet.

        A branch holds then that fails at neither answer, and now at no field but these two.
        """
        matching = self._matching
        a, b = (self._fails(then.field, UNKNOWN[then.field]) for then in (one, other))
        once, twice, thrice, _ = answered.matched.failing
        may = ~once | ~twice & (a | b) | ~thrice & a & b
        fails = self._fails(one.field, one.value) | self._fails(other.field, other.value)
        left = self._moving & may & ~fails
        return left & self._placing & ~matching.findings.refused(left & matching.first)


def _acting(rules: Iterable[Rule], verb: str, item: str) -> Iterator[Rule]:
    """The rules of a verb that act on an item."""
    return (one for one in rules if one.verb == verb and item in one.items)
