"""judgments.yaml: the topics on which clinicians are asked for their judgment first.

The file is no part of the rulebook and of its edition: no plan is made from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from planner.errors import RulebookError
from planner.reading.files import JUDGMENTS, read_file
from planner.reading.nodes import Items, Map
from planner.reading.problems import Place, Problems, shortened
from planner.reading.shapes import Reason, Shape, Text, Words
from planner.reading.shaping import fit
from planner.rulebook.judgments import Topic
from planner.rulebook.rulebook import Rulebook


class TopicShape(Shape):
    """One topic; `rules` may still be missing, where none was written for it yet."""

    topic: Text
    text: Reason
    rules: Words = ()


def read_topics(directory: Path, rulebook: Rulebook) -> tuple[Topic, ...]:
    """The topics in the file's order, their rules by the ids that they bear now; none without it.

    Raises `RulebookError` with every problem of the file, a rule that there is not among them.
    """
    problems = Problems()
    path = directory / JUDGMENTS
    file = read_file(path, problems) if os.path.lexists(path) else None
    found: list[Topic] = []
    if file is not None and file.tree is not None:
        if isinstance(file.tree, Items):
            found += _topics(file.tree, file.place, rulebook)
        else:
            file.place.say(1, "this file must be a list of topics.", "Begin with `- topic: …`.")
    if len(problems):
        raise RulebookError(problems.in_order())
    return tuple(found)


def _topics(tree: Items, place: Place, rulebook: Rulebook) -> Iterator[Topic]:
    """Every topic of the file that fits its shape."""
    for node, line in zip(tree, tree.lines, strict=True):
        within = place
        if isinstance(node, Map) and isinstance(name := node.get("topic"), str):
            within = place.within(f'topic "{shortened(name)}"')
        shape = fit(TopicShape, node, line, within)
        if shape is not None and isinstance(node, Map):
            rules = _rules(shape, node, within, rulebook)
            yield Topic(shape.topic, " ".join(shape.text.split()), rules)


def _rules(shape: TopicShape, node: Map, place: Place, rulebook: Rulebook) -> tuple[str, ...]:
    """The ids that the named rules bear now; told is each that there is not."""
    known = {one.id: one.id for one in rulebook.rules}
    known |= {old: one.id for one in rulebook.rules for old in one.formerly}
    for name in shape.rules:
        if name not in known:
            place.unknown(node.line_of("rules"), "rule for rules", name, known)
    return tuple(known[name] for name in shape.rules if name in known)
