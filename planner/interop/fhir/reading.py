"""A FHIR R4 QuestionnaireResponse read into an observation, or refused with every problem.

It is read only if every safety question is answered, whatever its `status`: forms write
`completed` on empty ones. A question without an answer is unknown, and never "no".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from planner.contract import likeness
from planner.contract.observation import Observation
from planner.contract.values import FLAGS, KINDS
from planner.errors import FieldProblem, ObservationError, ResponseError, first_of, printable, shown
from planner.interop.fhir.asked import ASKED, Asked
from planner.interop.fhir.form import version_of
from planner.interop.fhir.naming import (
    BLANK_TEXT,
    KIND,
    SAFETY,
    extension_url,
    is_blank,
    questionnaire_url,
    system_of,
)
from planner.interop.fhir.plans import without_name
from planner.interop.fhir.walking import Walked, walked
from planner.rulebook.rulebook import Rulebook

_IN_DOUBT = ("in-progress", "entered-in-error", "stopped")
_RUPTURE = re.compile(r"ruptures\[(\d+)\]\.?(.*)")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_UNANSWERED = "This safety question has no answer; a person has to answer no, yes or unsure."


class Read(NamedTuple):
    """What was read: the observation in the contract's shape, and what a reader should know."""

    observation: dict[str, Any]
    notes: tuple[str, ...]


def observation_of(response: object, rulebook: Rulebook, *, base: str) -> Read:
    """The observation that a response tells, with every default filled in and every order fixed.

    Raises ResponseError with every problem at once, each naming the linkId; its `unanswered` has
    the safety flags without an answer that can be read. ValueError where the base is no address.
    """
    if not isinstance(response, Mapping):
        message = f"A response is a mapping, not {shown(response)}."
        raise ResponseError([FieldProblem("", response, message)], FLAGS)
    kind = response.get("resourceType")
    if kind != "QuestionnaireResponse":
        message = f"This has to be a QuestionnaireResponse; its resourceType is {shown(kind)}."
        raise ResponseError([FieldProblem("resourceType", kind, message)], FLAGS)
    problems = [*_heading(response, rulebook, base)]
    found = walked(response)
    given = dict(_read(found, base))
    unanswered = tuple(flag for flag in FLAGS if f"{SAFETY}.{flag}" not in given)
    told = {problem.field for problem in found.problems}
    found.problems += [
        FieldProblem(name, None, _UNANSWERED)
        for flag in unanswered
        if (name := f"{SAFETY}.{flag}") not in told
    ]
    kinds: Sequence[str] = [kind for kind in KINDS if kind in given.get(KIND, ())]
    if KIND not in told:
        found.problems += _not_asked(given, kinds)
    observation, contract = _observation(given, kinds)
    told = {problem.field for problem in found.problems}
    problems += found.problems
    problems += [problem for problem in contract if problem.field not in told]
    if problems or observation is None:
        raise ResponseError(first_of(problems), unanswered)
    return Read(observation.as_dict(), tuple(_notes(response, rulebook, given, observation)))


def subject_of(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """Whom a response says that it is about, without a name; None where that says nothing.

    A reference that leads nowhere from another resource, such as #1, is not taken.
    """
    told = response.get("subject")
    whole = dict(told) if isinstance(told, Mapping) else {}
    for one in (whole, {key: whole[key] for key in whole if key != "reference"}):
        with suppress(ValueError):
            return without_name(one)
    return None


def reference_of(response: Mapping[str, Any]) -> str | None:
    """How other resources refer to a response; None where it has no id."""
    own = response.get("id")
    fits = isinstance(own, str) and _ID.fullmatch(own)
    return f"QuestionnaireResponse/{own}" if fits else None


def _heading(response: Mapping[str, Any], rulebook: Rulebook, base: str) -> Iterator[FieldProblem]:
    """Which questionnaire it answers, where it says so."""
    named = response.get("questionnaire")
    if named is None:
        return
    url, _, version = named.partition("|") if isinstance(named, str) else ("", "", "")
    if url != questionnaire_url(base):
        message = (
            f"This answers {shown(named)}, and not {questionnaire_url(base)}; where only the "
            "beginning is another, name it as the base."
        )
        yield FieldProblem("questionnaire", named, message)
    elif version and _contract(version) != _contract(version_of(rulebook)):
        message = (
            f"This answers version {shown(version)} of the questionnaire; the one here is "
            f"{version_of(rulebook)}. Answer that one."
        )
        yield FieldProblem("questionnaire", named, message)


def _contract(version: str) -> str:
    """The part of a version that says what is asked, without the mark of the words."""
    return version.partition("+")[0]


def _read(found: Walked, base: str) -> Iterator[tuple[str, list[Any]]]:
    """Each question that was answered, with the contract's values; what is no value is told."""
    for link_id, answers in found.answers.items():
        asked = ASKED[link_id]
        if len(answers) > 1 and not asked.several:
            found.note(link_id, None, f"This has {len(answers)} answers; it takes one.")
            continue
        values = [_value(asked, answer, base) for answer in answers]
        wrong = [value for value in values if isinstance(value, FieldProblem)]
        found.problems += wrong
        if not wrong:
            yield link_id, values


def _value(asked: Asked, answer: Mapping[str, Any], base: str) -> Any:
    """The contract's value of an answer, or the problem with it."""
    key = {"choice": "valueCoding", "integer": "valueInteger"}.get(asked.type, "valueString")
    given = {name for name in answers_in(answer) if name.lstrip("_") != key}
    if given:
        message = f"This is answered with {key}, not {', '.join(map(printable, sorted(given)))}."
        return FieldProblem(asked.link_id, min(given), message)
    if asked.type == "choice":
        return _code(asked, answer.get(key), base)
    value = answer.get(key)
    if value is None and asked.type != "integer":
        value = _blank(answer.get(f"_{key}"), base)
    if asked.type == "integer" and type(value) is float and value.is_integer():
        return int(value)
    wanted = int if asked.type == "integer" else str
    if type(value) is not wanted:
        kind = "a whole number" if wanted is int else "text"
        message = f"{key} is {kind}, not {shown(value)}."
        return FieldProblem(asked.link_id, value, message)
    return value


def answers_in(answer: Mapping[str, Any]) -> list[str]:
    """The keys of an answer that carry a value."""
    return [str(key) for key in answer if str(key).lstrip("_").startswith("value")]


def _blank(beside: object, base: str) -> str | None:
    """A text that was given and is blank, in JSON beside the value; None where there is none."""
    extensions = beside.get("extension") if isinstance(beside, Mapping) else None
    url = extension_url(base, BLANK_TEXT)
    for one in extensions if isinstance(extensions, list | tuple) else ():
        if isinstance(one, Mapping) and one.get("url") == url:
            with suppress(ValueError, TypeError, RecursionError):
                text = json.loads(one.get("valueString") or "")
                return text if isinstance(text, str) and is_blank(text) else None
    return None


def _code(asked: Asked, coding: object, base: str) -> Any:
    """The code of a Coding that the question offers, or the problem with it."""
    if not isinstance(coding, Mapping):
        message = f"valueCoding is a mapping with system and code, not {shown(coding)}."
        return FieldProblem(asked.link_id, coding, message)
    code, system = coding.get("code"), coding.get("system")
    if not (isinstance(code, str) and code in asked.codes):
        offered = f"{shown(code)} is no answer here: {', '.join(asked.codes)}."
        if asked.words == SAFETY:
            return FieldProblem(asked.link_id, code, offered)
        if likeness.says_nothing(code):
            offered += " What is not known is left without an answer."
        return FieldProblem(asked.link_id, code, offered, likeness.nearest(code, asked.codes))
    wanted = system_of(base, asked.system)
    if system != wanted:
        message = f"The code {code} is of the system {wanted}, not {shown(system)}."
        return FieldProblem(asked.link_id, system, message)
    return code


def _not_asked(given: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[FieldProblem]:
    """Answers in the group of a kind that was not chosen: they are told and never dropped."""
    for link_id in given:
        rupture = ASKED[link_id].rupture
        if rupture and rupture not in kinds:
            message = f"This is asked where `kind` has {rupture}; choose it, or take this out."
            yield FieldProblem(link_id, None, message)


def _observation(
    given: Mapping[str, list[Any]], kinds: Sequence[str]
) -> tuple[Observation | None, list[FieldProblem]]:
    """What was answered as an observation, or the contract's own problems by their linkIds."""
    names = {flag: f"{SAFETY}.{flag}" for flag in FLAGS}
    flags = {flag: given[name][0] for flag, name in names.items() if name in given}
    told: dict[str, Any] = {
        "ruptures": [{"kind": kind, **_part(given, kind)} for kind in kinds],
        "context": _part(given, "context"),
        "safety": {"flags": {flag: raised for flag, raised in flags.items() if raised != "no"}},
        **{name: given[name][0] for name in ("case", "session", "notes") if name in given},
    }
    try:
        return Observation.read(told), []
    except ObservationError as error:
        return None, [_at_link_id(problem, kinds) for problem in error.problems]


def _part(given: Mapping[str, list[Any]], group: str) -> dict[str, Any]:
    """The answers of one group by the contract's keys."""
    return {
        asked.name: values if asked.several else values[0]
        for link_id, values in given.items()
        if (asked := ASKED[link_id]).group == group
    }


def _at_link_id(problem: FieldProblem, kinds: Sequence[str]) -> FieldProblem:
    """A problem of the contract's at the question where it is mended."""
    place = problem.field
    rupture = _RUPTURE.fullmatch(place)
    if rupture:
        place = f"{kinds[int(rupture[1])]}.{rupture[2]}"
    elif place == "ruptures":
        place = KIND
    return FieldProblem(place, problem.value, problem.message, problem.nearest)


def _notes(
    response: Mapping[str, Any], rulebook: Rulebook, given: Mapping[str, Any], told: Observation
) -> Iterator[str]:
    """What a reader should know of how this was read."""
    status = response.get("status")
    if status in _IN_DOUBT:
        yield f"status is {status}; the answers were read all the same."
    named = response.get("questionnaire")
    if named is None:
        yield "questionnaire: the response names none; its linkIds and codes are the form's."
    elif "|" in named and not named.endswith(f"|{version_of(rulebook)}"):
        yield f"questionnaire: the form had other words than {version_of(rulebook)} has."
    happened = told.context.happened
    for rupture in told.ruptures:
        name = f"{rupture.kind}.happened"
        if happened != "unknown" and name not in given:
            yield f"{name} has no answer; it was read as context.happened, {happened}."
