"""Conditions on the plan itself: who may ask where an item stands, and how it is written.

Findings and placement come before words and lines; what is decided first cannot ask about what is
decided later. So each kind of rule is told here what it may not ask, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.reading.names import Names
from planner.reading.nodes import Map, Node, listed
from planner.reading.problems import Place
from planner.reading.shaping import kind_of
from planner.rulebook.conditions import AnyOf, Condition, ListAny, ListNone
from planner.rulebook.plan_fields import LAST, PLACES, PLAN, QUESTION, STEP, after_all, before_last
from planner.rulebook.rulebook import STEP_ITEMS

_AFTER = ("caution", "avoid", "sign", "plan_b", "check_back", "supervise", "root", "before")
_PLACING = ("call", "delay", "hold", "bar", "after")
_OTHERS = {
    "find": "a rule that finds",
    "ask": "a rule that asks",
    "review": "a rule that asks for review",
    "stop": "a rule that stops",
}
WORDS = (*PLACES, "step")
"""How a place is written: `step` is any of the three times."""
_WHO_MAY = (
    f"Words and lines may ask it (variants, {', '.join(_AFTER)}), and rules on {LAST} alone may "
    "ask where other items stand. Ask here what decides it: `lateness.who: therapist`."
)
_LINES_ONLY = "Words and lines alone may. Ask where another item stands: `plan.C2: step`."
_NEAR = ("now", "none")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: what it is called, whether it may ask after or before C1 is placed, and of what."""

    who: str
    after: bool = False
    before: bool = False
    own: tuple[str, ...] = ()


PROPERTY = Asking("a property")
CODE = Asking("a code", after=True)


def of_variant(item: str) -> Asking:
    """A variant of an item's words."""
    return Asking("a variant", after=True, own=(item,))


def of_rule(node: Map) -> Asking:
    """A rule, by its verb and its items; one without a verb is told of elsewhere."""
    for verb in (*_AFTER, *_PLACING, *_OTHERS):
        if verb in node:
            return _of_verb(verb, node[verb])
    return Asking("a rule", after=True)


def _of_verb(verb: str, named: Node) -> Asking:
    items = tuple(str(item) for item, _ in listed(named, 1))
    if verb in _AFTER:
        return Asking("a rule", after=True, own=items if verb == "caution" else ())
    if verb in _PLACING:
        return Asking(f"a rule that places {', '.join(items)}", before=items == (LAST,))
    return Asking(_OTHERS[verb])


def read_standing(
    key: str, node: Node, line: int, asking: Asking, names: Names, place: Place
) -> Iterator[Condition]:
    """The condition on where an item stands, or on the questions of other steps."""
    if not asking.after and not asking.before:
        place.say(line, f'{asking.who} may not ask "{key}".', _WHO_MAY)
    elif key == QUESTION:
        yield from _question(node, line, asking, names, place)
    elif _known(key, line, asking, names, place):
        item = key.removeprefix(PLAN)
        field = after_all(item) if asking.after else before_last(item)
        words = _words(key, node, line, place)
        if words >= set(PLACES):
            hint = f"Leave out the place that is not meant, as in `{key}: step`."
            place.say(line, f"{key} is always one of these.", hint)
        elif words:
            yield Condition(field, AnyOf(words))


def _known(key: str, line: int, asking: Asking, names: Names, place: Place) -> bool:
    """Whether the item is one that can stand anywhere, and that may be asked about here."""
    item = key.removeprefix(PLAN)
    if item not in STEP_ITEMS:
        place.unknown(line, "item", item, STEP_ITEMS)
    elif item == "D5" and not names.words.get("D5", False):
        hint = "A clinic's own pack may fill it. Ask about another: `plan.C2: step`."
        place.say(line, "D5 is blank in the handout.", hint)
    elif asking.before and item == LAST:
        what = f"{asking.who} may not ask where {LAST} stands: it decides it."
        place.say(line, what, "Ask where another item stands, as in `plan.C2: step`.")
    else:
        return True
    return False


def _words(key: str, node: Node, line: int, place: Place) -> frozenset[str]:
    """The places that are named, `step` as the three times; none where one is unknown."""
    many, good = listed(node, line), True
    for word, at in many:
        if not isinstance(word, str):
            what = f"{key} is asked with a word, not {kind_of(word)}."
            place.say(at, what, f"Write it like `{key}: step`. Values: {', '.join(WORDS)}.")
            good = False
        elif word not in WORDS:
            place.unknown(at, f"value for {key}", word, WORDS)
            good = False
    if not many:
        place.say(line, f"the list for {key} is empty.", f"Values: {', '.join(WORDS)}.")
    told = frozenset(str(word) for word, _ in many) if good else frozenset()
    return (told - {"step"}).union(STEP) if "step" in told else told


def _question(
    node: Node, line: int, asking: Asking, names: Names, place: Place
) -> Iterator[Condition]:
    """Whether a step now, other than the item that asks, ends with a question."""
    others = frozenset(names.asking).difference(asking.own)
    if asking.before:
        place.say(line, f'{asking.who} may not ask "{QUESTION}".', _LINES_ONLY)
    elif node not in _NEAR:
        what = f"{QUESTION} is asked with now or none, not {kind_of(node)}."
        place.say(line, what, f"Write `{QUESTION}: now` where another step now ends with one.")
    elif not others:
        what = "no other item ends with a question."
        place.say(line, what, "List it in vocabulary.yaml: `ends_with_question: [C1, C2]`.")
    else:
        yield Condition(QUESTION, (ListAny if node == "now" else ListNone)(others))
