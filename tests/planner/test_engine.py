"""The engine matches what the rules say, refuses what would break it, and is never in doubt."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping

import datalogic_py
import pytest

from planner.engine import ruleset as engine
from planner.engine.compiling import compile_rules
from planner.engine.limits import (
    MOST_BRANCHES,
    MOST_CHOICES,
    MOST_PROPERTIES,
    MOST_RULES,
    Domain,
    Leaf,
    Rules,
)
from planner.engine.ruleset import Ruleset
from planner.errors import EngineError
from tests.long import LONG
from tests.planner.oracle import (
    json_logic,
    oracle_match,
    some_domains,
    some_facts,
    some_rules,
)

DOMAINS: dict[str, Domain] = {
    "who": ("absent", "therapist", "client", "both"),
    "apology": ("none", "token", "full"),
    "minutes": range(-1, 601),
    "always": ("yes",),
}
OWN_IT = ("lateness.own-it", (Leaf("who", ("therapist", "both")), Leaf("apology", ("none",))))
LONG_WAIT = ("lateness.long-wait", (Leaf("minutes", low=15),))
FACTS: dict[str, str | int] = {"who": "both", "apology": "none", "minutes": 20, "always": "yes"}


@pytest.fixture
def ruleset() -> Ruleset:
    return Ruleset("lateness", [OWN_IT, LONG_WAIT], DOMAINS)


def test_the_rules_that_hold_come_back_in_the_rules_order(ruleset: Ruleset) -> None:
    assert ruleset.match(FACTS) == ("lateness.own-it", "lateness.long-wait")
    assert ruleset.match({**FACTS, "minutes": 14}) == ("lateness.own-it",)
    assert ruleset.match({**FACTS, "who": "client"}) == ("lateness.long-wait",)


def test_nothing_may_hold_and_that_is_an_answer(ruleset: Ruleset) -> None:
    assert ruleset.match({**FACTS, "who": "absent", "minutes": -1}) == ()


def test_a_ruleset_tells_which_keys_it_reads_and_ignores_others(ruleset: Ruleset) -> None:
    assert set(ruleset.keys) == {"who", "apology", "minutes"}
    unread = {key: value for key, value in FACTS.items() if key != "always"}
    assert ruleset.match({**unread, "notes": "a word that the engine never sees"})


def test_one_key_alone_can_be_read() -> None:
    one = Ruleset("one", [LONG_WAIT], DOMAINS)
    assert one.match({"minutes": 15}) == ("lateness.long-wait",)
    assert one.match({"minutes": 14}) == ()


def test_rulesets_may_share_a_name() -> None:
    """Two packs, or two tests, may call their rulesets alike: the engine knows only handles."""
    first, second = (Ruleset("same", [rule], DOMAINS) for rule in (OWN_IT, LONG_WAIT))
    assert first.match(FACTS) == ("lateness.own-it",)
    assert second.match(FACTS) == ("lateness.long-wait",)


@pytest.mark.parametrize("seed", range(40 if LONG else 15))
def test_random_rules_match_as_an_interpreter_and_another_engine_say(seed: int) -> None:
    """Order included; the second engine is asked for a part, for it is the slower one."""
    chance = random.Random(seed)
    domains = some_domains(chance, chance.choice((2, 6, 12, 30, 60)))
    rules = some_rules(chance, domains, chance.choice((1, 5, 30, 60)))
    usual = some_facts(chance, domains) if seed % 2 else {}
    ruleset = Ruleset(f"random {seed}", rules, domains, usual)
    second = [datalogic_py.Engine().compile(json_logic(leaves)) for _, leaves in rules]
    for number in range(2_500 if LONG else 150):
        facts = some_facts(chance, domains, rules)
        expected = oracle_match(rules, facts)
        assert ruleset.match(facts) == expected
        if number % 10 == 0 or LONG:
            votes = zip(rules, second, strict=True)
            assert tuple(r for (r, _), rule in votes if rule.evaluate(facts)) == expected


def test_the_engine_is_given_only_operators_that_were_measured_to_be_right() -> None:
    """No `$nex` (endless), no `$neq`; one priority a rule, in the engine's range."""
    chance = random.Random(7)
    domains = some_domains(chance, 40)
    text = compile_rules("any", some_rules(chance, domains), domains).text
    for forbidden in ("$nex", "$neq", "$ex", "$mt", "cap", "any", "[]"):
        assert f'"{forbidden}"' not in text
    priorities = [rule["pri"] for rule in json.loads(text).values()]
    assert sorted(set(priorities)) == priorities
    assert all(0 <= priority <= 65535 for priority in priorities)


def test_every_key_has_a_name_of_its_own_inside_the_engine() -> None:
    chance = random.Random(8)
    domains: dict[str, Domain] = {f"key {n}": ("a", "b", "c") for n in range(240)}
    rules = [
        (f"rule {n}", tuple(Leaf(f"key {k}", ("a",)) for k in range(n * 4, n * 4 + 4)))
        for n in range(60)
    ]
    program = compile_rules("many", rules, domains)
    names = {pieces["a"].split('"')[1] for pieces in program.fragments}
    assert len(names) == len(program.keys) == 240
    assert not names & {"id", "sid"}
    ruleset = Ruleset("many", rules, domains)
    for _ in range(50):
        facts = some_facts(chance, domains, rules)
        assert ruleset.match(facts) == oracle_match(rules, facts)


def wide(count: int) -> tuple[Rules, Mapping[str, Domain]]:
    """One rule that begins with so many values, none beside another."""
    words = tuple(f"w{n}" for n in range(2 * count + 2))
    return [("wide", (Leaf("word", words[1::2][:count]),))], {"word": words}


def choices(count: int) -> tuple[Rules, Mapping[str, Domain]]:
    """One rule with so many conditions of two values."""
    keys = [f"k{n}" for n in range(count)]
    rules = [("choosy", tuple(Leaf(key, ("b", "d")) for key in keys))]
    return rules, dict.fromkeys(keys, ("a", "b", "c", "d", "e"))


def keyed(count: int) -> tuple[Rules, Mapping[str, Domain]]:
    """One rule that reads so many keys."""
    keys = [f"k{n}" for n in range(count)]
    return [("broad", tuple(Leaf(key, ("b",)) for key in keys))], dict.fromkeys(keys, ("a", "b"))


def many(count: int) -> tuple[Rules, Mapping[str, Domain]]:
    """So many rules that can all hold at once."""
    return [
        (f"rule {n}", (Leaf("minutes", low=n), Leaf("who", ("both", "client"))))
        for n in range(count)
    ], DOMAINS


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (wide, MOST_BRANCHES),
        (choices, MOST_CHOICES),
        (keyed, MOST_PROPERTIES - 2),
        (many, MOST_RULES),
    ],
)
def test_what_reaches_a_limit_still_matches(
    make: Callable[[int], tuple[Rules, Mapping[str, Domain]]], most: int
) -> None:
    """And one more is refused: the limit is neither too high nor a habit."""
    rules, domains = make(most)
    facts: dict[str, str | int] = {key: domain[-1] for key, domain in domains.items()}
    for _, leaves in rules:
        facts |= {leaf.key: leaf.accepts[0] for leaf in leaves if leaf.accepts}
    ruleset = Ruleset("edge", rules, domains)
    assert ruleset.match(facts) == tuple(rule for rule, _ in rules)
    with pytest.raises(EngineError, match="split"):
        Ruleset("beyond", *make(most + 1))


REFUSED: dict[str, tuple[Rules, str]] = {
    "no rules": ([], "no rule in it; leave the ruleset out"),
    "no condition": ([("r.a", ())], '"r.a" has no condition, .* give it at least one'),
    "a condition that is none": (
        [("r.a", (Leaf("always", ("yes",)),))],
        '"r.a" accepts every value .* narrow one',
    ),
    "a number that is any": (
        [("r.a", (Leaf("minutes", low=-1),))],
        '"r.a" accepts every value .* narrow one',
    ),
    "an id twice": ([OWN_IT, OWN_IT], '"lateness.own-it" is there 2 times; give each .* own id'),
    "too many alike": (
        [(f"r.{n}", OWN_IT[1]) for n in range(255)],
        '"r.0" has the same conditions as 254 others or more.*; merge them',
    ),
    "too many rules": (
        [(f"r.{n}", OWN_IT[1]) for n in range(61)],
        '"r.60" is number 61 of 61.*; split the rules',
    ),
    "a key that no fact has": (
        [("r.a", (Leaf("whom", ("both",)),))],
        '"r.a" asks for "whom".*may be absent; did you mean "who"?',
    ),
    "a key like no other": (
        [("r.a", (Leaf("zzz", ("both",)),))],
        '"r.a" asks for "zzz".*; give the key its values',
    ),
    "a word that is none": (
        [("r.a", (Leaf("who", ("therapis",)),))],
        '"r.a" accepts "therapis" of "who".*values: absent, therapist, client, both',
    ),
    "a word twice": (
        [("r.a", (Leaf("who", ("both", "both")),))],
        '"r.a" accepts "both" of "who" 2 times; name it once',
    ),
    "no word": (
        [("r.a", (Leaf("who"),))],
        '"r.a" accepts no value of "who".*; name at least one',
    ),
    "a number for words": (
        [("r.a", (Leaf("who", low=1),))],
        '"r.a" asks for a number of "who".*; name the words',
    ),
    "words for a number": (
        [("r.a", (Leaf("minutes", ("5",)),))],
        '"r.a" asks for "minutes".*; give low or high .*from -1 to 600',
    ),
    "a number out of range": (
        [("r.a", (Leaf("minutes", high=601),))],
        '"r.a" asks for "minutes" beyond.* from -1 to 600',
    ),
    "a truth for a number": (
        [("r.a", (Leaf("minutes", low=True),))],
        '"r.a" asks for "minutes".*; give exact whole numbers',
    ),
    "ends the wrong way round": (
        [("r.a", (Leaf("minutes", low=9, high=3),))],
        '"r.a" asks for "minutes" from 9 to 3; swap',
    ),
    "a range with holes": (
        [("r.a", (Leaf("holes", low=1),))],
        '"r.a" asks for "holes".*; mend the range',
    ),
    "too many keys": (keyed(248)[0], 'rule "broad" the most .* takes 247; split the rules'),
    "too many choices": (choices(15)[0], '"choosy" has more than 14 .*; split it'),
    "too many first conditions": (wide(500)[0], '"wide" begins with 500 values; split the rules'),
}


@pytest.mark.parametrize(("rules", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_break_the_engine_is_refused(rules: Rules, message: str) -> None:
    """Each refusal names the rule and says how to mend it, before the engine sees anything."""
    domains = {"holes": range(1, 9, 2), **DOMAINS, **keyed(248)[1], **wide(500)[1]}
    domains |= choices(15)[1]
    domains |= {key: ("a", "b") for key in list(domains) if rules and rules[0][0] == "broad"}
    with pytest.raises(EngineError, match=message) as refusal:
        Ruleset("broken", rules, domains)
    assert str(refusal.value).startswith('ruleset "broken": ')


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(EngineError) as refusal:
        Ruleset("broken", [("r.a", ()), ("r.b", (Leaf("whom", ("both",)),))], DOMAINS)
    assert ['"r.a"' in line or '"r.b"' in line for line in str(refusal.value).split("\n")] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("minutes", True),
        ("minutes", 20.0),
        ("minutes", "20"),
        ("minutes", None),
        ("minutes", 601),
        ("minutes", -2),
        ("minutes", [20]),
        ("who", True),
        ("who", None),
        ("who", 1),
        ("who", "nobody"),
        ("who", ["both"]),
        ("who", b"both"),
    ],
)
def test_a_fact_that_is_not_exactly_of_its_domain_is_refused(
    ruleset: Ruleset, key: str, value: object
) -> None:
    """Inside the engine True, 1, 1.0 and "true" can be equal: so none of them gets there."""
    with pytest.raises(EngineError, match=f'"{key}" cannot be'):
        ruleset.match({**FACTS, key: value})  # type: ignore[dict-item]  # the wrong type is the case
    assert ruleset.match(FACTS) == ("lateness.own-it", "lateness.long-wait")


@pytest.mark.parametrize("key", ["who", "minutes", "apology"])
def test_a_missing_key_is_refused_by_name(ruleset: Ruleset, key: str) -> None:
    facts = {name: value for name, value in FACTS.items() if name != key}
    with pytest.raises(EngineError, match=f'have no "{key}"'):
        ruleset.match(facts)


def test_long_ranges_are_exact_and_keep_no_number_that_was_asked() -> None:
    domain = range(-1, 10**9)
    ruleset = Ruleset("far", [("far", (Leaf("n", low=999_999_998),))], {"n": domain})
    assert [ruleset.match({"n": n}) for n in (-1, 10**9 - 3)] == [(), ()]
    assert [ruleset.match({"n": n}) for n in (10**9 - 2, 10**9 - 1)] == [("far",), ("far",)]
    assert len(ruleset._program.fragments[0]) <= 1024
    with pytest.raises(EngineError, match='"n" cannot be 1000000000'):
        ruleset.match({"n": 10**9})


def test_the_engine_is_loaded_on_first_use_and_the_loader_is_left_as_it_was() -> None:
    """Python 3.13 needs lazy binding for it; nothing else may be bound by our choice."""
    script = """
import sys
before = sys.getdlopenflags()
from planner.engine.ruleset import Leaf, Ruleset
assert not [name for name in sys.modules if name.startswith("durable")]
one = Ruleset("one", [("a", (Leaf("k", ("x",)),))], {"k": ("x", "y")})
assert one.match({"k": "x"}) == ("a",)
assert sys.getdlopenflags() == before
assert "durable" not in sys.modules  # its Host starts threads that race us
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_an_engine_that_cannot_be_loaded_is_told_with_the_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flags = sys.getdlopenflags()
    monkeypatch.setitem(sys.modules, "durable_rules_" + "engine", None)
    engine._durable_rules.cache_clear()
    try:
        with pytest.raises(EngineError, match=r"install durable-rules 2\.0\.28"):
            Ruleset("none", [LONG_WAIT], DOMAINS)
    finally:
        engine._durable_rules.cache_clear()
    assert sys.getdlopenflags() == flags
