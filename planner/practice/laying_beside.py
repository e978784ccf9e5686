"""The plan laid beside what a learner answered, point by point. Nothing is counted or scored.

A point is worth telling where the plan or the learner said something about it: whether to go on,
what comes first, and each item that waits for either of them. Where they differ, the point has the
plan's reasons, and the conditions of which one more would have made it as the learner has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.plan.parts import Barred, Because, Held, Step
from planner.plan.plan import Plan
from planner.planning.near_misses import Near, nearly
from planner.planning.planner import Planner
from planner.practice.answering import NOTHING, Answer
from planner.practice.turning import stands
from planner.rulebook.rulebook import Rule

GOES_ON, BEGINS, WAITS = "goes_on", "begins", "waits"
"""What a point is about."""
WAITING = ("held", "barred")
NEAREST = 3
"""Rules that are told of as nearly holding, at most."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing as the learner and as the plan have it.

    `learner` and `plan` are a disposition where it is about going on, an item or `none` where it is
    about what comes first. About an item that waits, `plan` is where it stands (a time, `held`,
    `barred` or `none`) and `learner` is `waits` or empty. `stands` is where the plan has what the
    learner would say first. `cue` is what the client shows once a held item can be said. `near`
    are rules that hold but for one condition, by which the plan would be as the learner has it.
    """

    about: str
    learner: str
    plan: str
    item: str = ""
    stands: str = ""
    until: str = ""
    cue: str = ""
    because: tuple[Because, ...] = ()
    near: tuple[Near, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both have the same."""
        if self.about == WAITS:
            return bool(self.learner) == (self.plan in WAITING)
        return self.learner == self.plan

    @property
    def tag(self) -> str:
        """The point as a sitting remembers it, to practice it again."""
        return f"{self.about}:{self.item or self.plan}"


def lay_beside(
    observation: Mapping[str, Any], answer: Answer, planner: Planner
) -> tuple[Point, ...]:
    """Every point of one exercise: going on, what comes first, then the items that wait.

    On a stop no item is told of: all of them wait, whatever else is so.
    """
    plan, known = planner.plan(observation), planner.known(observation)
    rules = planner.rulebook.rules
    points = [Point(GOES_ON, answer.disposition, plan.disposition, because=plan.safety.because)]
    if plan.disposition != "stop":
        points.append(_first(plan, answer, known, rules))
        points += _waiting(plan, answer, known, rules)
    return tuple(points)


def _first(plan: Plan, answer: Answer, known: Mapping[str, Fact], rules: tuple[Rule, ...]) -> Point:
    """What comes first for each of them."""
    first, said = (plan.steps[0] if plan.steps else None), answer.first
    item, because = (first.item, first.because) if first else (NOTHING, ())
    if said in (item, NOTHING):
        return Point(BEGINS, said, item, because=because)
    where = stands(plan).get(said, "none")
    near = () if where != "none" else _near(rules, said, ("call",), known)
    return Point(BEGINS, said, item, stands=where, because=because, near=near)


def _waiting(
    plan: Plan, answer: Answer, known: Mapping[str, Fact], rules: tuple[Rule, ...]
) -> Iterator[Point]:
    """Each item that waits for the plan or for the learner, in the handout's order."""
    where, held = stands(plan), {one.item: one for one in plan.held}
    said_of: tuple[Step | Held | Barred, ...] = (*plan.steps, *plan.held, *plan.barred)
    reasons: dict[str, tuple[Because, ...]] = {one.item: one.because for one in said_of}
    for item in sorted({*(key for key, at in where.items() if at in WAITING), *answer.waits}):
        said, stand = ("waits" if item in answer.waits else ""), where.get(item, "none")
        until = held[item].until if item in held else ""
        ready = held[item].ready if item in held else None
        cue = ready.cue if ready else ""
        near = () if stand in WAITING else _near(rules, item, ("hold", "bar"), known)
        yield Point(WAITS, said, stand, item, "", until, cue, reasons.get(item, ()), near)


def _near(
    rules: tuple[Rule, ...], item: str, verbs: tuple[str, ...], known: Mapping[str, Fact]
) -> tuple[Near, ...]:
    """The first few rules of these verbs on an item that hold but for one condition each."""
    acting = (rule for rule in rules if rule.verb in verbs and item in rule.items)
    near = {
        one.missing: one for one in nearly(acting, known) if _answerable(one.missing.field, known)
    }
    return tuple(near.values())[:NEAREST]


def _answerable(field: str, known: Mapping[str, Fact]) -> bool:
    """Whether another answer to a field is thinkable: not to one of a rupture that is not there."""
    asked = FIELDS.get(field)
    if asked is None or asked.rupture is None:
        return field not in ("ruptures.kinds", "ruptures.count")
    kinds = known["ruptures.kinds"]
    return isinstance(kinds, frozenset) and asked.rupture in kinds
