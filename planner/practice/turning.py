"""One changed answer that would turn a plan, told as "What if it had been the third time?".

Answers are tried in a fixed order, those first that are clinically telling: how often, how the
alliance was, how far the work is, what was said already. What the story is made of (who was late,
what was asked for) stays. A plan is turned by another disposition, another first step, or an item
that becomes a step or is none any more. Of the first few fields that turn it those are taken
that change the disposition, and of several one by a number made of the observation: else most
cases would turn by the same field. A safety flag is changed only where no other answer turns the
plan. The same observation and the same rules give the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from zlib import crc32

from planner.contract.fields import FIELDS
from planner.errors import ObservationError
from planner.plan.plan import Plan
from planner.planning.planner import Planner
from planner.planning.telling import Change

_TIMES = (3, 2, 1)
_OF_RUPTURES = ("pressed", "answer", "grievance", "notice_given", "cause", "trigger", "noticed_by",
                "intended_answer", "reason_asked")  # fmt: skip
_OF_CONTEXT = ("alliance", "phase", "apology", "earlier_repair", "severity", "raised_by_client",
               "pattern_named_by_client", "history", "outside_pattern", "therapist_part", "setting",
               "leaving", "reactant", "format")  # fmt: skip
_VALUES: Mapping[str, tuple[str, ...]] = {
    "context.alliance": ("weak", "forming", "good", "strong"),
    "context.leaving": ("announced", "hinted", "no"),
    "context.setting": ("text", "phone", "video"),
}
"""Of some fields only the answers that go with most stories, in this order."""
_ADDED = (("feelings", ("overwhelmed", "frightened", "ashamed")), ("signs", ("denial",)),
          ("culture_power", ("misattunement_by_therapist", "norm_explains_behaviour")))  # fmt: skip
_FLAGS = ("self_harm", "formal_complaint")
FLAGS = "safety.flags"
_AMONG = 3
"""Fields that turn a plan among which one is taken."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A changed answer: its field, what it was and is, the whole observation, what moves by it.

    `was` is None where a list or the flags had something added, `now` None where a flag was taken
    away. Of each change: the item ("" for the disposition), where it stood and where it stands.
    `begins` is the item that comes first now, where that is another one; else empty.
    """

    field: str
    was: object
    now: object
    observation: Mapping[str, Any]
    changes: tuple[Change, ...]
    begins: str = ""


@dataclass(frozen=True, slots=True)
class _Try:
    """One answer to be tried."""

    field: str
    was: object
    now: object
    observation: dict[str, Any]


def turn_of(observation: Mapping[str, Any], planner: Planner) -> Turn | None:
    """The changed answer that turns the plan of an observation; None where no single one does."""
    found = turns_of(observation, planner)
    weighty = [turn for turn in found if any(not item for item, _, _ in turn.changes)]
    among, told = weighty or found, json.dumps(observation, sort_keys=True, default=list)
    return among[crc32(told.encode()) % len(among)] if among else None


def turns_of(observation: Mapping[str, Any], planner: Planner) -> tuple[Turn, ...]:
    """The first few changed answers that turn a plan, the most telling first; one of each field."""
    plan = planner.plan(observation)
    found = tuple(islice(_one_of_each_field(_answers(observation), plan, planner), _AMONG))
    return found or tuple(islice(_one_of_each_field(_flags(observation), plan, planner), 1))


def _one_of_each_field(tries: Iterator[_Try], plan: Plan, planner: Planner) -> Iterator[Turn]:
    """Of each field the first answer that turns the plan."""
    turned: set[str] = set()
    for one in tries:
        turn = None if one.field in turned else _turned(one, plan, planner)
        if turn is not None:
            turned.add(one.field)
            yield turn


def _turned(one: _Try, plan: Plan, planner: Planner) -> Turn | None:
    """What an answer changes, where that turns the plan; None too where it contradicts others."""
    try:
        then = planner.plan(one.observation)
    except ObservationError:
        return None
    changes, begins = tuple(_changes(plan, then)), _begins(plan, then)
    steps = {step.item for step in plan.steps} ^ {step.item for step in then.steps}
    if not begins and not steps and plan.disposition == then.disposition:
        return None
    return Turn(one.field, one.was, one.now, one.observation, changes, begins)


def _begins(plan: Plan, then: Plan) -> str:
    """The item that comes first then, where it did not before."""
    was, now = ((one.steps[0].item if one.steps else "") for one in (plan, then))
    return now if now != was else ""


def stands(plan: Plan) -> dict[str, str]:
    """Where each item stands: a step's time, `held` or `barred`; those untouched are left out."""
    return {
        **{step.item: step.when for step in plan.steps},
        **{one.item: "held" for one in plan.held},
        **{one.item: "barred" for one in plan.barred},
    }


def _changes(plan: Plan, then: Plan) -> Iterator[Change]:
    """What moved, the disposition first; on a stop nothing else is worth telling.

    An item that was no step and is none is left out: it moved nothing that is said or done.
    """
    if plan.disposition != then.disposition:
        yield "", plan.disposition, then.disposition
    if "stop" in (plan.disposition, then.disposition):
        return
    was, now = stands(plan), stands(then)
    for item in sorted({step.item for step in (*plan.steps, *then.steps)}):
        if was.get(item) != now.get(item):
            yield item, was.get(item, ""), now.get(item, "gone")


def _answers(observation: Mapping[str, Any]) -> Iterator[_Try]:
    """Every answer to be tried but the flags, the telling ones first."""
    kinds = [one["kind"] for one in observation["ruptures"]]
    for kind in kinds:
        yield from _others(observation, f"{kind}.occurrences", _TIMES)
    fields = chain(
        (f"context.{name}" for name in _OF_CONTEXT[:2]),
        (f"{kind}.{name}" for kind in kinds for name in _OF_RUPTURES),
        (f"context.{name}" for name in _OF_CONTEXT[2:]),
    )
    for field in fields:
        if field in FIELDS:
            known = [one for one in FIELDS[field].values if one != FIELDS[field].unknown]
            yield from _others(observation, field, _VALUES.get(field, known))
    for name, values in _ADDED:
        given = observation["context"].get(name) or ()
        for value in values:
            if value not in given:
                told = _with(observation, f"context.{name}", [*given, value])
                yield _Try(f"context.{name}", None, value, told)


def _others(observation: Mapping[str, Any], field: str, values: Any) -> Iterator[_Try]:
    """Each other answer to a field that has one answer."""
    was = _answer(observation, field)
    for value in values:
        if value != was:
            yield _Try(field, was, value, _with(observation, field, value))


def _flags(observation: Mapping[str, Any]) -> Iterator[_Try]:
    """The only flag taken away, or one more given."""
    flags = observation["safety"]["flags"]
    if len(flags) == 1:
        yield _Try(FLAGS, next(iter(flags)), None, {**observation, "safety": {"flags": {}}})
    for flag in _FLAGS:
        if flag not in flags:
            more = {"flags": {**flags, flag: "yes"}}
            yield _Try(FLAGS, None, flag, {**observation, "safety": more})


def _answer(observation: Mapping[str, Any], field: str) -> object:
    """What was answered to a field."""
    part, _, key = field.partition(".")
    if part == "context":
        return observation["context"].get(key)
    return next(one.get(key) for one in observation["ruptures"] if one["kind"] == part)


def _with(observation: Mapping[str, Any], field: str, value: object) -> dict[str, Any]:
    """The observation with another answer to one field."""
    part, _, key = field.partition(".")
    if part == "context":
        return {**observation, "context": {**observation["context"], key: value}}
    ruptures = [
        {**one, key: value} if one["kind"] == part else one for one in observation["ruptures"]
    ]
    return {**observation, "ruptures": ruptures}
