"""All questions that are asked of a rulebook, each answered by itself, in one order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from planner.errors import PlannerError, RuleProblem
from planner.proving import liveness, structure
from planner.proving.kept import Kept
from planner.proving.liveness import Demand
from planner.proving.prover import Prover
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rulebook

Observed = Mapping[str, Any]
"""An observation in the contract's shape."""
_LOOK = "    Give it to `repair-planner plan FILE`, then mend the rule or words that it shows."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: what is wrong, or nothing; or a rule that only adds a reason."""

    problem: RuleProblem | None = None
    only_reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be proved, by its own name, what it is about, and how it is asked.

    `of` is the id of a property, a demand, a rule or a variant, or the name of a field.
    """

    kind: str
    of: str
    ask: Callable[[], Iterator[Answer]]


class Questions:
    """Everything that is asked of a rulebook."""

    def __init__(
        self, rulebook: Rulebook, properties: Sequence[Property], kept: Kept | None = None
    ) -> None:
        """With what was `kept`, nothing is asked of the solver twice."""
        self.prover = Prover(rulebook, kept=kept)
        self.properties = properties
        self.all: list[Question] = [*self._listed()]

    def _listed(self) -> Iterator[Question]:
        """Each question, in the order in which problems are told."""
        for prop in self.properties:
            yield Question("property", prop.id, partial(_of_property, self.prover, prop))
        for name in structure.NAMES:
            yield Question("structure", name, partial(_of_structure, self.prover, name))
        for demand in liveness.demands(self.prover.model):
            yield Question("demand", demand.of, partial(_dead, self.prover, demand))
        for field in liveness.asked_fields(self.prover.rulebook):
            yield Question("field", field, partial(_unasked, self.prover, field))


def _of_property(prover: Prover, prop: Property) -> Iterator[Answer]:
    """What breaks a property, told at its line."""
    found = prover.refute(prop)
    if found is None:
        yield Answer()
        return
    message = f'property "{prop.id}": refuted. {prop.sentence}\n{shown(found)}\n{_LOOK}'
    if not prover.breaks(prop, found):
        message += (
            "\n    The planner does not confirm it: the proof's model and the planner differ."
        )
    yield Answer(RuleProblem(prop.path, prop.line, message))


def _of_structure(prover: Prover, name: str) -> Iterator[Answer]:
    """What breaks a demand on any plan."""
    sentence, formula = prover.demands[name]
    found = prover.search.example(formula)
    if name == structure.NOTHING_FITS:
        if found is None:
            return
        plan = prover.planner.plan(found[0])
        if prover.rulebook.summary["nothing_fits"] in plan.summary:
            found = None
    message = f"{name}: refuted. {sentence}"
    yield Answer(RuleProblem("rules", 1, f"{message}\n{shown(found)}\n{_LOOK}") if found else None)


def _dead(prover: Prover, demand: Demand) -> Iterator[Answer]:
    """What can never happen, or a rule that only ever adds a reason."""
    if any(prover.search.possible(way) for way in demand.happens()):
        yield Answer()
    elif demand.only_reason and prover.search.possible(demand.only_reason()):
        yield Answer(None, demand.of)
    else:
        what = f"no observation shows that {demand.what}."
        hint = "Remove it, or mend what rules it out: its `when`, or a rule that is stricter."
        place = demand.path or "rules"
        yield Answer(RuleProblem(place, demand.line or 1, f"{what}\n    {hint}"))


def _unasked(prover: Prover, field: str) -> Iterator[Answer]:
    """A field on which a plan can turn, and that no plan asks about."""
    if _asks(prover, field, prover.kept.shown.get(field)):
        yield Answer()
        return
    other, search = prover.other(field)
    for way in liveness.questions(prover.model, other, field):
        found = search.example(way)
        if found and _asks(prover, field, found[0]):
            prover.kept.shown[field] = found[0]
            yield Answer()
            return
    what = f'"{field}" decides, and no plan asks about it when it is not known.'
    hint = f"Write a rule that asks it: `ask: {field}`, with `text: …`."
    yield Answer(RuleProblem("rules", 1, f"{what}\n    {hint}"))


def _asks(prover: Prover, field: str, observed: Observed | None) -> bool:
    """Whether the plan of an observation asks about a field; one that is none asks nothing."""
    if observed is None:
        return False
    try:
        plan = prover.planner.plan(observed)
    except PlannerError:  # kept by an older contract
        return False
    return any(field == one.field for one in plan.questions)


def shown(found: Sequence[Observed]) -> str:
    """A counterexample as `repair-planner plan` reads it."""
    lines = [json.dumps(one, ensure_ascii=False) for one in found]
    return "\n".join(
        f"    {'For example' if not number else 'against'}: {line}"
        for number, line in enumerate(lines)
    )
