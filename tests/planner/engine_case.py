"""A ruleset of the engine's own, and what the oracle says of it: for the tests of long use."""

import random

from planner.engine.ruleset import Ruleset
from tests.planner.oracle import Facts, oracle_match, some_domains, some_facts, some_rules


class Case:
    """A ruleset with facts of which the oracle has said what holds."""

    def __init__(self, seed: int, rules: int = 40, facts: int = 300) -> None:
        chance = random.Random(seed)
        domains = some_domains(chance)
        self.rules = some_rules(chance, domains, rules)
        self.ruleset = Ruleset("endurance", self.rules, domains)
        self.facts: list[Facts] = [some_facts(chance, domains, self.rules) for _ in range(facts)]
        self.expected = [oracle_match(self.rules, facts) for facts in self.facts]
        self.busiest = self.facts[max(range(facts), key=lambda n: len(self.expected[n]))]

    def check(self) -> None:
        """Every answer must still be what the oracle said."""
        assert [self.ruleset.match(facts) for facts in self.facts] == self.expected

    def right(self, start: int, count: int) -> int:
        """How many of so many answers in a row are right."""
        places = [(start + step) % len(self.facts) for step in range(count)]
        return sum(self.ruleset.match(self.facts[n]) == self.expected[n] for n in places)
