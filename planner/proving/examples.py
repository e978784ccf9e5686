"""From a satisfied formula to an observation that a person can read and the planner can plan.

An example is made as small as it goes: one thing after the other is set to "not known", "once"
or "not given", as long as the formula still holds; what is left open is its first value. So the
example is always the same one, whatever was asked before and in whatever process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import z3

from planner.contract.facts import ABSENT, NOT_KNOWN
from planner.contract.fields import FIELDS, Field
from planner.contract.ruptures import RUPTURES
from planner.errors import PlannerError
from planner.proving.digests import question
from planner.proving.kept import Kept
from planner.proving.logic import Code, Formula, alike, all_of, any_of, bit_clear, few, no, unlike
from planner.proving.points import Points
from planner.proving.terms import constant, term_of
from planner.proving.world import World, value_at

_KINDS = "ruptures.kinds"


class Search:
    """Looks for observations of a world; every question is asked on its own."""

    def __init__(self, world: World, *others: World, kept: Kept | None = None) -> None:
        """`others` are the same observation with other answers, bound as the world is.

        What was `kept` as impossible is not asked again.
        """
        self.world = world
        self.others = others
        self.kept = Kept() if kept is None else kept
        self._bounds = [bound for one in (world, *others) for bound in one.bounds()]
        self._solver = z3.Solver()
        self._solver.add(*map(term_of, self._bounds))
        self.points = None if others else Points(world.most(), self._bounds)
        if self.points:
            self.points.add(self.kept.points)
        self._wishes = list(_wishes(world))
        for other in others:
            self._wishes.extend(_likeness(world, other))
        for one in (world, *others):
            self._wishes.extend(_first_values(one))

    def possible(self, *formulas: Formula) -> bool:
        """Whether some observation satisfies all of these."""
        asked = all_of(formulas)
        if self.points and self.points.shows(asked):
            return True
        return self._asked(asked, self._note) is not None

    def example(self, *formulas: Formula) -> tuple[dict[str, Any], ...] | None:
        """The smallest observation that satisfies all of these, and its other versions."""
        found = self._asked(all_of(formulas), self._smallest)
        if found is None:
            return None
        return tuple(observation_of(world, found) for world in (self.world, *self.others))

    def _asked(self, asked: Formula, become: Callable[[Any], Any]) -> Any:
        """What the solver's model of a formula becomes; None where there is none.

        What is asked is forgotten afterwards, and slows no later question.
        """
        key = question(self._bounds, asked)
        if self.kept.knows(key):
            return None
        self._solver.push()
        try:
            self._solver.add(term_of(asked))
            if self._can():
                return become(self._solver.model())
        finally:
            self._solver.pop()
        self.kept.note(key)
        return None

    def _can(self, *wishes: Any) -> bool:
        """Whether the solver finds anything; an answer that it cannot give is never a no."""
        said = self._solver.check(*wishes)
        if said == z3.unknown:
            reason = self._solver.reason_unknown()
            if "interrupted" in reason:  # Z3 takes Ctrl-C for itself while it works
                raise KeyboardInterrupt
            raise PlannerError(f"Z3 could not answer a question of the proof: {reason}.")
        return bool(said == z3.sat)

    def _note(self, found: Any) -> Any:
        """Keep what was found: it may answer another question."""
        if self.points:
            point = dict.fromkeys(self.world.most(), 0)  # what the model leaves open
            for one in found.decls():
                told = found[one]
                number = told.as_long() if z3.is_bv(told) else int(z3.is_true(told))
                point |= {one.name(): number} if one.name() in point else {}
            self.points.found(point)
        return found

    def _smallest(self, found: Any) -> Any:
        """Add one restriction after the other, as long as the formula can still be satisfied."""
        for formula in self._wishes:
            granted, wish = _holds(found, formula), term_of(formula)
            if granted or self._can(wish):
                if not granted:
                    found = self._solver.model()
                self._solver.add(wish)
        return found


def _holds(found: Any, formula: Formula) -> bool:
    """Whether a formula holds in a model of the solver."""
    return bool(z3.is_true(found.eval(term_of(formula), model_completion=True)))


def _wishes(world: World) -> Iterator[Formula]:
    """Restrictions that make an observation smaller, the most effective first."""
    for kind in reversed(list(RUPTURES)):
        yield no(world.members[_KINDS][kind])
    for name, members in world.members.items():
        if name != _KINDS:
            yield no(any_of([*members.values()]))
            yield few(members.values(), 1)
            yield from (no(one) for one in members.values())
    for name in world.codes:
        field = FIELDS[name]
        if name.endswith(".happened") and field.rupture:
            yield alike(world.codes[name], world.codes["context.happened"])
        else:
            yield world.is_(name, _plainest(field))


def _likeness(world: World, other: World) -> Iterator[Formula]:
    """What would make another version differ less."""
    for name, members in world.members.items():
        twins = other.members[name].items()
        yield from (no(unlike(members[one], twin)) for one, twin in twins)


def _first_values(world: World) -> Iterator[Formula]:
    """What would make each number as small as it can be, from its first bit to its last."""
    for code in world.codes.values():
        yield from (bit_clear(code, bit) for bit in reversed(range(code.bits)))


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


def _value(found: Any, name: str, code: Code) -> str | int:
    number = found.eval(constant(code.name, code.bits), model_completion=True).as_long()
    return value_at(FIELDS[name], number)


def _given(found: Any, members: dict[str, Formula]) -> list[str]:
    return [word for word, one in members.items() if _holds(found, one)]
