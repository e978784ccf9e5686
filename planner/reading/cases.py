"""A `when` with its cases: what `any` lists, of which one must hold beside the other lines.

The matching knows conjunctions alone, so each case is read together with the common lines: what
contradicts the one contradicts the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.contract.fields import FIELDS
from planner.reading.conditions import ANY, conditions_of
from planner.reading.contradictions import covers, note_contradictions
from planner.reading.examples import example_of
from planner.reading.names import Names
from planner.reading.needless import note_needless
from planner.reading.nodes import Items, Map, Node
from planner.reading.problems import Place
from planner.reading.shaping import kind_of
from planner.reading.spelling_out import premises_of
from planner.reading.standing import Asking
from planner.rulebook.conditions import (
    Among,
    Case,
    Condition,
    Conjunction,
    ListEmpty,
    asks_flags,
    branches,
)
from planner.rulebook.holding import Conditional

MOST_CASES = 60
"""Cases in one `any`: each is compared with every other, and each is a rule for the engine."""

_EXAMPLE = f"Write it like `{example_of(ANY)}`."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a `when` asks: its conditions, its cases, and before which condition they stand."""

    when: Conjunction = ()
    cases: tuple[Case, ...] = ()
    at: int = 0


def read_asked(
    when: Node, names: Names, place: Place, asking: Asking, *, finding: bool = False
) -> Asked:
    """What a `when` asks, with every mistake in it told; nothing where there is no `when`.

    `asking` is who asks; `finding` tells that the rule itself finds something.
    """
    if not isinstance(when, Map):
        return Asked()

    def read(node: Map) -> Conjunction:
        return conditions_of(node, names, place, finding=finding, asking=asking)

    first, last = _around(when)
    before = read(first)
    common = (*before, *read(last))
    nodes = tuple(_case_nodes(when, place)) if ANY in when else ()
    cases = tuple(Case(read(node), line) for node, line in nodes)
    whole = [_together(when, node) for node, _ in nodes] or [when]
    told = list(zip(branches(common, cases, len(before)), whole, strict=True))
    problems = len(place.problems)
    for conditions, lines in told:
        note_contradictions(conditions, lines, place, premises_of(lines, names))
    _note_idle(cases, place)
    if len(place.problems) == problems:
        note_needless(told, common, when, place, premises_of(when, names))
    return Asked(common, cases, len(before) if cases else 0)


def _around(when: Map) -> tuple[Map, Map]:
    """The lines before `any` and those after it; all of them before where there is none."""
    first, last = Map(when.line), Map(when.line)
    into = first
    for key, node in when.items():
        if key == ANY:
            into = last
        else:
            into[key], into.lines[key] = node, when.lines[key]
    return first, last


def _together(when: Map, case: Map) -> Map:
    """The lines of a case and the common ones, to tell at which a contradiction stands."""
    whole = Map(when.line)
    for part in (when, case):
        whole.update(part)
        whole.lines.update(part.lines)
    return whole


def _case_nodes(when: Map, place: Place) -> Iterator[tuple[Map, int]]:
    """Each case that can be read, with its line; what is no case is told of."""
    node, line = when[ANY], when.lines[ANY]
    if not isinstance(node, Items):
        place.say(line, f"`any` must be a list of cases, not {kind_of(node)}.", _EXAMPLE)
        return
    if len(node) < 2:
        what = f"`any` has {len(node) or 'no'} case{'' if len(node) == 1 else 's'}."
        hint = f"List two or more, or write its lines in `when` itself. {_EXAMPLE}"
        place.say(line, what, hint)
    if len(node) > MOST_CASES:
        hint = f"At most {MOST_CASES} can be read by a person; name a value set, or part the rule."
        place.say(line, f"`any` has {len(node)} cases.", f"{hint} {_EXAMPLE}")
        return
    for case, at in zip(node, node.lines, strict=True):
        if not isinstance(case, Map):
            place.say(at, f"a case must have words with values, not {kind_of(case)}.", _EXAMPLE)
        elif not case:
            hint = "Ask something in it, as in `- context.phase: early`, or remove it."
            place.say(at, "a case asks nothing, so it always holds.", hint)
        elif ANY in case:
            what = "a case may not have cases of its own."
            place.say(case.lines[ANY], what, "List each of them as a case of the outer `any`.")
        else:
            yield case, at


def _note_idle(cases: Sequence[Case], place: Place) -> None:
    """Tell of a case that adds nothing, because another one holds whenever it does."""
    read = [case for case in cases if case.when]  # of the others something was told already
    for number, case in enumerate(read):
        for other in (*read[:number], *read[number + 1 :]):
            twice = covers(case.when, other.when) and read.index(other) > number
            if covers(other.when, case.when) and not twice:
                what = f"the one in line {other.line} holds whenever it does."
                hint = (
                    "Remove one of the two, or ask something else in it: `- context.phase: late`."
                )
                place.say(case.line, f"this case adds nothing: {what}", hint)
                break


def note_mixed_flags(asked: Asked, place: Place) -> None:
    """Tell of a rule on what to avoid of which some cases ask about safety flags, and others not.

    On a stop only what the flags ask is said, so it must be plain of a rule whether it is that.
    """
    flagged = [asks_flags(case.when) for case in asked.cases]
    if not asks_flags(asked.when) and any(flagged) and not all(flagged):
        what = "some cases ask about safety.flags and others do not."
        hint = "On a stop only what the flags ask is said: write a rule for each, one of them with"
        place.say(asked.cases[flagged.index(True)].line, what, f"{hint} `safety.flags: …`.")


def kinds_apart(one: Conditional) -> tuple[str, ...]:
    """The kinds of rupture that some cases ask about and others are silent on; none where none is.

    A case that asks in `ruptures.kinds` whether the kind is there is not silent on it, and none is
    on what the common lines ask about.
    """
    some = {kind for case in one.cases for kind in _read(case.when)}
    silent = (some.difference(_read(branch), _named(branch)) for branch in one.branches)
    return tuple(sorted(set().union(*silent)))


def _read(when: Iterable[Condition]) -> Iterator[str]:
    """The kinds of rupture whose fields are asked about."""
    for condition in when:
        field = FIELDS.get(condition.field)
        if field is not None and field.rupture is not None:
            yield field.rupture


def _named(when: Iterable[Condition]) -> Iterator[str]:
    """The kinds of rupture that are asked to be there, or not to be."""
    for condition in when:
        test = condition.test
        if condition.field == "ruptures.kinds" and not isinstance(test, Among | ListEmpty):
            yield from test.values
