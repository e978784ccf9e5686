"""Observation -> response -> observation is the identity, but for one thing without a place."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings

from planner import Observation, Planner
from planner.interop.fhir import observation_of, response_of
from tests.support.long import times
from tests.support.strategies import observations, random_observation

PLANNER = Planner()
RULEBOOK = PLANNER.rulebook


def with_the_contexts_time(told: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What is to be read: a rupture's own unknown time beside a known one has no place."""
    happened = told["context"]["happened"]
    without = [rupture for rupture in told["ruptures"] if rupture["happened"] == "unknown"]
    if happened == "unknown":
        return told, []
    for rupture in without:
        rupture["happened"] = happened
    return told, [
        f"{rupture['kind']}.happened has no answer; it was read as context.happened, {happened}."
        for rupture in without
    ]


def assert_same(observation: dict[str, Any]) -> bool:
    """Whether it came back whole; else the one thing is read as the context's, and said so."""
    told = Observation.read(observation).as_dict()
    sent = json.loads(json.dumps(response_of(observation, RULEBOOK)))
    read = observation_of(sent, RULEBOOK)
    expected, notes = with_the_contexts_time(told)
    assert read.observation == expected
    assert list(read.notes) == notes
    return not notes


def test_random_observations_come_back():
    rng = random.Random(13)
    count = times(200, 2000)
    whole = sum(assert_same(random_observation(rng)) for _ in range(count))
    assert 0 < whole < count  # both ways were tried


@settings(max_examples=times(40, 500))
@given(observations())
def test_every_observation_comes_back_with_what_was_typed(observation):
    assert_same(observation)


@pytest.mark.parametrize("blank", ["", " ", "\ufeff", "\u00a0 "])
def test_a_text_that_is_given_and_blank_comes_back(blank):
    """FHIR has no empty string; without its extension "" would read as no case at all."""
    late = {"kind": "lateness", "who": "client"}
    told = {"case": blank, "ruptures": [late], "safety": {"flags": {}}}
    assert assert_same(told)
    (answer,) = response_of(told, RULEBOOK)["item"][-1]["answer"]
    assert "valueString" not in answer


def test_danger_alone_comes_back():
    assert assert_same({"ruptures": [], "safety": {"flags": {"acute_state": "unsure"}}})


def test_the_same_plan_is_made_of_what_came_back():
    rng = random.Random(7)
    for _ in range(20):
        observation = random_observation(rng)
        told, _ = with_the_contexts_time(Observation.read(observation).as_dict())
        read = observation_of(response_of(observation, RULEBOOK), RULEBOOK)
        assert PLANNER.plan(read.observation).to_json() == PLANNER.plan(told).to_json()


def test_the_response_is_the_same_for_the_same_observation():
    observation = random_observation(random.Random(3))
    first, second = (json.dumps(response_of(observation, RULEBOOK)) for _ in range(2))
    assert first == second
    settled = Observation.read(observation).as_dict()
    assert json.dumps(response_of(settled, RULEBOOK)) == first
