"""A `when` spelled out: each set as its values, each premise as its conditions, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.contract.fields import Field
from planner.reading.names import PREMISES, SETS, Names
from planner.reading.nodes import Items, Map, Node, entries, listed
from planner.reading.problems import Place, instead
from planner.reading.shaping import kind_of
from planner.rulebook.conditions import Condition
from planner.rulebook.rulebook import Premise

PREMISE = "premise"
"""The word beside which a `when` names its premises."""
_FINDING = "finding."


def premises_of(when: Node, names: Names) -> tuple[Premise, ...]:
    """The known premises that a `when` is written with, in its order, each once."""
    found = (names.premises.get(name) for name in dict.fromkeys(_named(when)))
    return tuple(one for one in found if one is not None)


def conditions_of_premises(
    node: Node, line: int, names: Names, place: Place, *, finding: bool
) -> Iterator[Condition]:
    """The conditions of the premises named; told is a name that is none, or not to be used here.

    A rule that finds (`finding`) may use no premise that reads a finding.
    """
    words = [] if node is None else listed(node, line)
    if not words:
        place.say(line, "no premise is named.", f"Write one, like `{PREMISE}: NAME`.")
    for word, at in words:
        if not isinstance(word, str):
            what = f"a premise is asked by its name, not {kind_of(word)}."
            place.say(at, what, f"Write one, like `{PREMISE}: NAME`.")
        elif word not in names.premises:
            if PREMISES not in names.open:
                place.unknown(at, "premise", word, names.premises)
        else:
            names.used.add((PREMISES, word))
            premise = names.premises[word]
            if finding:
                _note_finding(premise, at, place)
            yield from premise.when


def spelled_out(field: Field, many: Items, names: Names, place: Place) -> Items:
    """The values that a list names, each set replaced by its own, at the line of its name."""
    written = Items(many.line)
    for word, line in zip(many, many.lines, strict=True):
        found = names.sets.get(word) if isinstance(word, str) else None
        values: Sequence[Node] = (word,)
        if found is not None and word not in field.values:
            names.used.add((SETS, found.name))
            values = [one for one in found.values if one not in (*many, *written)]
            if field.name not in found.fields:
                values = ()
                what = f'"{word}" is a set of {" and ".join(found.fields)}, not of {field.name}.'
                place.say(line, what, instead("", known_values(field, names)))
            for twice in (one for one in found.values if one in many):
                what = f'"{twice}" stands in the set "{word}" already.'
                hint = f"The set says it: write `{field.name}: {word}`, or the values without it."
                place.say(line, what, f'Remove "{twice}" here. {hint}')
        written.extend(values)
        written.lines.extend(line for _ in values)
    return written


def known_values(field: Field, names: Names) -> tuple[str, ...]:
    """What may be written for a field: its answers, and the sets of them."""
    own = (name for name, one in names.sets.items() if field.name in one.fields)
    return (*field.values, *own)


def _named(node: Node) -> Iterator[str]:
    """Every name beside `premise`, however deep it stands."""
    for key, below in node.items() if isinstance(node, Map) else ():
        if key == PREMISE:
            yield from (word for word, _ in listed(below, 1) if isinstance(word, str))
        else:
            yield from _named(below)
    for one, _ in entries(node):
        yield from _named(one)


def _note_finding(premise: Premise, line: int, place: Place) -> None:
    """Tell when a rule that finds would read a finding by way of a premise."""
    found = [one.field for one in premise.when if one.field.startswith(_FINDING)]
    if found:
        what = f'a rule that finds may not use the premise "{premise.name}": it reads {found[0]}.'
        hint = "Ask what the observation says, as in `lateness.who: therapist`."
        place.say(line, what, hint)
