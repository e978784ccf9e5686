"""Conditions that decide nothing are told of, and none that decides something is."""

from __future__ import annotations

from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import pytest

from planner.contract.facts import facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import KINDS, Observation
from planner.errors import RulebookError, RuleProblem
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from tests.planner.support.small_rules import RULE, small_rules

ANY_KIND = f"ruptures.kinds: [{', '.join(KINDS)}]"
PREMISE = """\
late_client:
  sentence: The client came late at an early time.
  when:
    lateness.who: client
    context.phase: early
"""
VARIANT = """\
          - id: c2.apology.needless
            when:
              {when}
            say: "I am sorry that I was late."
            because: It is short.
"""
PROPERTY = """\
- id: own.property
  sentence: A property whose case asks too much.
  never: {step: C2}
  when: {lateness.who: client, context.phase: early}
  unless:
    - {context.phase: late}
    - {lateness.who: client, ruptures.kinds: [lateness, deflection]}
  because: A reason that is long enough to be one.
  source: handout C2
"""


def told(rules: Path) -> list[str]:
    """What is told of conditions that decide nothing; nothing else may be wrong."""
    found = problems_of(rules)
    assert all("decides nothing" in one.message for one in found), found
    return list(map(str, found))


def problems_of(rules: Path) -> tuple[RuleProblem, ...]:
    """Everything with which the rules are refused."""
    try:
        read_rulebook(rules)
    except RulebookError as error:
        return error.problems
    return ()


def told_of(when: str, tmp_path: Path, premises: str = "") -> list[str]:
    """What is told of one more rule, whose `when` begins in line 4."""
    rules = small_rules(tmp_path)
    used = RULE.format(id="more.used", when="premise: late_client") if premises else ""
    text = RULE.format(id="more.rule", when=when.replace("\n", "\n    ")) + used
    (rules / "more.yaml").write_text(text, encoding="utf-8")
    if premises:
        with (rules / "premises.yaml").open("a", encoding="utf-8") as file:
            file.write(premises)
    return told(rules)


@pytest.mark.parametrize(
    ("when", "line", "words"),
    [
        ("ruptures.count: {at_least: 0}", 4, "0 to 5 decides nothing: it holds for every obs"),
        (f"{ANY_KIND}\nlateness.who: client", 4, "whenever lateness.who"),
        (f"{ANY_KIND}\nruptures.count: {{at_least: 1}}", 4, "count: 1 to 5"),
        ("context.reactant: [yes, no, unknown]", 4, "it holds for every observation"),
        ("lateness.who: client\nruptures.kinds: lateness", 5, "whenever lateness.who: client"),
        ("ruptures.kinds: [lateness, deflection]\nlateness.who: client", 4, "lateness.who"),
        ("lateness.who: client\nlateness.occurrences: {at_least: 1}", 5, "whenever lateness.who"),
        (
            "lateness.cause: [avoidable, outside_control, unknown]\nlateness.minutes: 5",
            4,
            "whenever lateness.minutes: 5",
        ),
        ("lateness.who: client\ndeflection.response: joke\nruptures.count: {at_least: 2}", 6, "at"),
        ("ruptures.kinds: {only: lateness}\nruptures.count: 1", 5, "only lateness"),
        (
            "lateness.who: client\nruptures.count: 1\nruptures.kinds: {none_of: deflection}",
            6,
            "what",
        ),
        ("ruptures.count: {at_least: 4}\nruptures.kinds: {any_of: [lateness, deflection]}", 5, ""),
        ("context.signs: {only: engaged, none_of: denial}", 4, "whenever context.signs: only"),
        ("context.signs: {any_of: [engaged, denial], only: engaged}", 4, "context.signs: only"),
    ],
)
def test_a_condition_that_decides_nothing_is_told(
    when: str, line: int, words: str, tmp_path: Path
) -> None:
    (problem,) = told_of(when, tmp_path)
    assert problem.startswith(f'rules/more.yaml:{line}: rule "more.rule": ')
    assert words in problem


@pytest.mark.parametrize(
    "when",
    [
        "lateness.who: [therapist, client, both, neither]",
        "lateness.occurrences: {at_least: 1}",
        "ruptures.count: {at_least: 1}",  # a stop flag alone is told without a rupture
        ANY_KIND,
        "ruptures.count: {at_least: 3}\nruptures.kinds: {any_of: [lateness, deflection]}",
        "lateness.minutes: {at_least: 0}\nlateness.who: client",
        "ruptures.kinds: lateness\nlateness.minutes: not_given",
        "ruptures.kinds: {any_of: lateness, none_of: deflection}",
        "ruptures.count: {at_least: 2}\nlateness.who: client",
        "ruptures.kinds: deflection\nlateness.who: client",
        "context.signs: {any_of: engaged, none_of: denial}",
        "context.signs: {any_of: engaged, only: [engaged, denial]}",
        "context.reactant: [yes, no]",
        "finding.minor: yes\ncontext.phase: early",
        "any: [{lateness.who: client, context.phase: late}, {deflection.response: joke}]",
        "ruptures.kinds: lateness\nany: [{lateness.who: client}, {context.phase: late}]",
    ],
)
def test_a_condition_that_decides_something_is_not(when: str, tmp_path: Path) -> None:
    if "finding." in when:
        name = read_rulebook(small_rules(tmp_path / "first")).findings[0]
        when = when.replace("finding.minor", f"finding.{name}")
    assert told_of(when, tmp_path) == []


def test_a_common_line_is_told_where_it_decides_nothing_in_any_case(tmp_path: Path) -> None:
    when = "ruptures.kinds: lateness\nany: [{lateness.who: client}, {lateness.minutes: 5}]"
    (problem,) = told_of(when, tmp_path)
    assert problem.startswith('rules/more.yaml:4: rule "more.rule": ruptures.kinds: lateness')


def test_a_line_of_one_case_is_told_at_its_own_place(tmp_path: Path) -> None:
    when = (
        "lateness.who: client\nany:\n  - {ruptures.kinds: lateness, context.phase: late}\n"
        "  - context.phase: early\n    context.alliance: weak"
    )
    (problem,) = told_of(when, tmp_path)
    assert problem.startswith('rules/more.yaml:6: rule "more.rule": ruptures.kinds: lateness')


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("premise: late_client\nruptures.kinds: lateness", "ruptures.kinds: lateness decides"),
        ("premise: late_client\ncontext.phase: early", 'the premise "late_client" asks the same'),
    ],
)
def test_a_line_is_told_that_a_premise_already_says(when: str, words: str, tmp_path: Path) -> None:
    (problem,) = told_of(when, tmp_path, PREMISE)
    assert problem.startswith('rules/more.yaml:5: rule "more.rule": ')
    assert words in problem
    field = when.splitlines()[-1].partition(":")[0]
    assert f"the line `{field}: …`" in problem


def test_what_a_premise_asks_is_not_told_where_it_is_used(tmp_path: Path) -> None:
    """Beside a narrower line the premise says too much, and still has its one sentence."""
    both = PREMISE.replace("client\n    context.phase: early", "[client, therapist]")
    assert told_of("premise: late_client\nlateness.who: client", tmp_path, both) == []


def test_a_premise_and_a_variant_and_a_property_are_told_too(tmp_path: Path) -> None:
    needless = PREMISE.replace("context.phase: early", "ruptures.kinds: lateness")
    (problem,) = told_of("context.phase: early", tmp_path / "one", needless)
    assert "premises.yaml:" in problem
    assert 'premise "late_client": ruptures.kinds: lateness decides nothing' in problem
    rules = small_rules(tmp_path / "two")
    path = rules / "wording.yaml"
    head, mark, tail = path.read_text("utf-8").partition("          - id: c2.apology.")
    variant = VARIANT.format(when="{context.phase: late, ruptures.count: {at_least: 0}}")
    path.write_text(head + variant + mark + tail, "utf-8")
    (problem,) = told(rules)
    assert 'variant "c2.apology.needless": ruptures.count: 0 to 5 decides nothing' in problem
    (rules / "properties.yaml").write_text(PROPERTY, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        read_properties(rules)
    (found,) = caught.value.problems
    assert (found.line, 'property "own.property"' in found.message) == (7, True)


def test_the_sets_of_kinds_agree_with_facts() -> None:
    """What holds for every observation is asked of facts: of each set of kinds, made for real."""
    required: dict[str, dict[str, Any]] = {
        kind: {"kind": kind}
        | {
            name.partition(".")[2]: field.values[0]
            for name, field in FIELDS.items()
            if field.rupture == kind and field.required
        }
        for kind in KINDS
    }
    absent = {"number": -1, "choice": "absent", "list": frozenset()}
    sets = chain.from_iterable(combinations(KINDS, size) for size in range(len(KINDS) + 1))
    for kinds, flags in product(sets, ({}, {"self_harm": "yes"})):
        if not kinds and not flags:  # without a flag there is a rupture
            continue
        told_here = {"ruptures": [required[one] for one in kinds], "safety": {"flags": flags}}
        facts = facts_of(Observation.read(told_here))
        count = facts["ruptures.count"]
        assert isinstance(count, int)
        assert (FIELDS["ruptures.count"].low or 0) <= count <= (FIELDS["ruptures.count"].high or 0)
        assert facts["ruptures.kinds"] == frozenset(kinds)
        for name, field in FIELDS.items():
            if field.rupture and field.rupture not in kinds:
                assert facts[name] == absent[field.kind]
