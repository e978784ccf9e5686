"""Conditions that decide nothing: they hold always, or whenever those beside them hold.

Whoever reads such a condition looks for a case that it keeps out, and there is none. What kinds of
rupture there are is gone through set by set, because the fields of a kind, the kinds themselves and
their number say things about each other. All other fields are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from planner.contract.facts import ABSENT
from planner.contract.fields import FIELDS, Field
from planner.reading.contradictions import wider
from planner.reading.examples import example_asked
from planner.reading.nodes import Map
from planner.reading.problems import Place
from planner.rulebook.conditions import NOT_KNOWN, Among, Condition, Value
from planner.rulebook.rulebook import Premise

_KINDS = FIELDS["ruptures.kinds"]
_COUNT = FIELDS["ruptures.count"]
_KEPT = 4096


def _sets_of_kinds() -> Iterator[frozenset[str]]:
    """Every set of kinds that an observation may tell of."""
    for size in range(_COUNT.low or 0, (_COUNT.high or 0) + 1):
        yield from map(frozenset, combinations(_KINDS.values, size))


_SETS = tuple(_sets_of_kinds())
_EVERY = (1 << len(_SETS)) - 1
"""All sets of kinds as one number, in which each set is a bit."""


def note_needless(
    cases: Sequence[tuple[Sequence[Condition], Map]],
    common: Sequence[Condition],
    when: Map,
    place: Place,
    premises: Sequence[Premise] = (),
) -> None:
    """Tell of each condition of a `when` that decides nothing, at its line.

    `cases` are the conjunctions of which one is enough, each with its lines; `common` stands in all
    of them, and decides nothing only where it does so in each. What a premise asks is not told of:
    it was told where the premise stands, and it may well decide for others.
    """
    asked = frozenset(condition for premise in premises for condition in premise.when)
    found = [_needless(conditions, common) for conditions, _ in cases]
    for condition in dict.fromkeys(common):
        if condition not in asked and all(condition in one for one in found):
            _note(condition, found[0][condition], when, place)
    for one, (_, lines) in zip(found, cases, strict=True):
        for condition, why in one.items():
            if condition not in asked and condition not in common:
                _note(condition, why, lines, place)
    for premise in premises:
        _note_premise(premise, [one for one in common if one in asked], common, when, place)


def _note_premise(
    premise: Premise,
    asked: Sequence[Condition],
    common: Sequence[Condition],
    when: Map,
    place: Place,
) -> None:
    """Tell of a field that is asked what a premise beside it asks already."""
    for field in dict.fromkeys(one.field for one in premise.when):
        if field in when.lines and all(one in asked for one in common if one.field == field):
            what = f'{field} decides nothing: the premise "{premise.name}" asks the same.'
            place.say(when.lines[field], what, f"Leave the line `{field}: …` out.")


def _note(condition: Condition, says: str, lines: Map, place: Place) -> None:
    """Tell of one condition, and of what makes it needless."""
    what = f"{condition} decides nothing: {says or 'it holds for every observation'}."
    hint = f"Leave out what the line `{condition.field}: …` asks so."
    if not says:
        hint = f"Leave the line out, or ask for fewer answers, like `{_fewer(condition.field)}`."
    place.say(lines.line_of(condition.field), what, hint)


def _fewer(name: str) -> str:
    """A line that asks something of a field which not every answer meets."""
    field = FIELDS[name]
    return f"{name}: {{at_least: 2}}" if field.kind == "number" else example_asked(field)


def _needless(
    conditions: Sequence[Condition], common: Sequence[Condition]
) -> Mapping[Condition, str]:
    """The conditions without which the rest says the same, each with what says it; "" for nothing.

    What is needless only beside another needless one is kept. Of a case's own conditions and the
    common ones the own ones go first.
    """
    left = list(conditions)
    found: dict[Condition, str] = {}
    for condition in sorted(conditions, key=lambda one: one in common):
        others = [one for one in left if one is not condition]
        if not _follows(condition, others):
            continue
        left = others
        says = next((str(one) for one in others if _follows(condition, (one,))), "what is asked")
        always = _follows(condition, ())
        found[condition] = "" if always else f"it holds whenever {says} holds"
    return found


def _follows(condition: Condition, others: Sequence[Condition]) -> bool:
    """Whether a condition holds in every case in which the others do, and there is such a case."""
    if any(one.field == condition.field and wider(condition.test, one.test) for one in others):
        return True
    sets = _EVERY
    for one in others:
        sets &= _may_hold(one)
    return bool(sets) and not sets & ~_must_hold(condition)


@lru_cache(maxsize=_KEPT)
def _may_hold(condition: Condition) -> int:
    """The sets of kinds with which some answer meets a condition."""
    return sum(1 << i for i, kinds in enumerate(_SETS) if _met(condition, kinds, some=True))


@lru_cache(maxsize=_KEPT)
def _must_hold(condition: Condition) -> int:
    """The sets of kinds with which every answer meets a condition."""
    return sum(1 << i for i, kinds in enumerate(_SETS) if _met(condition, kinds, some=False))


def _met(condition: Condition, kinds: frozenset[str], *, some: bool) -> bool:
    """Whether some answer, or every answer, meets a condition when these kinds are there."""
    field = FIELDS.get(condition.field)
    if field is None:  # a finding, or where an item stands: what it depends on is not looked at
        return some
    if field is _KINDS:
        return condition.holds(kinds)
    if field is _COUNT:
        return condition.holds(len(kinds))
    if field.rupture and field.rupture not in kinds:
        return condition.holds(NOT_KNOWN if field.kind == "number" else _nothing(field))
    return some or _always(condition, field)


def _nothing(field: Field) -> Value:
    """What a field answers whose kind of rupture is not there."""
    return frozenset() if field.kind == "list" else ABSENT


def _always(condition: Condition, field: Field) -> bool:
    """Whether every answer to a field that is asked at all meets a condition."""
    if field.kind == "choice":
        return all(map(condition.holds, field.values))
    if field.kind == "list" or not isinstance(condition.test, Among):
        return False
    least = NOT_KNOWN if field.nullable else field.low or 0
    return condition.test.low <= least and condition.test.high >= (field.high or 0)
