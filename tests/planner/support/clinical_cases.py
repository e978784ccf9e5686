"""Many observations with their plans, half of them such that the later steps come within reach.

Chance alone closes some gate of D2, D3 or the link to the past nearly always. So every second
observation begins where all is well, and then has a few answers of any kind put into it.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from planner import Plan, Planner
from planner.contract.facts import Fact, facts_of
from planner.contract.observation import Observation
from planner.plan.parts import Step
from tests.support.long import LONG
from tests.support.strategies import random_observation

COUNT = 10_000 if LONG else 2_000
Told = dict[str, Any]

_WELL: dict[str, tuple[Any, ...]] = {
    "phase": ("late", "late", "middle", "ending"),
    "alliance": ("strong", "strong", "good", "forming"),
    "severity": ("low", "moderate"),
    "happened": ("last_session", "last_session", "this_session"),
    "history": ("shared",),
    "outside_pattern": ("discussed",),
    "pattern_named_by_client": ("no", "yes"),
    "earlier_repair": ("helped", "not_tried"),
    "earlier_items": ([],),
    "feelings": (["hurt"], ["angry", "sad"], ["irritated"], ["numb"], []),
    "therapist_part": ("none", "none", "some"),
    "therapist_acts": ([],),
    "culture_power": ([],),
    "reactant": ("no",),
}

_WELL_SEEN: dict[str, dict[str, tuple[Any, ...]]] = {
    "lateness": {"who": ("client",), "cause": ("avoidable",), "occurrences": (2, 3, 4)},
    "boundary_request": {"answer": ("declined",), "pressed": ("yes",), "occurrences": (2, 3)},
    "deflection": {"occurrences": (2, 3, 4)},
    "authority_frustration": {"grievance": ("none_apparent",)},
    "disconnection": {"act": ("interruption", "planned_absence", "not_known", "lost_temper")},
}

_NO_ACTS = frozenset(("interruption", "planned_absence"))
"""Acts that are no part of the therapist's by themselves; an absence is one if it was not told."""


@dataclass(frozen=True)
class Case:
    """An observation, its facts and its plan."""

    told: Told
    facts: Mapping[str, Fact]
    plan: Plan

    @property
    def steps(self) -> dict[str, Step]:
        """The steps by item."""
        return {step.item: step for step in self.plan.steps}

    @property
    def words(self) -> str:
        """Everything that the plan would have the therapist say."""
        return "\n".join(step.words for step in self.plan.steps)

    def is_(self, field: str, *values: str) -> bool:
        """Whether a field has one of these values, or a list one of these members."""
        fact = self.facts[field]
        return bool(fact & set(values)) if isinstance(fact, frozenset) else fact in values

    def __str__(self) -> str:
        """What was told, for a failure's message."""
        return str(self.told)


@cache
def planner() -> Planner:
    """The planner with the rules that ship, made once for all tests."""
    return Planner()


def planned(told: Told) -> Case:
    """A case with its plan."""
    return Case(told, facts_of(Observation.read(told)), planner().plan(told))


def _agree(rupture: Told) -> None:
    """Take out what is asked only with another answer."""
    own = rupture.get("own_occurrences")
    if own and (rupture.get("who") != "both" or own > rupture.get("occurrences", 1)):
        rupture.pop("own_occurrences")
    if rupture.get("answer") == "declined":
        rupture.pop("intended_answer", None)


def promising_observation(chance: random.Random) -> Told:
    """A random observation with most of its context put right."""
    told = random_observation(chance)
    for name, values in _WELL.items():
        if chance.random() < 0.93:
            told["context"][name] = chance.choice(values)
    if chance.random() < 0.8:
        told["safety"] = {"flags": {}}
    for rupture in told["ruptures"]:
        for name, values in _WELL_SEEN.get(rupture["kind"], {}).items():
            if chance.random() < 0.75:
                rupture[name] = chance.choice(values)
        _agree(rupture)
    return told


def observations(seed: int, count: int) -> Iterator[Told]:
    """Valid observations, the same ones for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        yield (promising_observation if number % 2 else random_observation)(chance)


@cache
def cases() -> tuple[Case, ...]:
    """The cases that most properties are asked of."""
    return tuple(planned(told) for told in observations(20, COUNT))


def some(share: int) -> tuple[Case, ...]:
    """A part of the cases, for properties that plan each of them many times."""
    return cases()[::share]


def has_a_part(case: Case) -> bool:
    """Whether the therapist has a part: a stated act wins, a yes to a sexual wish among them."""
    at_therapist = case.is_("authority_frustration.toward", "therapist", "therapy_rules_or_tasks")
    grounded = case.is_("authority_frustration.grievance", "justified", "partly_justified")
    sexual = case.is_("boundary_request.nature", "sexual_or_romantic")
    acts = case.facts["context.therapist_acts"]
    return (
        case.is_("lateness.who", "therapist", "both")
        or (isinstance(acts, frozenset) and bool(acts - _NO_ACTS))
        or _act_between(case)
        or case.is_("context.culture_power", "misattunement_by_therapist")
        or case.is_("context.therapist_part", "some", "main")
        or (at_therapist and grounded)
        or (sexual and case.is_("boundary_request.answer", "granted", "partly_granted"))
    )


def _act_between(case: Case) -> bool:
    """Whether the disconnection came by something that the therapist did, or told too late."""
    if case.is_("disconnection.act", "planned_absence"):
        return case.is_("disconnection.notice_given", "no")
    return not case.is_("disconnection.act", "absent", "interruption", "not_known")


def own_times(case: Case) -> int:
    """How often time was lost through the therapist, as far as it is told."""
    told = (
        "lateness.own_occurrences" if case.is_("lateness.who", "both") else "lateness.occurrences"
    )
    times = case.facts[told]
    late = case.is_("lateness.who", "therapist", "both")
    return times if late and isinstance(times, int) else 0


def with_context(told: Told, **answers: Any) -> Told:
    """An observation with some answers of its context changed."""
    return {**told, "context": {**told.get("context", {}), **answers}}


def with_rupture(told: Told, kind: str, **answers: Any) -> Told:
    """An observation with some answers about one kind of rupture changed."""
    changed = [{**one, **answers} if one["kind"] == kind else one for one in told["ruptures"]]
    return {**told, "ruptures": changed}


def with_answer(told: Told, field: str, value: Any) -> Told:
    """An observation with one field of the catalogue answered differently."""
    where, _, name = field.partition(".")
    value = sorted(value) if isinstance(value, frozenset) else value
    if field == "context.happened":  # a rupture without a time of its own has this one
        undated = [
            {k: v for k, v in one.items() if (k, v) != ("happened", "unknown")}
            for one in told["ruptures"]
        ]
        told = {**told, "ruptures": undated}
    return (
        with_context(told, **{name: value})
        if where == "context"
        else with_rupture(told, where, **{name: value})
    )
