"""A rule in plain words: what it asks, case by case, and by which older ids it is found."""

from dataclasses import replace

from planner.checking.explain import explained
from tests.planner.cased import cased


def test_a_rule_with_cases_is_explained_case_by_case_also_by_an_older_id() -> None:
    rulebook = cased()
    rule = next(one for one in rulebook.rules if len(one.cases) == 3)
    merged = replace(rule, formerly=("own-part.of-old",))
    rules = tuple(merged if one.id == rule.id else one for one in rulebook.rules)
    blocks = list(explained(replace(rulebook, rules=rules), (), "own-part.of-old"))
    texts = [block.text for block in blocks]
    assert texts[:2] == [
        f"own-part.of-old was merged into {rule.id}.",
        f"{rule.id}: {rule.title}",
    ]
    assert (texts.count("any of:"), texts.count("or any of:")) == (1, 2)
    asked = {block.label for block in blocks}
    assert asked >= {one.field for branch in rule.branches for one in branch}
