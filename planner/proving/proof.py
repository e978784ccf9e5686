"""The whole proof of a rulebook: every question asked, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.errors import RuleProblem
from planner.planning.planner import Planner
from planner.proving import claims, liveness, structure
from planner.proving.examples import Search
from planner.proving.model import Model
from planner.proving.world import World
from planner.rulebook.holding import with_findings
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rulebook

Observed = Mapping[str, Any]
"""An observation in the contract's shape."""
_LOOK = "    Give it to `repair-planner plan FILE`, then mend the rule or words that it shows."


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved, what was refuted, and which rules only add a reason to a plan."""

    problems: tuple[RuleProblem, ...]
    proved: int
    only_reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        reasons = len(self.only_reasons)
        told = f"Proved for every observation: {self.proved} properties of plans and rules."
        if reasons:
            told += f" Rules that only add a reason: {', '.join(self.only_reasons)}."
        return told


class Prover:
    """A rulebook as formulas, ready to be asked; `like` is a prover of nearly the same rulebook."""

    def __init__(self, rulebook: Rulebook, like: Prover | None = None) -> None:
        """With `like` the observations are the same, and so is whatever the rules share."""
        self.rulebook = rulebook
        self.world: World = like.world if like else World()
        self.model: Model = Model(rulebook, self.world, like.model if like else None)
        self.search: Search = like.search if like else Search(self.world)
        self._like = like
        self._others: dict[str, tuple[Model, Search]] = {}
        self._planner: Planner | None = None

    @property
    def planner(self) -> Planner:
        """The planner of this rulebook, compiled when an example is to be shown to it."""
        if self._planner is None:
            self._planner = Planner(self.rulebook)
        return self._planner

    def other(self, field: str) -> tuple[Model, Search]:
        """The same case with another answer to one field, and where to look for both."""
        if field not in self._others:
            before = self._like.other(field) if self._like else None
            world = before[0].world if before else self.world.but_for(field)
            model = Model(self.rulebook, world, before[0] if before else None)
            search = before[1] if before else Search(self.world, world)
            self._others[field] = (model, search)
        return self._others[field]

    def violation(self, prop: Property) -> tuple[Search, Any]:
        """Where to look for what breaks a property, and the formula of breaking it."""
        if prop.verb in ("never", "always"):
            return self.search, claims.violation(self.model, prop)
        other, search = self.other(prop.field)
        asked = claims.opened if prop.verb == "gate" else claims.loosened
        return search, asked(prop, self.model, other)

    def refute(self, prop: Property) -> tuple[Observed, ...] | None:
        """The smallest observation that breaks a property, with its other version if it has one."""
        search, formula = self.violation(prop)
        return search.example(formula)

    def breaks(self, prop: Property, found: Sequence[Observed]) -> bool:
        """Whether the planner itself breaks a property with this."""
        plans = [self.planner.plan(one).to_dict() for one in found]
        if len(plans) > 1:
            return plans[0] != plans[1]
        known = with_findings(self.rulebook, facts_of(Observation.read(found[0])))
        return not prop.kept(plans[0], known)


def prove(rulebook: Rulebook, properties: Iterable[Property]) -> Proof:
    """Ask everything of a rulebook."""
    prover = Prover(rulebook)
    told: list[RuleProblem | None] = []
    reasons: list[str] = []
    told.extend(_of_property(prover, prop) for prop in properties)
    told.extend(_of_structure(prover))
    told.extend(_dead(prover, reasons))
    told.extend(_unasked(prover))
    problems = tuple(problem for problem in told if problem is not None)
    return Proof(problems, len(told) - len(problems), tuple(dict.fromkeys(reasons)))


def _of_property(prover: Prover, prop: Property) -> RuleProblem | None:
    """What breaks a property, told at its line."""
    found = prover.refute(prop)
    if found is None:
        return None
    message = f'property "{prop.id}": refuted. {prop.sentence}\n{shown(found)}\n{_LOOK}'
    if not prover.breaks(prop, found):
        message += (
            "\n    The planner does not confirm it: the proof's model and the planner differ."
        )
    return RuleProblem(prop.path, prop.line, message)


def _of_structure(prover: Prover) -> Iterator[RuleProblem | None]:
    """What breaks a demand on any plan."""
    for name, sentence, formula in structure.broken(prover.model):
        found = prover.search.example(formula)
        message = f"{name}: refuted. {sentence}"
        yield RuleProblem("rules", 1, f"{message}\n{shown(found)}\n{_LOOK}") if found else None
    found = prover.search.example(structure.fits_nothing(prover.model))
    if found:
        plan = prover.planner.plan(found[0])
        plain = prover.rulebook.summary["nothing_fits"] in plan.summary
        said = "A plan without steps says so, in the `nothing_fits` of the summary."
        message = f"plan.says-that-nothing-fits: refuted. {said}\n{shown(found)}\n{_LOOK}"
        yield None if plain else RuleProblem("rules", 1, message)


def _dead(prover: Prover, reasons: list[str]) -> Iterator[RuleProblem | None]:
    """What can never happen; `reasons` takes the rules that only ever add a reason."""
    for demand in liveness.demands(prover.model):
        if any(prover.search.possible(way) for way in demand.happens()):
            yield None
        elif demand.rule and prover.search.possible(demand.only_reason()):
            reasons.append(demand.rule)
            yield None
        else:
            what = f"no observation shows that {demand.what}."
            hint = "Remove it, or mend what rules it out: its `when`, or a rule that is stricter."
            place = demand.path or "rules"
            yield RuleProblem(place, demand.line or 1, f"{what}\n    {hint}")


def _unasked(prover: Prover) -> Iterator[RuleProblem | None]:
    """Fields on which a plan can turn, and that no plan asks about."""
    for field in liveness.asked_fields(prover.rulebook):
        other, search = prover.other(field)
        ways = liveness.questions(prover.model, other, field)
        examples = (found[0] for way in ways if (found := search.example(way)))
        plans = (prover.planner.plan(one) for one in examples)
        asked = any(field == one.field for plan in plans for one in plan.questions)
        what = f'"{field}" decides, and no plan asks about it when it is not known.'
        hint = f"Write a rule that asks it: `ask: {field}`, with `text: …`."
        yield None if asked else RuleProblem("rules", 1, f"{what}\n    {hint}")


def shown(found: Sequence[Observed]) -> str:
    """A counterexample as `repair-planner plan` reads it."""
    lines = [json.dumps(one, ensure_ascii=False) for one in found]
    return "\n".join(
        f"    {'For example' if not number else 'against'}: {line}"
        for number, line in enumerate(lines)
    )
