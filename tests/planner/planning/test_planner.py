"""The planner as its users know it: same bytes, lazy lists, clear refusals, clinics' packs."""

import copy
import random
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner import EngineError, Observation, ObservationError, Planner, PlannerError, RulebookError
from planner.reading.rulebook import read_rulebook
from planner.rulebook.rulebook import Rulebook
from tests.planner.support.hand_made import rule, rulebook, when
from tests.planner.support.second_opinions import shipped, some_observations

LATE: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20}],
    "safety": {"flags": {}},
}


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner()


def shuffled(chance: random.Random, observation: dict[str, Any]) -> dict[str, Any]:
    """The same, told in another order."""
    turned = copy.deepcopy(observation)
    chance.shuffle(turned["ruptures"])
    for answers in turned["context"].values():
        if isinstance(answers, list):
            chance.shuffle(answers)
    names = chance.sample(list(turned["context"]), len(turned["context"]))
    turned["context"] = {name: turned["context"][name] for name in names}
    return {name: turned[name] for name in chance.sample(list(turned), len(turned))}


def test_the_same_observation_gives_the_same_bytes(planner: Planner) -> None:
    """In another order, as another type, by another planner, remembered or not."""
    other, chance = Planner(shipped(), ask="always"), random.Random(16)
    for observation in some_observations(16, 100):
        expected = planner.plan(observation).to_json()
        assert planner.plan(copy.deepcopy(observation)).to_json() == expected
        assert planner.plan(shuffled(chance, observation)).to_json() == expected
        assert planner.plan(Observation.read(observation)).to_json() == expected
        assert planner.plan(types.MappingProxyType(observation)).to_json() == expected
        assert other.plan(observation).to_json() == expected


def test_a_plan_is_planned_again_from_what_it_says_of_its_observation(planner: Planner) -> None:
    for observation in some_observations(17, 50):
        plan = planner.plan(observation)
        assert planner.plan(dict(plan.observation)).to_json() == plan.to_json()


def test_an_observation_that_was_changed_is_planned_anew(planner: Planner) -> None:
    told = copy.deepcopy(LATE)
    first = planner.plan(told)
    told["ruptures"][0]["who"] = "client"
    assert planner.plan(told).observation["ruptures"][0]["who"] == "client"
    assert planner.plan(LATE) is first


def test_values_that_only_look_equal_are_told_apart_however_often_they_come(
    planner: Planner,
) -> None:
    """For Python 1 is True and 1.0; for the contract 1.0 is the number 1, and True is none."""
    first = planner.plan(LATE | {"session": 1})
    assert planner.plan(LATE | {"session": 1.0}).to_json() == first.to_json()
    for wrong in (True, 1.5, "1"):
        with pytest.raises(ObservationError, match="session"):
            planner.plan(LATE | {"session": wrong})


def test_what_is_no_rule_changes_nothing_but_the_observation(planner: Planner) -> None:
    """Case, session and notes are for people."""
    plain = planner.plan(LATE).to_dict()
    told = planner.plan(LATE | {"case": "K-1", "session": 3, "notes": "joke, self_harm"}).to_dict()
    plain.pop("observation")
    told.pop("observation")
    assert told == plain


def test_many_are_planned_one_at_a_time_and_in_order(planner: Planner) -> None:
    asked: list[int] = []

    def sessions() -> Iterator[dict[str, Any]]:
        for session in range(1, 1_000_000):
            asked.append(session)
            yield LATE | {"session": session}

    plans = planner.plan_many(sessions())
    assert asked == []
    assert [next(plans).observation["session"] for _ in range(3)] == [1, 2, 3]
    assert asked == [1, 2, 3]


def test_a_bad_one_among_many_is_refused_in_its_place(planner: Planner) -> None:
    plans = planner.plan_many([LATE, {"ruptures": []}, LATE])
    assert next(plans).steps
    with pytest.raises(ObservationError):
        next(plans)
    assert next(plans).steps


@pytest.mark.parametrize("wrong", [None, [], "late", 7, {}, {"ruptures": [], "safety": {}}])
def test_what_is_no_observation_is_refused(planner: Planner, wrong: Any) -> None:
    with pytest.raises(ObservationError) as caught:
        planner.plan(wrong)
    assert caught.value.problems


def test_something_that_contains_itself_is_refused(planner: Planner) -> None:
    told = copy.deepcopy(LATE)
    told["ruptures"].append(told)
    with pytest.raises(ObservationError):
        planner.plan(told)


def test_every_problem_is_told_at_once(planner: Planner) -> None:
    wrong = {"ruptures": [{"kind": "lateness", "who": "me", "minutes": -1}], "safety": {}}
    with pytest.raises(ObservationError) as caught:
        planner.plan(wrong)
    fields = {problem.field for problem in caught.value.problems}
    assert {"ruptures[0].who", "ruptures[0].minutes"} <= fields
    assert "safety.flags" in fields


def test_rules_that_hold_are_told_in_order(planner: Planner) -> None:
    places = {one.id: place for place, one in enumerate(shipped().rules)}
    held = planner.rules_that_hold(LATE)
    stages = [one.verb != "find" for one in held]
    assert stages == sorted(stages)
    for stage in (True, False):
        numbers = [places[one.id] for one in held if (one.verb == "find") is stage]
        assert numbers == sorted(numbers) != []


def test_a_rulebook_that_the_engine_must_not_be_given_is_refused() -> None:
    twice = rule("call", "C1", at="now", id="hand.same", when=when(context__phase="late"))
    with pytest.raises(EngineError, match=r"hand\.same"):
        Planner(rulebook([twice, twice]))


def test_a_plan_of_a_rulebook_made_by_hand_says_that_nothing_fits() -> None:
    ends = rule("call", "C1", at="now", when=when(context__phase="ending"))
    plan = Planner(rulebook([ends])).plan(LATE)
    assert (plan.disposition, plan.steps, plan.summary) == ("proceed", (), "Nothing fits.")
    assert plan.supervision == ("Tell it.",)
    assert plan.rulebook.edition == "sha256:0"
    (question,) = plan.questions
    assert (question.field, question.text) == ("context.phase", "When?")
    assert question.would_change == "If “At the end”: C1 becomes a step now."


PACK = {
    "kindness.yaml": """
- id: clinic.kindness.room
  title: A cup of tea first
  when:
    lateness.who: [therapist, both]
  call: D5
  at: now
  because: In this clinic a client who had to wait is offered something warm first.
  source: derived
  reasoning: The house has always done so, and it is a small sign of care.
""",
    "wording.yaml": """
items:
  D5:
    title: Offer tea
    source: The clinic's kitchen
    purpose: To make the wait good in a small way.
    parts:
      - part: offer
        variants:
          - id: d5.offer.again
            when: {context.apology: token}
            say: "Another cup?"
            because: It is not the first.
          - id: d5.offer.tea
            say: "May I bring you a cup of tea first?"
            because: It is the plain offer.
""",
    "rulebook.yaml": 'name: Tea house\nversion: "tea-1"\n',
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A clinic's own pack of one rule."""
    for name, text in PACK.items():
        (tmp_path / name).write_text(text.lstrip(), "utf-8")
    return tmp_path


def test_a_clinics_pack_is_added_to_the_rules_that_ship(pack: Path, planner: Planner) -> None:
    with_tea = Planner.load(pack)
    assert len(with_tea.rulebook.rules) == len(planner.rulebook.rules) + 1
    plan = with_tea.plan(LATE)
    tea = next(step for step in plan.steps if step.item == "D5")
    assert (tea.words, tea.title) == ("May I bring you a cup of tea first?", "Offer tea")
    assert [why.rule for why in tea.because] == ["clinic.kindness.room"]
    shipped_steps = [step for step in planner.plan(LATE).steps if step.item != "D5"]
    assert [step for step in plan.steps if step.item != "D5"] == shipped_steps
    assert plan.rulebook.edition != planner.plan(LATE).rulebook.edition
    assert "tea-1" in plan.rulebook.version


def test_a_pack_may_be_named_by_a_string(pack: Path) -> None:
    assert Planner.load(str(pack)).rulebook == read(pack)


def read(pack: Path) -> Rulebook:
    """The rulebook with this pack, read anew."""
    from planner.reading.shipped import SHIPPED

    return read_rulebook(SHIPPED, [pack])


def test_a_pack_that_cannot_be_read_is_refused_with_its_line(pack: Path) -> None:
    (pack / "kindness.yaml").write_text("- id: clinic.kindness.room\n  titel: Tea\n", "utf-8")
    with pytest.raises(RulebookError, match=r"kindness\.yaml:\d+"):
        Planner.load(pack)


def test_a_pack_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlannerError):
        Planner.load(tmp_path / "nowhere")
