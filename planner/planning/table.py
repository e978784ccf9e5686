"""The engine's answers about a whole rulebook as one table: field, value -> branches refused.

The engine is asked once, when a rulebook is compiled (see `engine.refused`). From then on, which
rules hold is told by the table: those that nothing which is known keeps from holding. The same
table says what another answer would do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from planner.contract.facts import Fact
from planner.engine.refused import refused
from planner.planning.branching import Branch, Branching
from planner.planning.memo import Memo
from planner.planning.viewing import NO, YES, Viewing
from planner.rulebook.conditions import Test
from planner.rulebook.plan_fields import ASKED_FIELDS
from planner.rulebook.rulebook import Rulebook

_LISTS = (1.0, 600)
"""Megabytes for what lists refuse, and bytes of one: a mask of some two thousand branches."""


class Question(NamedTuple):
    """A closed question about a list, and what each answer to it keeps from holding."""

    test: Test
    by_yes: int
    by_no: int


class Table:
    """Which branches each value of each field keeps from holding, each branch one bit."""

    def __init__(self, branches: Iterable[Branch], viewing: Viewing) -> None:
        """Ask the engine about every branch that asks anything; EngineError as `refused`."""
        asking = [one for one in branches if one.when]
        leaves = {one.id: tuple(map(viewing.leaf, one.when)) for one in asking}
        told = refused(list(leaves.items()), viewing.domains, viewing.values)
        masks: dict[str, dict[Fact, int]] = {}
        for branch in asking:
            for key, value in told[branch.id]:
                by_value = masks.setdefault(key, {})
                by_value[value] = by_value.get(value, 0) | branch.bit
        self._plain: dict[str, dict[Fact, int]] = {}
        self._edges: dict[str, list[int]] = {}
        self._questions: dict[str, tuple[Question, ...]] = {}
        for name in dict.fromkeys(one.field for branch in asking for one in branch.when):
            self._learn(name, viewing, masks)
        self._lists: Memo[tuple[str, Fact], int] = Memo(*_LISTS)

    def __getstate__(self) -> tuple[Any, ...]:
        """What the engine said, without what was made of it since."""
        return self._plain, self._edges, self._questions

    def __setstate__(self, kept: tuple[Any, ...]) -> None:
        """Take it up again."""
        self._plain, self._edges, self._questions = kept
        self._lists = Memo(*_LISTS)

    def _learn(self, name: str, viewing: Viewing, masks: Mapping[str, Mapping[Fact, int]]) -> None:
        """Note what was said of one field."""
        field = ASKED_FIELDS.get(name)
        if field is None or field.kind != "list":
            self._plain[name] = dict(masks.get(name, {}))
            if name in viewing.edges:
                self._edges[name] = viewing.edges[name]
        else:
            self._questions[name] = tuple(
                Question(test, masks.get(key, {}).get(YES, 0), masks.get(key, {}).get(NO, 0))
                for test, key in viewing.questions(name).items()
            )

    @property
    def fields(self) -> frozenset[str]:
        """Every field, finding and place that some branch asks about."""
        return frozenset((*self._plain, *self._questions))

    def plain(self, name: str) -> Mapping[Fact, int] | None:
        """What each value of a choice refuses, others nothing; None of a list or a number."""
        if name in self._questions or name in self._edges:
            return None
        return self._plain.get(name, {})

    def refused(self, name: str, value: Fact) -> int:
        """The branches that do not hold because a field has this value."""
        questions = self._questions.get(name)
        if questions is not None:
            return self._of_list(name, value, questions)
        plain = self._plain.get(name)
        if not plain:
            return 0
        edges = self._edges.get(name)
        if edges and isinstance(value, int):
            value = edges[bisect_right(edges, value) - 1]
        return plain.get(value, 0)

    def refused_by(self, known: Mapping[str, Fact]) -> int:
        """The branches that do not hold because of any of these."""
        mask = 0
        for name, value in known.items():
            mask |= self.refused(name, value)
        return mask

    def _of_list(self, name: str, value: Fact, questions: tuple[Question, ...]) -> int:
        """The same of a list: every closed question about it has an answer."""
        key = name, value
        mask = self._lists.get(key)
        if mask is None:
            mask = 0
            for test, by_yes, by_no in questions:
                mask |= by_yes if test.holds(value) else by_no
            self._lists.keep(key, mask)
        return mask


class Compiled:
    """A rulebook as it is matched: its branches, how the engine is asked of them, what it said."""

    def __init__(self, rulebook: Rulebook, answers: Answers | None = None) -> None:
        """Ask the engine, unless its answers were kept; EngineError as `refused`."""
        self.rules = Branching(rulebook.rules)
        self.words = Branching(rulebook.variants)
        branches = (*self.rules.every, *self.words.every)
        asked = (condition for branch in branches for condition in branch.when)
        self.viewing = Viewing(asked, rulebook.findings)
        self.answers = answers or Answers(
            Table(self.rules.every, self.viewing), Table(self.words.every, self.viewing)
        )


class Answers(NamedTuple):
    """All that the engine said: of the rules, and of the variants of the words."""

    rules: Table
    words: Table


def answers_of(rulebook: Rulebook) -> Answers:
    """The engine's answers about a rulebook; EngineError as `refused` raises it."""
    return Compiled(rulebook).answers
