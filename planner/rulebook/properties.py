"""What must hold for every possible observation, as data that a clinician can read and add to.

A property is a sentence with its reason and source, and the same thing said so that it can be
proved: what a plan never or always has, in which cases, and unless what. `Claim.of` asks it of
one plan, so that every counterexample is shown by the planner itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planner.rulebook.conditions import Condition, Value, asks_flags
from planner.rulebook.holding import hold
from planner.rulebook.rulebook import WHENS

Cases = tuple[tuple[Condition, ...], ...]
"""Alternatives, each a conjunction; none at all means every case."""

ClaimKind = Literal["step", "held", "barred", "words", "disposition", "avoid", "finding"]

OF_ANY_PLAN = ("disposition", "finding")
"""What may always be claimed of a stopped plan as well; of the rest nothing stands in one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a plan may have: one kind of thing, and one or more of it.

    `at` and `before` belong to steps: at one of these times; not after these items, which are
    steps as well.
    """

    kind: ClaimKind
    names: tuple[str, ...]
    at: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def of(
        self,
        name: str,
        plan: Mapping[str, Any],
        findings: Mapping[str, Value],
        *,
        forms: bool = True,
    ) -> bool:
        """Whether a plan has this one of the things named.

        Words are looked for in the short forms as well, of what is ready too, unless not `forms`.
        """
        if self.kind == "step":
            return any(self._is_named(step, plan["steps"], name) for step in plan["steps"])
        if self.kind in ("held", "barred"):
            return any(one["item"] == name for one in plan[self.kind])
        if self.kind == "words":
            return any(name.lower() in said.lower() for said in _spoken(plan, forms=forms))
        if self.kind == "avoid":
            return any(one["code"] == name for one in plan["avoid"])
        if self.kind == "finding":
            return findings[f"finding.{name}"] == "yes"
        return bool(plan["disposition"] == name)

    def _is_named(self, step: Mapping[str, Any], steps: Sequence[Any], name: str) -> bool:
        """Whether a step is the one named, at its time and in its place."""
        if step["item"] != name or (self.at and step["when"] not in self.at):
            return False
        others = [one for one in steps if one["item"] in self.before]
        return not self.before or any(not _after(step, one, steps) for one in others)


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that must hold for every observation.

    `verb` tells how the rest is meant. `never` and `always`: the claim, in the cases of `when`
    unless one of `unless` holds. `gate`: of the field's answers, not knowing opens no item of
    `items` that some known answer keeps closed. `adding`: one more member of the list loosens
    nothing: none of `items` becomes a step or comes sooner, no bar falls but to a hold, and no
    review or stop is lifted.
    """

    id: str
    sentence: str
    verb: Literal["never", "always", "gate", "adding"]
    because: str
    sources: tuple[str, ...]
    claim: Claim | None = None
    when: Cases = ()
    unless: Cases = ()
    field: str = ""
    items: tuple[str, ...] = ()
    reasoning: str | None = None
    path: str = ""
    line: int = 0

    def applies(self, known: Mapping[str, Value]) -> bool:
        """Whether a case with these facts and findings is one that the property speaks of."""
        fits = not self.when or any(hold(case, known) for case in self.when)
        return fits and not any(hold(case, known) for case in self.unless)

    @property
    def speaks_of_going(self) -> bool:
        """Whether it claims of what a stopped plan has not, and so speaks of the others only.

        Where its own cases name safety flags, it speaks of stopped plans as well.
        """
        if self.verb != "always" or self.claim is None or self.claim.kind in OF_ANY_PLAN:
            return False
        return not any(map(asks_flags, self.when))

    def kept(self, plan: Mapping[str, Any], known: Mapping[str, Value]) -> bool:
        """Whether one plan keeps a `never` or an `always`."""
        if self.claim is None or not self.applies(known):
            return True
        claim = self.claim
        if self.speaks_of_going and plan["disposition"] == "stop":
            return True
        forms = self.verb == "never"  # what must always be said may be said in the whole words
        has = [claim.of(name, plan, known, forms=forms) for name in claim.names]
        return not any(has) if self.verb == "never" else all(has)


def _spoken(plan: Mapping[str, Any], *, forms: bool) -> Iterator[str]:
    """All that a plan gives to be said: the words of its steps, and the short forms beside."""
    for step in plan["steps"]:
        yield step["words"]
        if forms:
            yield step.get("short", "")
    for held in plan["held"] if forms else ():
        if held.get("ready"):
            yield held["ready"]["short"]


def _after(step: Mapping[str, Any], other: Mapping[str, Any], steps: Sequence[Any]) -> bool:
    """Whether a step comes after another: at a later time, or because it waits for it."""
    if WHENS.index(step["when"]) > WHENS.index(other["when"]):
        return True
    by_item = {one["item"]: one for one in steps}
    met, ahead = set(), [step["item"]]
    while ahead:
        for item in by_item[ahead.pop()]["after"]:
            if item not in met:
                met.add(item)
                ahead.append(item)
    return other["item"] in met
