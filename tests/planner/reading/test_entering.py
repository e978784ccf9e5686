"""entering.yaml: every answer in it is one of the contract, and each mistake has its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.entering import read_entering
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from tests.planner.support.small_rules import small_rules


def refused(directory: Path, text: str) -> str:
    (directory / "entering.yaml").write_text(text)
    with pytest.raises(RulebookError) as caught:
        read_entering(directory)
    return "\n".join(f"{one.path}:{one.line}: {one.message}" for one in caught.value.problems)


def test_the_file_that_ships_is_read() -> None:
    found = read_entering(SHIPPED)
    assert len(found.examples) == 4
    assert len(found.phrases) > 50
    assert len({danger.flag for danger in found.dangers}) == 15


def test_a_directory_without_it_has_none(tmp_path: Path) -> None:
    assert read_entering(tmp_path).examples == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", "Write `examples:`, `phrases:`, `danger:`, `numbers:` and `negations:`."),
        ("phrase: []\n", 'Did you mean "phrases"?'),
        ("phrases:\n- {say: late, tells: {kind: latenes}}\n", 'Did you mean "lateness"?'),
        ("phrases:\n- {say: late, tells: {lateness.wo: client}}\n", 'Did you mean "lateness.who"?'),
        ("phrases:\n- {say: late, tells: {safety.flags: self_harm}}\n", 'unknown field "safety'),
        ("phrases:\n- {say: late, number: lateness.minute}\n", 'Did you mean "lateness.minutes"?'),
        ("danger:\n- {say: die, flag: self_har}\n", 'Did you mean "self_harm"?'),
        ("danger:\n- {say: die}\n", "flag"),
        ("phrases:\n- {say: <mee> late, tells: {kind: lateness}}\n", 'unknown group "mee"'),
        (
            "groups: {clients: i}\ndanger:\n- {say: <client> die, flag: self_harm}\n",
            'Did you mean "clients"?',
        ),
        ("phrases:\n- {say: late, of: them, tells: {kind: lateness}}\n", "client"),
        (
            "phrases:\n- {say: _ late, tells: {kind: lateness}}\n",
            "Begin the phrase with a word, a number or a length of time.",
        ),
        ("idioms: [too late, $ late]\n", 'the phrase "$ late" has nothing to begin with.'),
        ("groups: {a: [b], c: [<d>]}\n", 'unknown group "d"'),
        (
            "examples:\n- {name: a, label: A, observation: {ruptures: [{kind: lateness}]}}\n",
            "Write it as in an observation, without `safety`.",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


def test_it_is_no_part_of_the_rulebook_and_its_edition(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    before = read_rulebook(rules).edition
    (rules / "entering.yaml").write_text("examples: []\n")
    assert read_rulebook(rules).edition == before
