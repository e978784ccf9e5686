"""Conditions and facts in the vocabulary's words, for people who read rules and reasons."""

from __future__ import annotations

from planner.contract.fields import FIELDS
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
from webui.words.texts import text
from webui.words.vocabulary import Vocabulary

FINDING = "finding."


def field_name(field: str, words: Vocabulary) -> str:
    """A field or a finding as a reader knows it."""
    if field.startswith(FINDING):
        return text("asked_conclusion", finding=field.removeprefix(FINDING).replace("_", " "))
    if field == QUESTION:
        return text("asked_questions")
    if field in PLAN_FIELDS:
        item, _, before = field.removeprefix(PLAN).partition(".")
        return text("asked_before" if before else "asked_place", item=item, last=LAST)
    return words.short(field)


def asked(condition: Condition, words: Vocabulary) -> str:
    """What a condition asks for, in the order in which the contract lists the answers."""
    field, test = condition.field, condition.test
    match test:
        case AnyOf() | ListAny():
            return _either(field, test.values, words)
        case ListNone():
            return text("asked_not", those=_either(field, test.values, words))
        case ListOnly():
            return text("asked_only", those=_either(field, test.values, words))
        case ListEmpty():
            return text("asked_not_given")
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
        return text("asked_not_given")
    if test.low == test.high:
        return str(test.low)
    if test.high == highest:
        return text("asked_at_least", low=test.low)
    return text("asked_range", low=test.low, high=test.high)


def _places(values: frozenset[str]) -> list[str]:
    """Where an item may stand, the three times as one where all of them are meant."""
    step = [text("asked_step")] if values.issuperset(STEP) else []
    return step + [_place(one) for one in PLACES if one in values and not (step and one in STEP)]


def _place(place: str) -> str:
    """Where an item stands, as a reader knows it."""
    return text(f"asked_place_{place}")


def _either(field: str, values: frozenset[str], words: Vocabulary) -> str:
    if field.startswith(FINDING):
        return text("asked_or").join(sorted(values))
    if field in PLAN_FIELDS:
        return text("asked_or").join(_places(values) if field != QUESTION else sorted(values))
    order = FIELDS[field].values
    known = sorted(values, key=lambda value: order.index(value) if value in order else len(order))
    return text("asked_or").join(words.label(field, value) for value in known)
