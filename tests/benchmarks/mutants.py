"""How far the prover can be trusted: `python -m tests.benchmarks.mutants [MANY] [SEED] [WORDS]`.

Mechanical mistakes are made in the rulebook that ships, and proof and scenarios try to refute each.
Of those that survive it is asked whether any observation gets another plan at all.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from planner.checking.scenarios import run_scenarios
from planner.errors import PlannerError
from planner.planning.known_facts import KnownFacts
from planner.planning.placing import PLACING
from planner.planning.planner import Planner
from planner.proving import liveness, structure
from planner.proving.logic import same
from planner.proving.model import differing
from planner.proving.prover import Prover
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.reading.scenarios import Scenario, read_scenarios
from planner.reading.shipped import SHIPPED
from planner.rulebook.holding import holds
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rule, Rulebook, Variant
from tests.benchmarks.mutating import Mutant, mutants

MANY = 400
ENOUGH = 0.95


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: what refuted it, or an example that nothing caught, or neither."""

    mutant: Mutant
    by: str
    example: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        told = f"{self.mutant.kind} in {self.mutant.name} ({self.mutant.change})"
        if self.example:
            return f"{told}: another plan for {json.dumps(self.example)}"
        return f"{told}: no observation gets another plan"


class Trial:
    """The rulebook that ships with everything that speaks for it, ready to judge mutants."""

    def __init__(self) -> None:
        self.rulebook = read_rulebook(SHIPPED)
        self.scenarios = read_scenarios(SHIPPED, self.rulebook)
        self.prover = Prover(self.rulebook)
        refute = self.prover.refute  # what is broken already cannot speak against a mutant
        self.properties = [one for one in read_properties(SHIPPED) if refute(one) is None]

    @cached_property
    def known(self) -> dict[str, Mapping[str, Any]]:
        """For each scenario what is known in it, as things are."""
        knowing = KnownFacts(self.rulebook)
        return {one.name: knowing.known(one.facts) for one in self.scenarios}

    @cached_property
    def broken(self) -> dict[str, Any]:
        """What breaks each property and demand, as formulas of the rulebook that ships."""
        return dict(_broken(self.prover, self.properties))

    def judge(self, mutant: Mutant) -> Fate:
        """Let scenarios and proof try to refute a mutant."""
        if self._by_scenario(mutant):
            return Fate(mutant, "scenario")
        prover = Prover(mutant.rulebook, like=self.prover)
        if self._by_property(prover):
            return Fate(mutant, "property")
        if self._by_deadness(prover, mutant):
            return Fate(mutant, "nothing dead")
        return Fate(mutant, "", self._another(prover))

    def _by_scenario(self, mutant: Mutant) -> bool:
        """Whether a scenario that meets the mistake comes out otherwise."""
        rulebook = mutant.rulebook
        met = [one for one in self.scenarios if self._meets(one, mutant)]
        knowing = KnownFacts(rulebook)
        for one in met:
            holding = set(knowing.holding(knowing.known(one.facts)))
            if not holding.issuperset(one.fits) or holding.intersection(one.misses):
                return True
        try:
            return bool(met and run_scenarios(met, rulebook, Planner(rulebook)))
        except (PlannerError, KeyError):
            return True

    def _meets(self, one: Scenario, mutant: Mutant) -> bool:
        """Whether a scenario is a case in which the changed rule or variant speaks otherwise."""
        known = self.known[one.name]
        before, after = (_telling(book, mutant.name) for book in (self.rulebook, mutant.rulebook))
        held = [holds(told, known) for told in before + after]
        return any(held) and (len(held) < 2 or held[0] != held[1] or _moved(before[0], after[0]))

    def _by_property(self, prover: Prover) -> bool:
        """Whether a property or a demand on any plan is broken that was not before."""
        for name, (search, formula) in _broken(prover, self.properties):
            if not same(formula, self.broken[name][1]) and search.possible(formula):
                return True
        return False

    def _by_deadness(self, prover: Prover, mutant: Mutant) -> bool:
        """Whether the changed rule, or words beside it, can never matter any more."""
        before = self.prover.model.chosen
        for name, chosen in prover.model.chosen.items():
            if not same(chosen, before[name]) and not prover.search.possible(chosen):
                return True
        changed = [one for one in mutant.rulebook.rules if one.id == mutant.name]
        return any(
            not any(map(prover.search.possible, liveness.matters(prover.model, one)))
            and any(map(prover.search.possible, liveness.matters(self.prover.model, one)))
            for one in changed
        )

    def _another(self, prover: Prover) -> Mapping[str, Any] | None:
        """An observation that gets another plan; None where none does."""
        here, there = self.prover.model, prover.model
        for part in liveness.PARTS:
            for differs in differing(part(here), part(there)).values():
                found = prover.search.example(differs)
                if found:
                    return found[0]
        return None


Told = Rule | Variant


def _telling(rulebook: Rulebook, name: str) -> list[Told]:
    """The rule or the variant of a name, if it is there."""
    told: list[Told] = [*rulebook.rules, *rulebook.variants]
    return [one for one in told if one.id == name]


def _moved(before: Told, after: Told) -> bool:
    """Whether something other than the conditions was changed."""
    return replace(before, when=after.when, cases=after.cases) != after


def _broken(prover: Prover, properties: Sequence[Property]) -> Iterator[tuple[str, Any]]:
    for prop in properties:
        yield prop.id, prover.violation(prop)
    for name, _, formula in structure.broken(prover.model):
        yield name, (prover.search, formula)


def sample(rulebook: Rulebook, many: int, seed: int, *, words: bool = False) -> list[Mutant]:
    """So many mutants by chance, every kind of mistake alike.

    Of rules that decide where something stands; `words`: of those that add words as well.
    """
    kinds = defaultdict(list)
    deciding = {rule.id for rule in rulebook.rules if rule.verb in PLACING or rule.verb == "find"}
    for mutant in mutants(rulebook):
        if words or mutant.name in deciding:
            kinds[mutant.kind].append(mutant)
    rng = random.Random(seed)
    for one in kinds.values():
        rng.shuffle(one)
    turns = [
        one for turn in range(many) for kind in kinds.values() for one in kind[turn : turn + 1]
    ]
    return turns[:many]


def main(many: int = MANY, seed: int = 1, words: int = 0) -> int:
    """Judge mutants, print what refuted them and which survive; 1 if too many do."""
    trial = Trial()
    fates = [
        trial.judge(mutant) for mutant in sample(trial.rulebook, many, seed, words=bool(words))
    ]
    table = Counter((fate.mutant.kind, fate.by or "survives") for fate in fates)
    for (kind, by), count in sorted(table.items()):
        print(f"{kind:20} {by:14} {count:4}")
    survivors = [fate for fate in fates if not fate.by]
    print(*survivors, sep="\n")
    gaps = [fate for fate in survivors if fate.example]
    refuted = 1 - len(survivors) / len(fates)
    told = f"{refuted:.1%} of {len(fates)} refuted; {len(survivors)} survive"
    print(f"{told}, {len(survivors) - len(gaps)} of them change no plan.")
    return 0 if refuted >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
