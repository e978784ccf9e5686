"""Every code that the form offers and that plans use is told by a code system of its own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from planner import Planner
from planner.interop.fhir import care_plan, code_systems, questionnaire
from tests.support.strategies import random_observation


def codings(told: Any) -> Iterator[tuple[str, str, str]]:
    """Every coding of our own in a resource, wherever it stands."""
    if isinstance(told, dict):
        if "system" in told and "code" in told and "/CodeSystem/" in told["system"]:
            yield told["system"], told["code"], told.get("display", "")
        for inner in told.values():
            yield from codings(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from codings(inner)


@pytest.fixture(scope="module")
def systems(planner: Planner) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in code_systems(planner.rulebook)["entry"]]


def test_every_code_of_form_and_plans_is_told(planner, systems):
    known = {
        (one["url"], concept["code"], concept["display"])
        for one in systems
        for concept in one["concept"]
    }
    rng = random.Random(1)
    plans = [care_plan(planner.plan(random_observation(rng))) for _ in range(30)]
    used = set(codings([questionnaire(planner.rulebook), plans]))
    shown = {one for one in used if one[2]}
    assert len(shown) > 200
    assert shown <= known
    assert {one[:2] for one in used} <= {one[:2] for one in known}


def test_no_code_means_unknown(systems):
    for one in systems:
        assert "unknown" not in {concept["code"] for concept in one["concept"]}


def test_each_is_named_once_and_below_the_base(planner, systems):
    for key in ("id", "url", "name"):
        assert len({one[key] for one in systems}) == len(systems)
    own = code_systems(planner.rulebook, base="https://clinic.org/fhir")
    assert "repair-planner.example" not in json.dumps(own)
    for entry in own["entry"]:
        one = entry["resource"]
        assert entry["fullUrl"] == one["url"]
        assert one["url"] == f"https://clinic.org/fhir/CodeSystem/{one['id']}"
