"""An observation as a FHIR R4 QuestionnaireResponse: what is known is answered, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from planner.contract.observation import Observation
from planner.contract.values import FLAGS
from planner.interop.fhir.asked import ASKED, GROUPS, Asked
from planner.interop.fhir.form import (
    Resource,
    Words,
    coding,
    group_text,
    options,
    question,
    version_of,
    vocabulary_of,
)
from planner.interop.fhir.naming import (
    BLANK_TEXT,
    KIND,
    SAFETY,
    extension_url,
    is_blank,
    questionnaire_url,
)
from planner.rulebook.rulebook import Rulebook


def response_of(
    observation: Observation | Mapping[str, Any], rulebook: Rulebook, *, base: str
) -> Resource:
    """The answers that a person would have given for this observation, completed.

    Every safety question is answered: an observation says of each flag whether it was raised.
    Raises ObservationError where it is no observation, ValueError where the base is no address.
    """
    told = Observation.read(observation).as_dict()
    words = vocabulary_of(rulebook)
    given = dict(_given(told))
    items = (_grouped(words, base, given, one) for one in _places())
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{questionnaire_url(base)}|{version_of(rulebook)}",
        "status": "completed",
        "item": [item for item in items if item],
    }


def _given(told: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Each linkId with its answers; what is not known has none."""
    flags = told["safety"]["flags"]
    for flag in FLAGS:
        yield f"{SAFETY}.{flag}", [flags.get(flag, "no")]
    yield KIND, [rupture["kind"] for rupture in told["ruptures"]]
    parts = {rupture["kind"]: rupture for rupture in told["ruptures"]}
    parts["context"] = told["context"]
    for part, answers in parts.items():
        for name, answer in answers.items():
            if name != KIND and answer != "unknown" and answer is not None:
                yield f"{part}.{name}", answer if isinstance(answer, list) else [answer]
    for name, nothing in (("case", None), ("session", None), ("notes", "")):
        if told[name] != nothing:
            yield name, [told[name]]


def _places() -> Iterator[str]:
    """What stands at the top, in the questionnaire's order: groups, and questions outside them."""
    yield from dict.fromkeys(asked.group or asked.link_id for asked in ASKED.values())


def _grouped(words: Words, base: str, given: Mapping[str, list[Any]], place: str) -> Resource:
    """A group with its answered questions, or one question; empty where nothing is answered."""
    if place not in GROUPS:
        return _item(words, base, ASKED[place], given)
    members = (_item(words, base, one, given) for one in ASKED.values() if one.group == place)
    items = [item for item in members if item]
    return {"linkId": place, "text": group_text(words, place), "item": items} if items else {}


def _item(words: Words, base: str, asked: Asked, given: Mapping[str, list[Any]]) -> Resource:
    """A question with its answers; empty where there are none."""
    answers = given.get(asked.link_id)
    if not answers:
        return {}
    labels = dict(options(words, asked))
    return {
        "linkId": asked.link_id,
        "text": question(words, asked),
        "answer": [_answer(base, asked, answer, labels) for answer in answers],
    }


def _answer(base: str, asked: Asked, answer: Any, labels: Mapping[str, str]) -> Resource:
    """One answer in the type that the question asks for."""
    if asked.codes:
        return {"valueCoding": coding(base, asked, answer, labels[answer])}
    if asked.type == "integer":
        return {"valueInteger": answer}
    if is_blank(answer):
        blank = {"url": extension_url(base, BLANK_TEXT), "valueString": json.dumps(answer)}
        return {"_valueString": {"extension": [blank]}}
    return {"valueString": answer}
