"""entering.yaml: examples of one press, and the phrases that are looked for in a line of free text.

The file is no part of the rulebook and of its edition: no plan is made from it, only a suggestion
of answers. Every answer in it is one that the contract has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from planner.contract.fields import FIELDS
from planner.contract.observation import KINDS, Observation
from planner.errors import ObservationError, RulebookError
from planner.reading.files import ENTERING, RuleFile, read_file
from planner.reading.nodes import Items, Map, Node
from planner.reading.problems import Place, Problems
from planner.reading.shapes import Shape, Text, Words
from planner.reading.shaping import fit
from planner.rulebook.entering import KIND, OCCURRENCES, Danger, Entering, Example, Phrase

SECTIONS = ("examples", "phrases", "danger", "numbers", "negations")
FLAGS = "safety.flags"


class ExampleShape(Shape):
    """One example: what its button says, and the observation without `safety`, which is asked."""

    name: Text
    label: Text
    observation: dict[str, Any]


class PhraseShape(Shape):
    """Ways to say something, and what it answers."""

    say: Words
    tells: Annotated[dict[str, Any], Field(default_factory=dict)]
    number: Text = ""


class DangerShape(Shape):
    """Words after which a flag is asked about."""

    say: Words
    flag: Text


def read_entering(directory: Path) -> Entering:
    """The file of a directory; nothing in it where there is none.

    Raises `RulebookError` with every problem of the file.
    """
    problems = Problems()
    path = directory / ENTERING
    file = read_file(path, problems) if os.path.lexists(path) else None
    found = _entering(file) if file is not None else Entering()
    if len(problems):
        raise RulebookError(problems.in_order())
    return found


def _entering(file: RuleFile) -> Entering:
    tree, place = file.tree, file.place
    if not isinstance(tree, Map):
        hint = "Write `examples:`, `phrases:`, `danger:`, `numbers:` and `negations:`."
        place.say(1, "this file must have sections.", hint)
        return Entering()
    for name in tree:
        if name not in SECTIONS:
            place.unknown(tree.line_of(name), "section", name, SECTIONS)
    numbers, negations = tree.get("numbers"), tree.get("negations")
    return Entering(
        tuple(_examples(tree.get("examples"), place)),
        tuple(_phrases(tree.get("phrases"), place)),
        tuple(_dangers(tree.get("danger"), place)),
        {word: value for word, value in numbers.items() if isinstance(value, int)}
        if isinstance(numbers, Map)
        else {},
        frozenset(str(word) for word in negations) if isinstance(negations, Items) else frozenset(),
    )


def _examples(node: Node, place: Place) -> Iterator[Example]:
    for one, line in _each(node):
        shape = fit(ExampleShape, one, line, place)
        if shape is None:
            continue
        try:
            Observation.read({**shape.observation, "safety": {"flags": {}}})
        except ObservationError as error:
            for problem in error.problems:
                hint = "Write it as in an observation, without `safety`."
                place.say(line, f"{problem.field}: {problem.message}", hint)
            continue
        yield Example(shape.name, shape.label, shape.observation)


def _phrases(node: Node, place: Place) -> Iterator[Phrase]:
    for one, line in _each(node):
        shape = fit(PhraseShape, one, line, place)
        if shape is None:
            continue
        answers = tuple(_answers(shape.tells, line, place))
        if shape.number and shape.number != OCCURRENCES:
            numeric = [name for name, field in FIELDS.items() if field.kind == "number"]
            if shape.number not in numeric:
                place.unknown(line, "field for a number", shape.number, numeric)
        yield Phrase(shape.say, answers, shape.number)


def _answers(tells: Mapping[str, Any], line: int, place: Place) -> Iterator[tuple[str, str]]:
    for name, given in tells.items():
        known = KINDS if name == KIND else FIELDS[name].values if name in FIELDS else None
        if known is None or name == FLAGS:
            place.unknown(line, "field", name, (KIND, *(one for one in FIELDS if one != FLAGS)))
            continue
        for value in given if isinstance(given, list) else [given]:
            if value in known:
                yield name, str(value)
            else:
                place.unknown(line, f"value for {name}", str(value), known)


def _dangers(node: Node, place: Place) -> Iterator[Danger]:
    for one, line in _each(node):
        shape = fit(DangerShape, one, line, place)
        if shape is None:
            continue
        if shape.flag not in FIELDS[FLAGS].values:
            place.unknown(line, "flag", shape.flag, FIELDS[FLAGS].values)
            continue
        yield Danger(shape.say, shape.flag)


def _each(node: Node) -> Iterator[tuple[Node, int]]:
    """The entries of a list with their lines."""
    if isinstance(node, Items):
        yield from zip(node, node.lines, strict=True)
