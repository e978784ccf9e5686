"""learning.yaml: what a trainee is told of each item that may be a step.

The file is no part of the rulebook and of its edition: no plan is made from it. Whether its cases
are scenarios, and their plans place the item there, `planner.checking.lessons` asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from planner.errors import RulebookError
from planner.reading.citations import DERIVED
from planner.reading.files import LEARNING, read_file
from planner.reading.nodes import Items, Map, Node
from planner.reading.problems import Place, Problems
from planner.reading.shapes import Reason, Shape, Text, Texts, Trees, Words
from planner.reading.shaping import fit
from planner.rulebook.learning import PLACES, Lesson, LessonCase, Statement
from planner.rulebook.rulebook import STEP_ITEMS, Rulebook

BLANK = "D5"
"""The handout's blank line: no scenario that ships has it."""
_PARTS = ("use", "leave", "wrong", "why")
_HANDOUT = "handout"


class StatementShape(Shape):
    """One sentence or two, and what they rest on."""

    text: Reason
    source: Words


class CaseShape(Shape):
    """A scenario's sentence, and what to see in it."""

    case: Text
    see: Reason


class LessonShape(Shape):
    """One item. `cases` is for every item but D5."""

    use: Trees
    leave: Trees
    wrong: Trees
    why: Trees
    weight: Reason
    evidence: Texts
    cases: Annotated[dict[str, object], Field(default_factory=dict)]


def read_lessons(directory: Path, rulebook: Rulebook) -> Mapping[str, Lesson]:
    """The lessons by item, in the handout's order; none where the directory has no such file.

    Raises `RulebookError` with every problem of the file, a source that is not known among them.
    """
    problems = Problems()
    path = directory / LEARNING
    file = read_file(path, problems) if os.path.lexists(path) else None
    found: dict[str, Lesson] = {}
    if file is not None and isinstance(file.tree, Map):
        found = _lessons(file.tree, file.place, rulebook)
    elif file is not None:
        file.place.say(1, "this file must have items.", "Begin with `C1:`, and `use:` beneath it.")
    if len(problems):
        raise RulebookError(problems.in_order())
    return found


def _lessons(tree: Map, place: Place, rulebook: Rulebook) -> dict[str, Lesson]:
    """Every item that fits its shape; told is each that is missing or none."""
    for item in tree:
        if item not in STEP_ITEMS:
            place.unknown(tree.line_of(item), "item", item, STEP_ITEMS)
    found = {}
    for item in STEP_ITEMS:
        if item not in tree:
            place.say(1, f"{item} is missing.", f"Write `{item}:` with its `use:`, `leave:` ….")
            continue
        within, node = place.within(f"item {item}"), tree[item]
        shape = fit(LessonShape, node, tree.line_of(item), within)
        if shape is not None and isinstance(node, Map):
            found[item] = _lesson(item, shape, node, within, rulebook)
    return found


def _lesson(item: str, shape: LessonShape, node: Map, place: Place, book: Rulebook) -> Lesson:
    parts = {name: tuple(_statements(node[name], place, book)) for name in _PARTS}
    line = node.line_of("evidence")
    _note_unknown(shape.evidence, line, place, book)
    cases = tuple(_cases(item, node.get("cases"), node.line_of("cases"), place))
    return Lesson(item, **parts, weight=shape.weight, evidence=shape.evidence, cases=cases)


def _statements(node: Node, place: Place, book: Rulebook) -> Iterator[Statement]:
    for one, line in zip(node, node.lines, strict=True) if isinstance(node, Items) else ():
        shape = fit(StatementShape, one, line, place)
        if shape is None or not isinstance(one, Map):
            continue
        _note_unknown(shape.source, one.line_of("source"), place, book)
        if all(source in book.sources and _unverified(source, book) for source in shape.source):
            hint = "Add a verified source, a handout item, or `derived`."
            place.say(line, "an unverified source never carries a sentence alone.", hint)
        yield Statement(" ".join(shape.text.split()), shape.source)


def _note_unknown(sources: Iterable[str], line: int, place: Place, book: Rulebook) -> None:
    """Tell of each source that cannot be looked up."""
    for source in sources:
        key, _, locator = source.partition(" ")
        if source == DERIVED:
            continue
        if key == _HANDOUT:
            if locator not in book.handout.items:
                place.unknown(line, "item for the handout", locator, book.handout.items)
        elif key not in book.sources:
            place.unknown(line, "source", key, [_HANDOUT, DERIVED, *book.sources])
        elif locator and locator not in book.sources[key].locators:
            place.unknown(line, f"locator for {key}", locator, book.sources[key].locators)


def _unverified(source: str, book: Rulebook) -> bool:
    return book.sources[source].status == "unverified"


def _cases(item: str, node: Node, line: int, place: Place) -> Iterator[LessonCase]:
    """A case for each place that a plan has for an item; D5 has none."""
    told = node if isinstance(node, Map) else Map(line)
    for name in told:
        if name not in PLACES:
            place.unknown(told.line_of(name), "place", name, PLACES)
    for placed in PLACES:
        if placed not in told:
            if item != BLANK:
                hint = f"Write `{placed}:` with a `case:` and what to `see:` in it."
                place.say(line, f"no case shows it {placed}.", hint)
            continue
        shape = fit(CaseShape, told[placed], told.line_of(placed), place)
        if shape is not None:
            yield LessonCase(placed, shape.case, " ".join(shape.see.split()))
