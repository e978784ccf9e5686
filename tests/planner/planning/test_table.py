"""The engine's answers as a table: right for every field, and held to the engine again."""

import pickle
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from planner.contract.facts import Fact, facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.engine.ruleset import Ruleset
from planner.errors import EngineError
from planner.planning.asking import SAMPLED
from planner.planning.branching import Branch
from planner.planning.memo import Memo
from planner.planning.planner import Planner
from planner.planning.table import Answers, Compiled, Table, answers_of
from planner.rulebook.holding import hold
from tests.planner.support.cased import staged
from tests.planner.support.second_opinions import shipped, some_observations
from tests.support.long import LONG

LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}
SOME = 5_000 if LONG else 60


@cache
def compiled() -> Compiled:
    """The rulebook that ships, with all that the engine said of it."""
    return Compiled(shipped())


PARTS = ("rules", "words")


def branches(part: str) -> tuple[Branch, ...]:
    """The branches of the rules, or of the words."""
    return compiled().rules.every if part == "rules" else compiled().words.every


def table(part: str) -> Table:
    """What the engine said of them."""
    return getattr(compiled().answers, part)  # type: ignore[no-any-return]  # by its name


def asking(name: str, part: str = "rules") -> Iterator[Branch]:
    """The branches that ask about a field."""
    for branch in branches(part):
        if any(one.field == name for one in branch.when):
            yield branch


def values(name: str) -> list[Fact]:
    """Values of a field: each choice, some numbers, some lists."""
    field, chance = FIELDS[name], random.Random(name)
    if field.kind == "choice":
        return [*field.values, *(("absent",) if field.rupture else ())]
    if field.kind == "number":
        most = field.high or 0
        return [one for one in (-1, *range(40), most - 1, most) if one <= most]
    several = [frozenset(chance.sample(field.values, chance.randint(0, 4))) for _ in range(30)]
    return [frozenset(), *(frozenset((one,)) for one in field.values), *several]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_value_refuses_just_the_branches_whose_conditions_it_fails(name: str, part: str) -> None:
    """Held to each condition asked of the value itself, closed questions and edges left out."""
    for value in values(name):
        expected = 0
        for branch in asking(name, part):
            if not hold((one for one in branch.when if one.field == name), {name: value}):
                expected |= branch.bit
        assert table(part).refused(name, value) == expected, value


@pytest.mark.parametrize("part", PARTS)
def test_a_table_that_was_kept_says_the_same(part: str) -> None:
    again = pickle.loads(pickle.dumps(table(part)))  # noqa: S301 - written in the line itself
    for name in FIELDS:
        for value in values(name):
            assert again.refused(name, value) == table(part).refused(name, value)


class Counted:
    """Counts the plans of which the engine is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        match = Ruleset.match

        def counted(ruleset: Ruleset, facts: Any) -> Any:
            self.asked += 1
            return match(ruleset, facts)

        monkeypatch.setattr(Ruleset, "match", counted)


def test_the_engine_is_asked_of_one_plan_in_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(shipped())
    observations = some_observations(41, SAMPLED)
    counted = Counted(monkeypatch)
    for observation in observations[:-1]:
        planner.plan(observation)
    assert counted.asked == 0
    planner.plan(observations[-1])
    assert counted.asked > 0


def test_the_engine_is_asked_of_each_plan_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planner = Planner(shipped(), ask="always")
    counted = Counted(monkeypatch)
    for observation in some_observations(42, 5):
        before = counted.asked
        planner.plan(observation)
        assert counted.asked > before


def changed(table: Table, told: dict[str, Any], chance: random.Random) -> str:
    """Turn one entry of a table that this observation meets, and name its field."""
    facts = facts_of(Observation.read(told))
    plain: dict[str, dict[Fact, int]] = table._plain
    name = chance.choice([one for one in plain if one in facts and not FIELDS[one].high])
    bit = chance.choice([branch.bit for branch in asking(name)])
    plain[name][facts[name]] = plain[name].get(facts[name], 0) ^ bit
    return name


@pytest.mark.parametrize("seed", range(40 if LONG else 4))
def test_a_wrong_entry_of_the_table_is_found_before_long(seed: int) -> None:
    """Sampled, the first plan that is asked again and on which it matters shows it by name."""
    chance = random.Random(seed)
    while True:
        told = some_observations(chance.randrange(10_000), 1)[0]
        answers = answers_of(shipped())
        planner = Planner(shipped(), answers=answers)
        before = planner._stages.through(facts_of(Observation.read(told)))[0].left
        changed(answers.rules, told, chance)
        planner = Planner(shipped(), answers=answers)
        if planner._stages.through(facts_of(Observation.read(told)))[0].left != before:
            break
    planner._kept = Memo(0)  # so that the same is planned again
    with pytest.raises(EngineError, match=r"differ on .*__pycache__"):
        list(planner.plan_many([told] * SAMPLED))


@pytest.mark.parametrize("part", PARTS)
def test_asked_each_time_a_wrong_entry_is_found_at_once(part: str) -> None:
    answers: Answers = answers_of(shipped())
    (branch, *_) = asking("lateness.who", part)
    plain = getattr(answers, part)._plain["lateness.who"]
    plain["therapist"] = plain.get("therapist", 0) ^ branch.bit
    planner = Planner(shipped(), ask="always", answers=answers)
    with pytest.raises(EngineError, match=re.escape(branch.id)):
        list(planner.plan_many(some_observations(43, 400)))


@pytest.mark.parametrize("rulebook", [shipped, staged])
def test_the_engine_and_the_table_say_the_same_of_every_branch(rulebook: Any) -> None:
    """Words among them, which no list of rules shows."""
    planner = Planner(rulebook(), ask="always")
    for observation in some_observations(44, SOME):
        planner.plan(observation)


@pytest.mark.parametrize("part", PARTS)
def test_the_table_of_a_rulebook_holds_what_its_branches_ask(part: str) -> None:
    asked = {one.field for branch in branches(part) for one in branch.when}
    assert table(part).fields == asked
