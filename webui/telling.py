"""Conditions and facts in the vocabulary's words, for people who read rules and reasons."""

from __future__ import annotations

from planner.contract.fields import FIELDS
from planner.plan.outline import TIMES
from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
)
from planner.rulebook.plan_fields import LAST, PLACES, PLAN, PLAN_FIELDS, QUESTION, STEP
from webui.vocabulary import Vocabulary

FINDING = "finding."


def field_name(field: str, words: Vocabulary) -> str:
    """A field or a finding as a reader knows it."""
    if field.startswith(FINDING):
        return "Conclusion: " + field.removeprefix(FINDING).replace("_", " ")
    if field == QUESTION:
        return "In the plan: other steps now that end with a question"
    if field in PLAN_FIELDS:
        item, _, before = field.removeprefix(PLAN).partition(".")
        return f"In the plan: {item}" + (f", before {LAST} has its place" if before else "")
    return words.short(field)


def asked(condition: Condition, words: Vocabulary) -> str:
    """What a condition asks for, in the order in which the contract lists the answers."""
    field, test = condition.field, condition.test
    match test:
        case AnyOf() | ListAny():
            return _either(field, test.values, words)
        case ListNone():
            return f"not {_either(field, test.values, words)}"
        case ListOnly():
            return f"nothing but {_either(field, test.values, words)}"
        case ListEmpty():
            return "not given"
        case Among():
            return _range(test, FIELDS[field].high)


def fact(field: str, value: object, words: Vocabulary) -> str:
    """What was answered, or concluded."""
    if field.startswith(FINDING):
        return str(value)
    if field in PLAN_FIELDS:
        return ", ".join(value) if isinstance(value, list | tuple) else _place(str(value))
    return words.labels(field, value)


def _range(test: Among, highest: int | None) -> str:
    """A number or a range; the field's own upper bound reads as "or more"."""
    if test.high < 0:
        return "not given"
    if test.low == test.high:
        return str(test.low)
    if test.high == highest:
        return f"{test.low} or more"
    return f"{test.low} to {test.high}"


def _places(values: frozenset[str]) -> list[str]:
    """Where an item may stand, the three times as one where all of them are meant."""
    step = ["a step"] if values.issuperset(STEP) else []
    return step + [_place(one) for one in PLACES if one in values and not (step and one in STEP)]


def _place(place: str) -> str:
    """Where an item stands, as a reader knows it."""
    return "not in it" if place == "none" else TIMES.get(place, place).lower()


def _either(field: str, values: frozenset[str], words: Vocabulary) -> str:
    if field.startswith(FINDING):
        return " or ".join(sorted(values))
    if field in PLAN_FIELDS:
        return " or ".join(_places(values) if field != QUESTION else sorted(values))
    order = FIELDS[field].values
    known = sorted(values, key=lambda value: order.index(value) if value in order else len(order))
    return " or ".join(words.label(field, value) for value in known)
