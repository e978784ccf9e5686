"""What the engine says of each rule, value by value: held to an oracle and to the engine itself."""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest

from planner.engine import refused as module
from planner.engine.limits import Domain, Leaf, Rules
from planner.engine.refused import MOST_KEYS, MOST_RULES, Value, chunks, refused
from planner.engine.ruleset import Ruleset
from planner.errors import EngineError
from tests.planner.support.oracle import holds, some_domains, some_facts, some_rules
from tests.support.long import LONG

BASES = 60 if LONG else 8


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what the engine said before."""
    monkeypatch.setattr(module, "_KNOWN", {})


def told_apart(rules: Rules, domains: Mapping[str, Domain]) -> dict[str, Sequence[Value]]:
    """The values of each key that some rule tells apart: of a number the least of each stretch."""
    values: dict[str, Sequence[Value]] = {}
    for key, domain in domains.items():
        if isinstance(domain, tuple):
            values[key] = domain
            continue
        edges = {domain[0]}
        for _, leaves in rules:
            for leaf in leaves:
                if leaf.key == key:
                    edges.add(domain[0] if leaf.low is None else leaf.low)
                    edges.add(domain[-1] if leaf.high is None else leaf.high + 1)
        values[key] = sorted(edge for edge in edges if edge in domain)
    return values


def base(seed: int) -> tuple[Rules, dict[str, Domain], dict[str, Sequence[Value]]]:
    """Rules by chance over keys of words and numbers."""
    chance = random.Random(seed)
    domains = some_domains(chance)
    rules = some_rules(chance, domains)
    return rules, domains, told_apart(rules, domains)


@pytest.mark.parametrize("seed", range(BASES))
def test_a_value_is_refused_when_one_of_the_rules_conditions_fails(seed: int) -> None:
    rules, domains, values = base(seed)
    found = refused(rules, domains, values)
    for rule, leaves in rules:
        asked = {leaf.key: [one for one in leaves if one.key == leaf.key] for leaf in leaves}
        passing = {
            key: [one for one in values[key] if all(holds(leaf, one) for leaf in each)]
            for key, each in asked.items()
        }
        never = not all(passing.values())
        assert set(found[rule]) == {
            (key, one) for key in asked for one in values[key] if never or one not in passing[key]
        }, (rule, leaves)


@pytest.mark.parametrize("seed", range(BASES))
def test_a_rule_holds_when_no_value_of_a_fact_is_refused(seed: int) -> None:
    """A rule is a conjunction: what was asked one key at a time says it of all together."""
    rules, domains, values = base(seed)
    found = {rule: set(one) for rule, one in refused(rules, domains, values).items()}
    ruleset = Ruleset("whole", rules, {key: domains[key] for key in keys(rules)})
    chance = random.Random(seed)
    for _ in range(300):
        facts = some_facts(chance, domains, rules)
        coarse = {key: least(values[key], value) for key, value in facts.items()}
        held = [rule for rule, _ in rules if found[rule].isdisjoint(coarse.items())]
        assert list(ruleset.match(facts)) == held


def keys(rules: Rules) -> set[str]:
    """Every key that some rule reads."""
    return {leaf.key for _, leaves in rules for leaf in leaves}


def least(values: Sequence[Value], value: Value) -> Value:
    """The value that stands for this one: of a number the least that no rule tells apart."""
    if isinstance(value, str):
        return value
    return max(one for one in values if isinstance(one, int) and one <= value)


WORDS: dict[str, Domain] = {"a": ("x", "y", "z"), "b": ("x", "y")}
VALUES: dict[str, Sequence[Value]] = {"a": ("x", "y", "z"), "b": ("x", "y")}


def test_a_rule_that_no_fact_can_meet_is_refused_by_every_value() -> None:
    never = [("never", (Leaf("a", ("x",)), Leaf("a", ("y", "z")), Leaf("b", ("x",))))]
    told = {(key, one) for key in "ab" for one in VALUES[key]}
    assert set(refused(never, WORDS, VALUES)["never"]) == told


def test_what_the_engine_said_of_the_same_rule_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = [("one", (Leaf("a", ("x",)),)), ("two", (Leaf("b", ("y",)),))]
    first = refused(rules, WORDS, VALUES)
    asked: list[str] = []
    monkeypatch.setattr(module, "Ruleset", lambda name, *_: asked.append(name))
    assert refused([("other", rules[0][1])], WORDS, VALUES)["other"] == first["one"]
    assert asked == []


def test_an_engine_that_does_not_hold_a_rule_for_what_meets_it_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Ruleset, "match", lambda *_: ())
    with pytest.raises(EngineError, match='rule "one"'):
        refused([("one", (Leaf("a", ("x",)),))], WORDS, VALUES)


def test_what_the_engine_must_not_be_given_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match='rule "one"'):
        refused([("one", (Leaf("a", ("w",)),))], WORDS, VALUES)


def test_rules_are_parted_before_a_ruleset_is_too_full_or_reads_too_much() -> None:
    wide = [(f"r{n}", tuple(Leaf(f"k{n}.{m}", ("x",)) for m in range(30))) for n in range(60)]
    narrow = [(f"n{n}", (Leaf("a", ("x",)),)) for n in range(60)]
    for rules in (wide, narrow, [*wide, *narrow]):
        parted = list(chunks(rules))
        assert [one for few in parted for one in few] == rules
        assert all(len(few) <= MOST_RULES and len(keys(few)) <= MOST_KEYS for few in parted)
        for one, other in pairwise(parted):  # no rule of the next had room in the one before
            assert len(one) == MOST_RULES or len(keys([*one, other[0]])) > MOST_KEYS
    assert list(chunks([])) == []
