"""Scenario files: each case read, its observation checked, and every name in it known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.errors import ObservationError, RulebookError
from planner.reading.expectations import Expectation, read_expectation
from planner.reading.files import bytes_of, refuse_strays, shown
from planner.reading.nodes import Items, Map, Node, line_at, read_nodes
from planner.reading.problems import Place, Problems, shortened
from planner.reading.shapes import ScenarioShape
from planner.reading.shaping import fit
from planner.rulebook.conditions import Value
from planner.rulebook.rulebook import Rulebook

_ITEM = re.compile(r"\b[A-D][1-5]\b")
"""An item of the handout, as a sentence may name it."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case told in a sentence, the rules that fit it, and what its plan must have.

    `practice` tells that it is told to learners, who look for its plan themselves.
    """

    name: str
    observation: Mapping[str, object]
    facts: Mapping[str, Value]
    fits: tuple[str, ...]
    misses: tuple[str, ...]
    expect: Expectation
    path: str
    line: int
    practice: bool = False


def read_scenarios(directory: Path, rulebook: Rulebook) -> tuple[Scenario, ...]:
    """The scenarios in `directory/scenarios`; RulebookError with every mistake in them."""
    problems = Problems()
    reader = _Reader(rulebook)
    scenarios: list[Scenario] = []
    home, here = directory / "scenarios", f"{shown(directory)}/scenarios"
    if home.is_dir():
        refuse_strays(home, here, problems)
    elif home.exists():
        hint = "Make it a directory, and put the cases into it: `scenarios/cases.yaml`."
        Place(problems, here).say(1, "this is no directory.", hint)
    for path in sorted(home.glob("[!.]*.yaml")):
        place = Place(problems, f"{here}/{path.name}")
        data = bytes_of(path, place)
        tree = None if data is None else read_nodes(data, place)
        scenarios.extend(reader.read(tree, place))
    if len(problems):
        raise RulebookError(problems.in_order())
    return tuple(scenarios)


class _Reader:
    """Reads scenarios, whose names are unique over all files."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.ids = [rule.id for rule in rulebook.rules]
        self.seen: dict[str, str] = {}

    def read(self, tree: Node, place: Place) -> Iterator[Scenario]:
        """The scenarios of one file that have no mistake."""
        if not isinstance(tree, Items):
            if tree is not None:
                place.say(1, "a file of scenarios must be a list.", "Begin with `- scenario: …`.")
            return
        for node, line in zip(tree, tree.lines, strict=True):
            name = node.get("scenario") if isinstance(node, Map) else None
            within = place.within(f'scenario "{shortened(name)}"') if name else place
            shape = fit(ScenarioShape, node, line, within)
            if shape is not None and isinstance(node, Map):
                yield from self._one(shape, node, within)

    def _one(self, shape: ScenarioShape, node: Map, place: Place) -> Iterator[Scenario]:
        """One scenario, with the rules that it names known and its observation read."""
        first = self.seen.setdefault(shape.scenario, f"{place.path}:{node.line}")
        if first != f"{place.path}:{node.line}":
            hint = f"It stands already at {first}. Say what differs: `scenario: …`."
            place.say(node.line, "this sentence is used twice.", hint)
        self._known(node, place)
        practice = shape.practice in ("yes", "true")
        if practice:
            _tells_no_answer(shape.scenario, node, place)
        expect = read_expectation(node["expect"], node.lines["expect"], self.rulebook, place)
        try:
            facts = facts_of(Observation.read(shape.observation))
        except ObservationError as error:
            _note_observation(error, node, place)
            return
        names = (shape.fits, shape.misses)
        if expect is not None:
            observation = dict(shape.observation)
            where = (place.path, node.line)
            yield Scenario(shape.scenario, observation, facts, *names, expect, *where, practice)

    def _known(self, node: Map, place: Place) -> None:
        """Each rule that is named is there, and is not said to fit and to miss at once."""
        fits, misses = (node.get(key) for key in ("fits", "misses"))
        for named in (fits, misses):
            for rule_id, line in _with_lines(named):
                if rule_id not in self.ids:
                    place.unknown(line, "rule", rule_id, self.ids)
        for rule_id, line in _with_lines(misses):
            if isinstance(fits, Items) and rule_id in fits:
                hint = "Take it out of one of the two, `fits` or `misses`."
                place.say(line, f'rule "{shortened(rule_id)}" cannot both fit and miss.', hint)


def _tells_no_answer(sentence: str, node: Map, place: Place) -> None:
    """A sentence that learners are told names no item: to find the items is what they practice."""
    named = _ITEM.search(sentence)
    if named:
        hint = "Tell only what was seen and heard, or take `practice: yes` out."
        place.say(node.line, f"the sentence names {named[0]}, and learners are to find it.", hint)


def _with_lines(named: Node) -> Iterator[tuple[object, int]]:
    """Each entry of a list with its line."""
    if isinstance(named, Items):
        yield from zip(named, named.lines, strict=True)


def _note_observation(error: ObservationError, node: Map, place: Place) -> None:
    """Each problem of an observation, at the line where the scenario states it."""
    for problem in error.problems:
        steps = tuple(
            int(step) if step.isdigit() else step
            for step in problem.field.replace("[", ".").replace("]", "").split(".")
            if step
        )
        told = f"{problem.field}: {problem.message}" if problem.field else problem.message
        place.say(
            line_at(node, ("observation", *steps), node.line), told, "Mend it below `observation:`."
        )
