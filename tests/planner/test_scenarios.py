"""Every rule is told twice, and what no scenario tells is told of."""

from __future__ import annotations

from pathlib import Path

from planner.checking.scenarios import prove_scenarios
from planner.reading.rulebook import read_rulebook
from tests.planner.small_rules import RULE, ToyPlanner, small_rules


class TestScenarios:
    def test_the_small_ones_tell_every_rule_twice(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        rulebook = read_rulebook(rules)
        assert prove_scenarios(rules, rulebook, ToyPlanner(rulebook)) == ()

    def test_a_rule_that_nobody_tells_is_told_of_both_ways(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        more = RULE.format(id="more.rule", when="context.phase: late")
        (rules / "more.yaml").write_text(more, encoding="utf-8")
        rulebook = read_rulebook(rules)
        told = [str(one) for one in prove_scenarios(rules, rulebook, ToyPlanner(rulebook))]
        assert [one.split(".\n")[0] for one in told] == [
            'rules/more.yaml:1: rule "more.rule": no scenario fits it',
            'rules/more.yaml:1: rule "more.rule": no scenario misses it',
        ]

    def test_words_that_no_plan_says_are_told_of(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        path = rules / "scenarios" / "lateness.yaml"
        text = path.read_text(encoding="utf-8").replace("apology: token", "apology: none")
        path.write_text(text, encoding="utf-8")
        rulebook = read_rulebook(rules)
        (told,) = prove_scenarios(rules, rulebook, ToyPlanner(rulebook))
        assert told.path == "rules/wording.yaml"
        assert 'variant "c2.apology.again": no scenario\'s plan says it' in told.message
