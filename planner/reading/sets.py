"""Value sets: answers under one name, so that no list can forget an answer that comes later.

A set says of every answer of its field whether the answer stands in it or out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from planner.contract.fields import FIELDS, Field
from planner.reading.files import RuleFile
from planner.reading.names import SETS, Names
from planner.reading.nodes import Map, Node, listed
from planner.reading.problems import Place, shortened
from planner.reading.rules import Seen
from planner.reading.shapes import SetShape
from planner.reading.shaping import fit
from planner.rulebook.rulebook import ValueSet

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_sets(files: Sequence[RuleFile], names: Names, seen: Seen) -> Iterator[ValueSet]:
    """The sets of every vocabulary; one that cannot be read leaves the names of sets open."""
    vocabularies = [file for file in files if file.name == "vocabulary.yaml"]
    if not any(not file.pack for file in vocabularies):
        names.open.add(SETS)
    for file in vocabularies:
        if not isinstance(file.tree, Map):
            names.open.add(SETS)
            continue
        nodes, at = file.tree.get(SETS), file.tree.line_of(SETS)
        if not isinstance(nodes, Map) and SETS in file.tree:
            hint = "Write `NAME:` below it, with `meaning`, `of`, `in` and `out`."
            file.place.say(at, '"sets" must have names with sets.', hint)
            names.open.add(SETS)
        for name, node in nodes.items() if isinstance(nodes, Map) else ():
            line = nodes.line_of(name) if isinstance(nodes, Map) else at
            place = file.place.within(f'set "{shortened(name)}"')
            seen.once("set", name, line, place)
            note_name("set", name, line, place)
            found = _set(name, node, line, place)
            if found is None:
                names.open.add(SETS)
            else:
                yield found


def note_name(kind: str, name: str, line: int, place: Place) -> None:
    """Tell of a name that no condition could be written with."""
    if not _NAME.fullmatch(name):
        what = f'"{shortened(name)}" cannot be the name of a {kind}.'
        place.say(line, what, "Write it like `open_request`: small letters and underscores.")


def _set(name: str, node: Node, line: int, place: Place) -> ValueSet | None:
    """One set, as far as it can be read; each of its mistakes is told."""
    if isinstance(node, Map) and _of_a_number(node, place):
        return None
    shape = fit(SetShape, node, line, place)
    if shape is None or not isinstance(node, Map):
        return None
    fields = _fields(shape.of, node.lines["of"], place)
    if not fields:
        return None
    values = fields[0].values
    if name in values or name == "not_given":
        what = f'"{name}" is a value of {fields[0].name} as well.'
        place.say(line, what, f"Give the set a name that is no answer. `any_{name}` is one.")
    sides = {side: _side(node, side, fields[0], place) for side in ("in", "out")}
    for value in values:
        if value in sides["in"] and value in sides["out"]:
            what = f'"{value}" stands both in and out.'
            hint = "Remove it from one of the two lists. It stands `in` if this is true of it:"
            place.say(sides["out"][value], what, f"{hint} {shape.meaning}")
        if value not in sides["in"] and value not in sides["out"]:
            what = f'"{value}" of {fields[0].name} stands neither in nor out.'
            hint = f"Add it to `in` if this is true of it: {shape.meaning} Otherwise to `out`."
            place.say(line, what, hint)
    inside = tuple(value for value in values if value in sides["in"])
    of = tuple(field.name for field in fields)
    return ValueSet(name, " ".join(shape.meaning.split()), of, inside, place.path, line)


def _of_a_number(node: Map, place: Place) -> bool:
    """Whether a set is of a number, which is told before anything else about it."""
    line = node.line_of("of")
    named = [one for one, _ in listed(node.get("of"), line) if isinstance(one, str)]
    numbers = [one for one in named if one in FIELDS and FIELDS[one].kind == "number"]
    for one in numbers:
        hint = f"A rule asks a number itself: `{one}: {{at_least: 2, at_most: 5}}`."
        place.say(line, f"{one} is a number, and has no values to sort.", hint)
    return bool(numbers)


def _fields(of: Sequence[str], line: int, place: Place) -> tuple[Field, ...]:
    """The fields whose answers are sorted; none, with the reason told, where they cannot be."""
    for name in of:
        if name not in FIELDS:
            place.unknown(line, "field", name, FIELDS)
    fields = tuple(FIELDS[name] for name in of if name in FIELDS)
    for other in fields[1:]:
        if set(other.values) != set(fields[0].values):
            what = f"{other.name} has other values than {fields[0].name}."
            hint = f"Write a set for each of the two. The first has `of: {fields[0].name}`."
            place.say(line, what, hint)
    return fields if len(fields) == len(of) else ()


def _side(node: Map, side: str, field: Field, place: Place) -> Mapping[str, int]:
    """The values of one list, each with its line; told is one that is none, or comes twice."""
    found: dict[str, int] = {}
    for word, line in listed(node[side], node.lines[side]):
        if word in found:
            hint = f"Name each once: `{side}: [{', '.join(found)}]`."
            place.say(line, f'"{shortened(word)}" is named twice.', hint)
        elif word not in field.values:
            place.unknown(line, f"value for {field.name}", word, field.values)
        found.setdefault(str(word), line)
    return found
