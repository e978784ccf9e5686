"""Three validators that are not ours judge what is made: `fhir` and Medplum on Node, one in Python.

Each is shown to refuse a spoiled resource, since one that refuses nothing proves nothing.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from planner import Planner
from planner.interop.fhir import bundle, code_systems, questionnaire, response_of
from tests.support.long import times
from tests.support.npm import FOLDER, run_script
from tests.support.strategies import random_observation

Resource = dict[str, Any]
Judge = Callable[[list[Resource]], list[dict[str, list[str]]]]
MOMENT = "2026-03-04T09:30:00+01:00"


def on_node(place: Path, resources: list[Resource]) -> list[dict[str, list[str]]]:
    """What `fhir` and Medplum say of each resource: the errors alone."""
    file = place / "resources.json"
    file.write_text(json.dumps(resources), "utf-8")
    done = run_script(FOLDER / "fhir" / "validate.mjs", file)
    assert done.returncode == 0, done.stderr
    judged: list[dict[str, list[str]]] = json.loads(done.stdout)
    return judged


def in_python(resource: Resource) -> list[str]:
    """What `fhir.resources` says of a resource of R4B, whose CarePlan and forms are R4's."""
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return [str(error)]
    return []


@pytest.fixture(scope="module")
def made(planner: Planner) -> list[Resource]:
    """The form, and responses and plans of many observations; of each disposition some."""
    rulebook = planner.rulebook
    rng = random.Random(11)
    systems = code_systems(rulebook)
    found = [systems, *(entry["resource"] for entry in systems["entry"])]
    found += [questionnaire(rulebook), questionnaire(rulebook, base="https://clinic.org/fhir")]
    told = [random_observation(rng) for _ in range(times(25, 250))]
    told += [
        {"ruptures": [], "safety": {"flags": {"self_harm": "unsure"}}, "case": "", "notes": " \n"},
        {**told[0], "case": "K-114", "safety": {"flags": {"formal_complaint": "yes"}}},
    ]
    for observation in told:
        plan = planner.plan(observation)
        both = bundle(plan, recorded=MOMENT, response="QuestionnaireResponse/7")
        found += [response_of(observation, rulebook), both]
        found += [entry["resource"] for entry in both["entry"]]
    return found


def one(made: list[Resource], kind: str) -> Resource:
    """One resource of a kind, to be spoiled; of a CarePlan one with activities."""
    return next(
        copy.deepcopy(resource)
        for resource in made
        if resource["resourceType"] == kind and (kind != "CarePlan" or "activity" in resource)
    )


def first_answer(response: Resource) -> Resource:
    answer: Resource = response["item"][0]["item"][0]["answer"][0]
    return answer


ALL = {"fhir", "medplum", "python"}
SPOILED: dict[str, tuple[str, Callable[[Resource], object], set[str]]] = {
    "a form without status": ("Questionnaire", lambda it: it.pop("status"), ALL),
    "a form with a key of no meaning": ("Questionnaire", lambda it: it.update(items=[]), ALL),
    "a form with a type that is none": (
        "Questionnaire", lambda it: it["item"][0].update(type="radio"), {"fhir"},
    ),
    "a response without status": ("QuestionnaireResponse", lambda it: it.pop("status"), ALL),
    "an item without linkId": (
        "QuestionnaireResponse", lambda it: it["item"][0].pop("linkId"), ALL,
    ),
    "an answer of a type that is none": (
        "QuestionnaireResponse", lambda it: first_answer(it).update(valueCode="no"), {"python"},
    ),
    "a plan without subject": ("CarePlan", lambda it: it.pop("subject"), ALL),
    "a plan with an intent that is none": (
        "CarePlan", lambda it: it.update(intent="wish"), {"fhir"},
    ),
    "a note without text": (
        "CarePlan", lambda it: it["note"].append({"authorString": "x"}), ALL,
    ),
    "a step with a status that is none": (
        "CarePlan", lambda it: it["activity"][0]["detail"].update(status="to do"), {"fhir"},
    ),
    "origin of nothing": ("Provenance", lambda it: it.pop("target"), ALL),
    "origin at no moment": (
        "Provenance", lambda it: it.update(recorded="yesterday"), {"medplum", "python"},
    ),
    "origin in a role that is none": (
        "Provenance", lambda it: it["entity"][0].update(role="friend"), {"fhir"},
    ),
}  # fmt: skip


def spoiled(made: list[Resource], name: str) -> Resource:
    kind, spoil, _ = SPOILED[name]
    resource = one(made, kind)
    spoil(resource)
    return resource


def with_a_link_id_twice(made: list[Resource]) -> Resource:
    form = one(made, "Questionnaire")
    flags = form["item"][0]["item"]
    flags[2]["linkId"] = flags[1]["linkId"]
    return form


@pytest.fixture(scope="module")
def judged(
    made: list[Resource], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, list[str]]]]:
    """All in one run, since Node takes a second to load the definitions of R4."""
    judge = partial(on_node, tmp_path_factory.mktemp("fhir"))
    bad = [spoiled(made, name) for name in SPOILED]
    found = judge([*made, *bad, with_a_link_id_twice(made)])
    sound, rest = found[: len(made)], found[len(made) :]
    return {"made": sound, "spoiled": rest[:-1], "twice": rest[-1:]}


class TestOnNode:
    def test_what_is_made_is_valid(self, judged):
        assert len(judged["made"]) > 100
        assert [one for one in judged["made"] if one["fhir"] or one["medplum"]] == []

    @pytest.mark.parametrize("name", SPOILED)
    def test_what_is_spoiled_is_refused(self, judged, name):
        said = judged["spoiled"][list(SPOILED).index(name)]
        assert {judge for judge, errors in said.items() if errors} == SPOILED[name][2] - {"python"}

    def test_a_link_id_twice_passes_both(self, judged):
        """So `test_questionnaire` looks at it."""
        assert judged["twice"] == [{"fhir": [], "medplum": []}]


class TestInPython:
    def test_what_is_made_is_valid(self, made):
        assert [errors for one in made if (errors := in_python(one))] == []

    @pytest.mark.parametrize("name", SPOILED)
    def test_what_is_spoiled_is_refused(self, made, name):
        assert bool(in_python(spoiled(made, name))) is ("python" in SPOILED[name][2])

    def test_a_link_id_twice_passes(self, made):
        assert in_python(with_a_link_id_twice(made)) == []
