"""From a satisfied formula to an observation that a person can read and the planner can plan.

An example is made as small as it goes: one thing after the other is set to "not known", "once"
or "not given", as long as the formula still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import z3

from planner.contract.facts import ABSENT, NOT_KNOWN
from planner.contract.fields import FIELDS, Field
from planner.contract.ruptures import RUPTURES
from planner.proving.logic import Formula, any_of, no
from planner.proving.world import World, value_at

_KINDS = "ruptures.kinds"


class Search:
    """Looks for observations of a world; every question is asked on its own."""

    def __init__(self, world: World, *others: World) -> None:
        """`others` are the same observation with other answers, bound as the world is."""
        self.world = world
        self.others = others
        self._solver = z3.Solver()
        for one in (world, *others):
            self._solver.add(*one.bounds())
        self._wishes = list(_wishes(world))
        for other in others:
            self._wishes.extend(_likeness(world, other))

    def possible(self, *formulas: Formula) -> bool:
        """Whether some observation satisfies all of these."""
        self._solver.push()  # what is asked is forgotten afterwards, and slows no later question
        self._solver.add(*formulas)
        try:
            return bool(self._solver.check() == z3.sat)
        finally:
            self._solver.pop()

    def example(self, *formulas: Formula) -> tuple[dict[str, Any], ...] | None:
        """The smallest observation that satisfies all of these, and its other versions."""
        self._solver.push()
        self._solver.add(*formulas)
        try:
            if self._solver.check() != z3.sat:
                return None
            found = self._smallest(self._solver.model())
            return tuple(observation_of(world, found) for world in (self.world, *self.others))
        finally:
            self._solver.pop()

    def _smallest(self, found: Any) -> Any:
        """Add one restriction after the other, as long as the formula can still be satisfied."""
        for wish in self._wishes:
            granted = z3.is_true(found.eval(wish, model_completion=True))
            if granted or self._solver.check(wish) == z3.sat:
                if not granted:
                    found = self._solver.model()
                self._solver.add(wish)
        return found


def _wishes(world: World) -> Iterator[Formula]:
    """Restrictions that make an observation smaller, the most effective first."""
    for kind in reversed(list(RUPTURES)):
        yield no(world.members[_KINDS][kind])
    for name, members in world.members.items():
        if name != _KINDS:
            yield no(any_of([*members.values()]))
            yield z3.AtMost(*members.values(), 1)
            yield from (no(one) for one in members.values())
    for name in world.codes:
        field = FIELDS[name]
        if name.endswith(".happened") and field.rupture:
            usual = world.codes["context.happened"]
            yield world.codes[name] == z3.ZeroExt(world.codes[name].size() - usual.size(), usual)
        else:
            yield world.is_(name, _plainest(field))


def _likeness(world: World, other: World) -> Iterator[Formula]:
    """What would make another version differ less."""
    for name, members in world.members.items():
        yield from (members[one] == twin for one, twin in other.members[name].items())


def _plainest(field: Field) -> str | int:
    """The answer that says least."""
    if field.kind == "number":
        return NOT_KNOWN if field.nullable else field.low or 0
    return field.unknown or field.values[0]


def observation_of(world: World, found: Any) -> dict[str, Any]:
    """An observation in the contract's shape, with only what differs from the defaults."""
    values = {name: _value(found, name, code) for name, code in world.codes.items()}
    given = {name: _given(found, members) for name, members in world.members.items()}
    context = {
        name.partition(".")[2]: value
        for name, field in FIELDS.items()
        if name.startswith("context.")
        and (value := given[name] if field.kind == "list" else values[name])
        != (field.unknown or [])
    }
    told: dict[str, Any] = {
        "ruptures": [_rupture(kind, {**values, **given}) for kind in given[_KINDS]],
        "safety": {"flags": dict.fromkeys(given["safety.flags"], "yes")},
    }
    return told | ({"context": context} if context else {})


def _rupture(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """One rupture, with what it would have anyhow left out."""
    told: dict[str, Any] = {"kind": kind}
    for name, field in FIELDS.items():
        if field.rupture == kind and values[name] != ABSENT:
            usual: Any = [] if field.kind == "list" else _plainest(field)
            if name.endswith(".happened"):
                usual = values["context.happened"]
            if field.required or values[name] != usual:
                told[name.partition(".")[2]] = values[name]
    return told


def _value(found: Any, name: str, code: Formula) -> str | int:
    return value_at(FIELDS[name], found.eval(code, model_completion=True).as_long())


def _given(found: Any, members: dict[str, Formula]) -> list[str]:
    return [
        word for word, one in members.items() if z3.is_true(found.eval(one, model_completion=True))
    ]
