"""Practice with one rulebook: its cases, what each is about, and which is told next."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from planner.planning.memo import Memo
from planner.planning.planner import Planner
from planner.practice.answering import Answer
from planner.practice.cases import Case, cases_of
from planner.practice.known import Telling
from planner.practice.laying_beside import BEGINS, GOES_ON, WAITING, WAITS, Point, lay_beside
from planner.practice.turning import Turn, stands, turn_of
from planner.rulebook.rulebook import STEP_ITEMS

CHANGED = "-changed"
"""What the address of a case ends with where its turning answer is changed."""
SAFETY = "safety"
"""Beside the kinds of rupture: the cases with a flag."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What is practiced: a case as it is told, or with the one answer changed that turns it."""

    key: str
    story: str
    observation: Mapping[str, Any]
    turn: Turn | None = None

    @property
    def case(self) -> str:
        """The address of the case as it is told."""
        return self.key.removesuffix(CHANGED)


class Wanted(NamedTuple):
    """What a learner would like to practice; what is empty may be anything.

    `points` are tags of points that differed earlier: a case has to have one of them.
    """

    kind: str = ""
    item: str = ""
    points: frozenset[str] = frozenset()


class _About(NamedTuple):
    """The items that stand in a case's plan, and the tags of what can be seen otherwise."""

    items: frozenset[str]
    points: frozenset[str]


class Practice:
    """The cases of one planner. Thread-safe: what it remembers could be made anew at any time."""

    def __init__(self, planner: Planner, cases: Iterable[Case]) -> None:
        """Take the cases; each address leads to one of them."""
        self.planner = planner
        self.cases = tuple(cases)
        self.telling = Telling(planner.rulebook.vocabulary)
        self.items = tuple(one for one in STEP_ITEMS if one in planner.rulebook.wording)
        self._by_key = {one.key: one for one in self.cases}
        self._about: dict[str, _About] = {}
        self._turns: Memo[str, tuple[Turn | None]] = Memo(1.0, 4000)

    @classmethod
    def of(cls, planner: Planner, directories: Iterable[Path]) -> Practice:
        """The cases in these directories of rules; `RulebookError` where they cannot be read."""
        return cls(planner, cases_of(directories, planner.rulebook))

    def exercise(self, key: str) -> Exercise | None:
        """What stands at an address; None where nothing does."""
        case = self._by_key.get(key.removesuffix(CHANGED))
        if case is None:
            return None
        told = Exercise(case.key, case.story, case.observation)
        if key == case.key:
            return told
        turn = self.turn(told)
        if turn is None:
            return None
        return replace(told, key=key, observation=turn.observation, turn=turn)

    def turn(self, exercise: Exercise) -> Turn | None:
        """The one changed answer that turns a case as it is told."""
        found = self._turns.get(exercise.case)
        if found is None:
            case = self._by_key[exercise.case]
            found = self._turns.keep(case.key, (turn_of(case.observation, self.planner),))
        return found[0]

    def beside(self, exercise: Exercise, answer: Answer) -> tuple[Point, ...]:
        """The plan laid beside an answer, point by point."""
        return lay_beside(exercise.observation, answer, self.planner)

    def fitting(self, wanted: Wanted) -> tuple[Case, ...]:
        """The cases that are about what is wanted, in file order."""
        return tuple(one for one in self.cases if self._fits(one, wanted))

    def choose(self, wanted: Wanted, seen: Sequence[str], seed: int) -> Case | None:
        """A case of what is wanted that was not told yet; None where there is none at all.

        `seen` are the addresses of this sitting, the last at the end. Where all were told, any but
        the last is told again. The same `seed` gives the same case.
        """
        found = self.fitting(wanted)
        fresh = [one for one in found if one.key not in seen]
        others = [one for one in found if one.key not in seen[-1:]]
        among = fresh or others or list(found)
        return random.Random(seed).choice(among) if among else None  # noqa: S311 - no secret

    def points(self, case: Case) -> frozenset[str]:
        """The tags of all that a learner could see otherwise in a case."""
        return self._of(case).points

    def _fits(self, case: Case, wanted: Wanted) -> bool:
        """Whether a case is about all that is wanted."""
        if wanted.kind == SAFETY and not case.observation["safety"]["flags"]:
            return False
        if wanted.kind not in ("", SAFETY) and wanted.kind not in case.kinds:
            return False
        if wanted.item and wanted.item not in self._of(case).items:
            return False
        return not wanted.points or not wanted.points.isdisjoint(self.points(case))

    def _of(self, case: Case) -> _About:
        """What a case is about: remembered, for every choice by an item looks at all of them."""
        found = self._about.get(case.key)
        if found is None:
            plan = self.planner.plan(case.observation)
            first, where = (plan.steps[0].item if plan.steps else "none"), stands(plan)
            waiting = (item for item, at in where.items() if at in WAITING)
            tags = (f"{GOES_ON}:{plan.disposition}", f"{BEGINS}:{first}")
            points = frozenset((*tags, *(f"{WAITS}:{item}" for item in waiting)))
            found = self._about[case.key] = _About(frozenset(where), points)
        return found


def known_kind(kind: str, kinds: Collection[str]) -> str:
    """A kind that can be asked for; empty for anything else."""
    return kind if kind in (*kinds, SAFETY) else ""
