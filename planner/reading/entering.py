"""entering.yaml: examples of one press, and the phrases that are looked for in a line of free text.

The file is no part of the rulebook and of its edition: no plan is made from it, only a suggestion
of answers. Every answer in it is one that the contract has.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

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
from planner.rulebook.phrases import GAPS
from planner.rulebook.wording import END, Language

SECTIONS = (
    "examples",
    "phrases",
    "idioms",
    "danger",
    "groups",
    "spellings",
    "numbers",
    "minutes",
    "negations",
)
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
    unless: Words = ()
    of: Literal["client", "me", ""] = ""
    weak: Literal["yes", "no"] = "no"


class DangerShape(Shape):
    """Words after which a flag is asked about."""

    say: Words
    flag: Text
    unless: Words = ()
    of: Literal["client", "me", ""] = ""
    under: int = 0


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
    language = _language(tree, place)
    return Entering(
        tuple(_examples(tree.get("examples"), place)),
        tuple(_phrases(tree.get("phrases"), language, place)),
        tuple(_dangers(tree.get("danger"), language, place)),
        tuple(_idioms(tree, language, place)),
        language,
    )


def _language(tree: Map, place: Place) -> Language:
    """The words that phrases are made of; a group may hold groups that stand before it."""
    groups: dict[str, frozenset[str]] = {}
    for name, words in _map(tree.get("groups")):
        meant: set[str] = set()
        for word in _words(words):
            _check_way(word, groups, words.line if isinstance(words, Items) else 1, place)
            meant |= groups.get(word[1:-1], frozenset()) if word.startswith("<") else {word}
        groups[name] = frozenset(meant)
    negations = tree.get("negations")
    return Language(
        groups,
        {word: means for means, words in _map(tree.get("spellings")) for word in _words(words)},
        {str(word): value for word, value in _map(tree.get("numbers")) if isinstance(value, int)},
        {str(word): value for word, value in _map(tree.get("minutes")) if isinstance(value, int)},
        frozenset(_words(negations)) if negations else frozenset(),
    )


def _words(node: Node) -> tuple[str, ...]:
    """The words of a list, or a single one."""
    return tuple(map(str, node)) if isinstance(node, Items) else (str(node),)


def _map(node: Node) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping; none of anything else."""
    if isinstance(node, Map):
        yield from node.items()


def _check_way(way: str, groups: Mapping[str, Any], line: int, place: Place) -> None:
    """Tell of every `<name>` in a phrase that is no group, and of a phrase that begins nowhere."""
    for name in re.findall(r"<([^<>]*)>", way):
        if name not in groups:
            place.unknown(line, "group", name, groups)
    if not way.split() or way.split(maxsplit=1)[0] in (*GAPS, END):
        hint = "Begin the phrase with a word, a number or a length of time."
        place.say(line, f'the phrase "{way}" has nothing to begin with.', hint)


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


def _phrases(node: Node, language: Language, place: Place) -> Iterator[Phrase]:
    for one, line in _each(node):
        shape = fit(PhraseShape, one, line, place)
        if shape is None:
            continue
        for way in (*shape.say, *shape.unless):
            _check_way(way, language.groups, line, place)
        answers = tuple(_answers(shape.tells, line, place))
        if shape.number and shape.number != OCCURRENCES:
            numeric = [name for name, field in FIELDS.items() if field.kind == "number"]
            if shape.number not in numeric:
                place.unknown(line, "field for a number", shape.number, numeric)
        weak = shape.weak == "yes"
        yield Phrase(shape.say, answers, shape.number, shape.unless, shape.of, weak)


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


def _dangers(node: Node, language: Language, place: Place) -> Iterator[Danger]:
    for one, line in _each(node):
        shape = fit(DangerShape, one, line, place)
        if shape is None:
            continue
        if shape.flag not in FIELDS[FLAGS].values:
            place.unknown(line, "flag", shape.flag, FIELDS[FLAGS].values)
            continue
        for way in (*shape.say, *shape.unless):
            _check_way(way, language.groups, line, place)
        yield Danger(shape.say, shape.flag, shape.unless, shape.of, shape.under)


def _idioms(tree: Map, language: Language, place: Place) -> Iterator[str]:
    node = tree.get("idioms")
    for way in _words(node) if node else ():
        _check_way(way, language.groups, tree.line_of("idioms"), place)
        yield way


def _each(node: Node) -> Iterator[tuple[Node, int]]:
    """The entries of a list with their lines."""
    if isinstance(node, Items):
        yield from zip(node, node.lines, strict=True)
