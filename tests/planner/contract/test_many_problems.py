"""However much is wrong, a hundred problems are told: no others are looked for, or made."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from planner.contract import json_text
from planner.contract.observation import Observation
from planner.errors import MOST_PROBLEMS, ObservationError, RulebookError
from planner.planning.planner import Planner
from planner.reading import problems
from planner.reading.observation_file import observation_in
from tests.support.command import called

TWICE = "{" + ",".join(f'"k{one}": 1, "k{one}": 2' for one in range(3_000)) + "}"
NESTED = "[" + ",".join(['{"a": 1, "a": 2}'] * 3_000) + "]"
MISTAKES = {
    "keys said twice": "session: 1\n" * 3_000,
    "anchors": "- &a 1\n" * 3_000,
    "keys that are none": "~: 1\n" * 3_000,
    "tabs": "\t1\n" * 3_000,
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many problems were put into words, by what made them."""
    counts: Counter[str] = Counter()
    say, said_twice, nearest = problems.Place.say, json_text._said_twice, problems.instead

    def counted_say(place: problems.Place, *told: object) -> None:
        counts["say"] += 1
        say(place, *told)  # type: ignore[arg-type]  # handed on as it came

    def counted_twice(*told: object) -> object:
        counts["twice"] += 1
        return said_twice(*told)  # type: ignore[arg-type]  # handed on as it came

    def counted_nearest(*told: object) -> str:
        counts["nearest"] += 1
        return nearest(*told)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(problems.Place, "say", counted_say)
    monkeypatch.setattr(json_text, "_said_twice", counted_twice)
    monkeypatch.setattr(problems, "instead", counted_nearest)
    return counts


def assert_few(error: ObservationError) -> None:
    assert len(error.problems) == MOST_PROBLEMS + 1
    assert error.problems[-1].message.startswith("There are more problems than these 100")
    assert len(json.dumps([one.as_dict() for one in error.problems])) < 50_000


@pytest.mark.parametrize("text", [TWICE, NESTED], ids=["in one mapping", "in many"])
def test_doubled_keys_are_told_a_hundred_times(text: str, made: Counter[str]) -> None:
    with pytest.raises(ObservationError) as refused:
        Observation.read_json(text)
    assert_few(refused.value)
    assert made["twice"] <= MOST_PROBLEMS + 1


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_yaml_is_not_read_on_after_a_hundred_mistakes(name: str, made: Counter[str]) -> None:
    with pytest.raises(ObservationError) as refused:
        observation_in(MISTAKES[name].encode(), "told.yaml")
    assert_few(refused.value)
    assert made["say"] <= MOST_PROBLEMS + 2


def test_the_command_line_says_that_there_are_more(tmp_path: Path) -> None:
    for name, text in (("told.json", TWICE), ("told.yaml", MISTAKES["anchors"])):
        (tmp_path / name).write_text(text)
        ended = called(["plan", str(tmp_path / name)])
        assert ended.returncode == 2
        assert len(ended.stderr.splitlines()) <= 2 * MOST_PROBLEMS + 5
        assert "There are more problems than these 100" in ended.stderr


def test_a_batch_says_that_there_are_more(tmp_path: Path) -> None:
    (tmp_path / "told.jsonl").write_text(TWICE + "\n")
    ended = called(["batch", str(tmp_path / "told.jsonl"), str(tmp_path / "plans.jsonl")])
    assert ended.returncode != 0
    told = (tmp_path / "plans.jsonl.refused.jsonl").read_text()
    assert "There are more problems than these 100" in told
    assert len(told) < 100_000


def test_a_pack_with_thousands_of_mistakes_is_told_a_thousand(
    tmp_path: Path, made: Counter[str]
) -> None:
    """Of rule files a whole morning's work is told; what is nearest is not looked for beyond."""
    rule = "- id: late.x{0}\n  title: A rule\n  when: {{context.phase: erly{0}}}\n  calls: [C2]\n"
    (tmp_path / "own.yaml").write_text("".join(rule.format(one) for one in range(1_200)))
    with pytest.raises(RulebookError) as refused:
        Planner.load(tmp_path)
    told = refused.value.problems
    assert len(told) == problems.MOST + 1
    assert "more mistakes than the 1,000 that are told" in told[-1].message
    assert made["nearest"] <= problems.MOST + 1


def test_the_last_of_many_says_that_there_are_more_and_all_are_counted() -> None:
    found = problems.Problems(2)
    place = problems.Place(found, "own.yaml")
    for line in (3, 2, 2, 9, 9, 12):
        place.say(line, "a mistake.", "Mend it.")
    told = [(one.line, one.message.partition(".")[0]) for one in found.in_order()]
    more = "there are more mistakes than the 2 that are told; mend these first"
    assert told == [(2, "a mistake"), (3, "a mistake"), (9, more)]
    assert len(found) == 5
