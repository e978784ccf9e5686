"""Rules and variants that say the same are told of where they can be one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.checking.check import check
from planner.checking.equal_texts import equal_texts
from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.rulebook.rulebook import Rule, Rulebook
from tests.planner.support.hand_made import rule, rulebook
from tests.planner.support.small_rules import RULE, small_rules

BESIDE = (
    "any: [{context.feelings: {none_of: hurt}, context.phase: early},"
    " {context.feelings: {only: sad}}]"
)
SAY = {"A": "I am sorry that I was late.", "B": "I came late, and I am sorry."}


def with_variants(tmp_path: Path, *asked: tuple[str, str]) -> Rulebook:
    """The small rulebook with more variants of an apology, each a text and what it asks."""
    rules = small_rules(tmp_path)
    path = rules / "wording.yaml"
    head, mark, tail = path.read_text("utf-8").partition("          - id: c2.apology.")
    told = "".join(
        f"          - id: c2.apology.number-{number}\n            when: {{{when}}}\n"
        f'            say: "{SAY[text]}"\n            because: One of several.\n'
        for number, (text, when) in enumerate(asked)
    )
    path.write_text(head + told + mark + tail, "utf-8")
    return read_rulebook(rules)


def told(rulebook: Rulebook) -> list[str]:
    """What is told, as lines."""
    return list(map(str, equal_texts(rulebook)))


def test_the_small_rulebook_says_nothing_twice(tmp_path: Path) -> None:
    assert told(with_variants(tmp_path)) == []


@pytest.mark.parametrize(
    "asked",
    [
        [("A", "context.phase: late"), ("A", "context.alliance: weak")],
        [
            ("A", "context.phase: late"),
            ("B", "context.phase: early"),
            ("A", "context.phase: middle"),
        ],
        [
            ("A", "context.phase: late"),
            ("B", "context.phase: early, context.alliance: weak"),
            ("A", "context.alliance: strong"),
        ],
        [
            ("A", "context.signs: denial"),
            ("B", "context.signs: not_given"),
            ("A", "context.phase: late"),
        ],
        [
            ("A", "lateness.minutes: 3"),
            ("B", "lateness.minutes: {at_least: 5}"),
            ("A", "context.phase: late"),
        ],
        [
            ("A", "context.feelings: hurt"),
            (
                "B",
                BESIDE,
            ),
            ("A", "context.phase: late"),
        ],
    ],
)
def test_variants_that_can_be_one_are_told(asked: list[tuple[str, str]], tmp_path: Path) -> None:
    (problem,) = told(with_variants(tmp_path, *asked))
    last = len(asked) - 1
    assert (
        f'variant "c2.apology.number-{last}": it says the same as "c2.apology.number-0"' in problem
    )
    assert problem.startswith("rules/wording.yaml:")
    cases = 'In "c2.apology.number-0" list what each asks as a case, `any: [{…}, {…}]`'
    assert f"    Make them one. {cases}, and add `formerly: c2.apology.number-{last}`." in problem


@pytest.mark.parametrize(
    "asked",
    [
        [("A", "context.phase: late"), ("B", "context.phase: early")],
        [
            ("A", "context.phase: late"),
            ("B", "context.alliance: weak"),
            ("A", "context.phase: early"),
        ],
        [
            ("A", "context.signs: denial"),
            ("B", "context.signs: engaged"),
            ("A", "context.signs: {none_of: denial}"),
        ],
    ],
)
def test_variants_that_have_to_keep_their_places_are_not(
    asked: list[tuple[str, str]], tmp_path: Path
) -> None:
    """What stands between them may hold together with either, and says something else."""
    assert told(with_variants(tmp_path, *asked)) == []


def caution(**more: object) -> Rule:
    """A caution about C1 in a file that ships."""
    return rule("caution", "C1", text="Say it once.", path="rules/c1.yaml", **more)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([caution(), caution()], 1),
        ([caution(), caution(because="For another reason.")], 1),
        ([caution(), caution(), caution()], 2),
        ([caution(), replace(caution(), items=("C2",))], 0),
        ([caution(), replace(caution(), text="Say it twice.")], 0),
        ([caution(), replace(caution(), verb="sign")], 0),
        ([caution(), replace(caution(), path="clinic/c1.yaml")], 0),
        ([rule("hold", "D1", until="it is so", because="So.") for _ in range(2)], 1),
        ([rule("hold", "D1", until="it is so"), rule("hold", "D1", until="it is so")], 0),
        ([rule("call", "D1", at="now", because="So."), rule("call", "D1", because="So.")], 0),
        ([rule("call", "D1", at="now", because="So.") for _ in range(2)], 1),
    ],
)
def test_rules_that_do_and_say_the_same_are_told(rules: list[Rule], found: int) -> None:
    """Rules without a text say their reason; a hold says what it waits for and its reason."""
    problems = told(rulebook(rules))
    assert len(problems) == found
    assert all(f'it says the same as "{rules[0].id}"' in one for one in problems)


def test_check_refuses_a_pack_that_says_the_same_twice(tmp_path: Path) -> None:
    pack = tmp_path / "clinic"
    pack.mkdir()
    (pack / "rulebook.yaml").write_text('name: Clinic\nversion: "1"\n', "utf-8")
    twice = [
        RULE.format(id=f"clinic.{name}", when=f"context.phase: {name}")
        for name in ("early", "late")
    ]
    (pack / "more.yaml").write_text("".join(twice), "utf-8")
    with pytest.raises(RulebookError, match=r'"clinic\.late": it says the same as "clinic\.early"'):
        check([pack])
