"""A rulebook of five rules, set up in a directory of the test's own to be broken there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.errors import RulebookError, RuleProblem
from planner.planning.known_facts import KnownFacts
from planner.reading.rulebook import read_rulebook
from planner.rulebook.conditions import Value
from planner.rulebook.rulebook import Rulebook

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "rules"
SMALL = Path(__file__).parents[1] / "fixtures" / "small"
RULE = """\
- id: {id}
  title: {id}
  when:
    {when}
  bar: C1
  because: The one who waited is heard before anything else is asked.
  source: handout C1
"""
"""One more rule, to be filled in."""
SHARED = ("handout.txt", "handout.yaml", "vocabulary.yaml")


def small_rules(directory: Path) -> Path:
    """The small rulebook's files in `directory/rules`, with the words that ship.

    The value sets that ship are left out, because none of its few rules is written with them.
    """
    rules = directory / "rules"
    shutil.copytree(SMALL, rules)
    for name in SHARED:
        shutil.copy(SHIPPED / name, rules / name)
    words = (SHIPPED / "vocabulary.yaml").read_text(encoding="utf-8").split("\nsets:\n")[0]
    sets = rules / "sets.yaml"
    (rules / "vocabulary.yaml").write_text(f"{words}\n{sets.read_text('utf-8')}", "utf-8")
    sets.unlink()
    shutil.copytree(SHIPPED / "pages", rules / "pages")
    return rules


class ToyPlan:
    """Every call that holds as a step, and nothing else."""

    def __init__(self, rulebook: Rulebook, facts: Mapping[str, Value]) -> None:
        self.rulebook = rulebook
        self.facts = facts

    def to_dict(self) -> Mapping[str, Any]:
        knowing = KnownFacts(self.rulebook)
        rules = [self.rulebook.rule(name) for name in knowing.holding(knowing.known(self.facts))]
        calls = [rule for rule in rules if rule.verb == "call"]
        steps = [{"item": call.items[0], "when": call.at, "words": "Hello."} for call in calls]
        parts: dict[str, object] = {"held": [], "barred": [], "avoid": [], "questions": []}
        return {"disposition": "proceed", "steps": steps, "safety": {"reasons": []}, **parts}


class ToyPlanner:
    """A planner that is plain enough to see through, to try the scenarios' reader with."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def plan(self, observation: Mapping[str, object], /) -> ToyPlan:
        return ToyPlan(self.rulebook, facts_of(Observation.read(observation)))


def planner_of(rules: Path) -> ToyPlanner:
    """The toy planner for a directory of rules."""
    return ToyPlanner(read_rulebook(rules))


def refused(rules: Path) -> tuple[RuleProblem, ...]:
    """The problems with which a directory is refused."""
    with pytest.raises(RulebookError) as caught:
        read_rulebook(rules)
    return caught.value.problems
