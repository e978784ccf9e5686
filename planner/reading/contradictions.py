"""Conditions that can never hold together, and variants that an earlier one always hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.contract.fields import FIELDS
from planner.reading.nodes import Map
from planner.reading.problems import Place
from planner.rulebook.conditions import (
    NOT_KNOWN,
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
    Test,
)
from planner.rulebook.plan_fields import ASKED_FIELDS
from planner.rulebook.rulebook import Premise, Rule, Variant

_KINDS = "ruptures.kinds"
_COUNT = "ruptures.count"


def note_contradictions(
    conditions: Sequence[Condition], when: Map, place: Place, premises: Sequence[Premise] = ()
) -> None:
    """Tell why a conjunction can never hold, at the line of a field that takes part.

    Where a premise of the conjunction asks of that field, it is named with what it asks.
    """
    for field, why in _contradictions(conditions):
        hint = f"Change the line `{field}: …`, or the one that rules it out."
        for premise in premises:
            asked = "; ".join(str(one) for one in premise.when if one.field == field)
            hint += f' The premise "{premise.name}" asks {asked}.' if asked else ""
        line = when.line_of(field if field in when.lines else "premise")
        place.say(line, f"this can never hold: {why}.", hint)
    for field, kind in _unanchored(conditions):
        what = f"{field} counts as not given where there is no {kind} at all, too."
        place.say(when.line_of(field), what, f"Ask for the kind beside it: `{_KINDS}: {kind}`.")


def covers(earlier: Sequence[Condition], later: Sequence[Condition]) -> bool:
    """Whether the earlier conditions hold in every case in which the later ones do."""
    return all(
        any(wide.field == narrow.field and wider(wide.test, narrow.test) for narrow in later)
        for wide in earlier
    )


def covers_all(earlier: Rule | Variant, later: Rule | Variant) -> bool:
    """Whether one rule or variant holds whenever another does: for each case of that one."""
    return all(any(covers(one, branch) for one in earlier.branches) for branch in later.branches)


def wider(wide: Test, narrow: Test) -> bool:
    """Whether whatever passes the narrow test passes the wide one."""
    match wide, narrow:
        case (AnyOf(wide_values), AnyOf(narrow_values)):
            return wide_values >= narrow_values
        case (ListOnly(wide_values), ListOnly(narrow_values)):
            return wide_values >= narrow_values
        case (ListAny(wide_values), ListAny(narrow_values) | ListOnly(narrow_values)):
            return wide_values >= narrow_values
        case (Among(), Among()):
            return wide.low <= narrow.low and narrow.high <= wide.high
        case (ListNone(wide_values), ListNone(narrow_values)):
            return wide_values <= narrow_values
        case (ListNone(wide_values), ListOnly(narrow_values)):
            return wide_values.isdisjoint(narrow_values)
        case (ListNone() | ListEmpty(), ListEmpty()):
            return True
    return False


def exclude_each_other(one: Condition, other: Condition) -> bool:
    """Whether two conditions on one field never hold together."""
    return one.field == other.field and any(True for _ in _contradictions((one, other)))


def _contradictions(conditions: Sequence[Condition]) -> Iterator[tuple[str, str]]:
    """Each field that contradicts another one, with the reason."""
    tests: dict[str, list[Test]] = {}
    for condition in conditions:
        tests.setdefault(condition.field, []).append(condition.test)
    for field, its in tests.items():
        left = _left(field, its)
        if any(not wanted & left for wanted in _wanted(its)):
            yield field, f"what {field} must have is ruled out beside it"
        ranges = [test for test in its if isinstance(test, Among)]
        if ranges and max(one.low for one in ranges) > min(one.high for one in ranges):
            yield field, f"no number lies in all that is asked of {field}"
    yield from _kinds(conditions, tests)


def _left(field: str, tests: Sequence[Test]) -> frozenset[str]:
    """The values of a field that the tests allow at all."""
    named = (test.values for test in tests if not isinstance(test, Among | ListEmpty))
    left = frozenset(ASKED_FIELDS[field].values if field in ASKED_FIELDS else ()).union(*named)
    for test in tests:
        if isinstance(test, ListNone):
            left -= test.values
        elif isinstance(test, AnyOf | ListOnly):
            left &= test.values
        elif isinstance(test, ListEmpty):
            left = frozenset()
    return left


def _wanted(tests: Sequence[Test]) -> Iterator[frozenset[str]]:
    """The values of which one must be there, for each test that wants any."""
    for test in tests:
        if isinstance(test, AnyOf | ListAny | ListOnly):
            yield test.values


def _kinds(
    conditions: Sequence[Condition], tests: dict[str, list[Test]]
) -> Iterator[tuple[str, str]]:
    """Contradictions between the kinds asked about, the kinds ruled out, and their number."""
    left = _left(_KINDS, tests.get(_KINDS, ()))
    needed = _needed(conditions)
    for kind, field in needed.items():
        if kind not in left:
            yield field, f"{field} is asked about, and {kind} is ruled out by {_KINDS}"
    if not left:
        yield (
            _KINDS,
            "there is always at least one kind of rupture, but where a flag stops the plan",
        )
    least = len(needed) + (0 if _any_met(tests.get(_KINDS, ()), needed) else 1)
    for test in tests.get(_COUNT, ()):
        if isinstance(test, Among) and test.high < least:
            yield _COUNT, f"{least} kinds are asked for, and {_COUNT} is at most {test.high}"
        if isinstance(test, Among) and left and test.low > len(left):
            yield _COUNT, f"{len(left)} kinds are left, and {_COUNT} is at least {test.low}"


def _needed(conditions: Sequence[Condition]) -> dict[str, str]:
    """The kinds of rupture that must be there, each with the field that asks about it."""
    needed: dict[str, str] = {}
    for condition in conditions:
        kind = FIELDS[condition.field].rupture if condition.field in FIELDS else None
        if kind is not None:
            needed.setdefault(kind, condition.field)
    return needed


def _any_met(tests: Sequence[Test], needed: dict[str, str]) -> bool:
    """Whether the kinds needed anyhow meet what is asked of the kinds."""
    return all(not test.values.isdisjoint(needed) for test in tests if isinstance(test, ListAny))


def _unanchored(conditions: Sequence[Condition]) -> Iterator[tuple[str, str]]:
    """Fields asked to be not given, where nothing says that their rupture is there."""
    for condition in conditions:
        field = FIELDS.get(condition.field)
        if field is None or field.rupture is None or not _met_by_nothing(condition.test):
            continue
        alone = frozenset((field.rupture,))
        others = (other for other in conditions if other is not condition)
        if not any(_says_there(other, field.rupture, alone) for other in others):
            yield field.name, field.rupture


def _met_by_nothing(test: Test) -> bool:
    """Whether a test of a number or a list is met where nothing was given."""
    return test == Among(NOT_KNOWN, NOT_KNOWN) or isinstance(test, ListNone | ListEmpty)


def _says_there(condition: Condition, kind: str, alone: frozenset[str]) -> bool:
    """Whether a condition holds only when this kind of rupture is there."""
    if condition.field == _KINDS:
        return isinstance(condition.test, ListAny | ListOnly) and condition.test.values == alone
    field = FIELDS.get(condition.field)
    return field is not None and field.rupture == kind
