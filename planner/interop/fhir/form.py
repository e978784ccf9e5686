"""The vocabulary as a FHIR R4 Questionnaire (https://hl7.org/fhir/R4/questionnaire.html).

There is no answer for "unknown": what is not known stays without an answer. Nothing is filled in
beforehand, so that no answer is there which no person gave.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, cast

from planner.interop.fhir.asked import ASKED, GROUPS, HELP, Asked
from planner.interop.fhir.naming import HL7, KIND, SAFETY, questionnaire_url, system_of
from planner.plan.parts import CONTRACT
from planner.rulebook.rulebook import Rulebook

Resource = dict[str, Any]
Words = Mapping[str, Any]

TITLE = "Repair Planner: what was observed"
_WORDS_OF_GROUP = {"safety": SAFETY}


def questionnaire(rulebook: Rulebook, *, base: str) -> Resource:
    """The Questionnaire that asks for an observation, in the words of this rulebook.

    The same rulebook and base give it byte for byte again. ValueError where the base is no address.
    """
    return {
        "resourceType": "Questionnaire",
        "id": "repair-planner-observation",
        "url": questionnaire_url(base),
        "version": version_of(rulebook),
        "name": "RepairPlannerObservation",
        "title": TITLE,
        "status": "active",
        "subjectType": ["Patient"],
        "description": "What a therapist noticed of a rupture in the therapeutic alliance. "
        "A question without an answer is not known; the safety questions have to be answered.",
        "item": list(_items(vocabulary_of(rulebook), base)),
    }


def version_of(rulebook: Rulebook) -> str:
    """The contract's version, and after `+` a mark of the exact questions and words."""
    told = [
        (one.link_id, one.type, question(words, one), list(options(words, one)))
        for words in (vocabulary_of(rulebook),)
        for one in ASKED.values()
    ]
    return f"{CONTRACT}+{sha256(json.dumps(told).encode()).hexdigest()[:8]}"


def vocabulary_of(rulebook: Rulebook) -> Words:
    """The words of every field."""
    return cast("Words", rulebook.vocabulary["fields"])


def question(words: Words, asked: Asked) -> str:
    """What a person is asked; of a safety flag its own label."""
    entry = words.get(asked.words, {})
    if asked.words == SAFETY:
        entry = entry.get("options", {}).get(asked.name, {})
        return str(entry.get("label") or asked.name)
    return str(entry.get("question") or asked.link_id)


def options(words: Words, asked: Asked) -> Iterator[tuple[str, str]]:
    """Each code with its label."""
    entry = words.get(asked.words, {}).get("options", {})
    labels = {"no": "No", "yes": "Yes", "unsure": "Not sure"} if asked.words == SAFETY else {}
    for code in asked.codes:
        yield code, labels.get(code) or str(entry.get(code, {}).get("label") or code)


def coding(base: str, asked: Asked, code: str, label: str) -> dict[str, str]:
    """An answer as a Coding of our own code system."""
    return {"system": system_of(base, asked.system), "code": code, "display": label}


def group_text(words: Words, group: str) -> str:
    """What stands above a group."""
    if group in _WORDS_OF_GROUP:
        return str(words.get(_WORDS_OF_GROUP[group], {}).get("question") or group)
    option = words.get(KIND, {}).get("options", {}).get(group, {})
    return str(option.get("label") or "What else is known")


def _items(words: Words, base: str) -> Iterator[Resource]:
    """The top items in order: the groups stand where the first of their questions does."""
    done: set[str] = set()
    for asked in ASKED.values():
        if not asked.group:
            yield _item(words, asked, base)
        elif asked.group not in done:
            done.add(asked.group)
            yield _group(words, asked.group, base)


def _group(words: Words, group: str, base: str) -> Resource:
    """A group with its questions; that of a kind is asked only where the kind was chosen."""
    members = [_item(words, one, base) for one in ASKED.values() if one.group == group]
    hint = words.get(_WORDS_OF_GROUP.get(group, ""), {}).get("hint")
    made: Resource = {"linkId": group, "text": group_text(words, group), "type": "group"}
    if group == "safety":
        made["required"] = True
    elif group != GROUPS[-1]:
        made["enableWhen"] = [_chosen(base, ASKED[KIND], group)]
    return made | {"item": [*_help(group, hint), *members]}


def _item(words: Words, asked: Asked, base: str) -> Resource:
    """One question with what may be answered."""
    made: Resource = {
        **_extensions(asked),
        "linkId": asked.link_id,
        "text": question(words, asked),
        "type": asked.type,
    }
    if asked.link_id == "lateness.own_occurrences":  # the contract takes it beside this alone
        made["enableWhen"] = [_chosen(base, ASKED["lateness.who"], "both")]
    made |= {"required": asked.required, "repeats": asked.several}
    if asked.longest:
        made["maxLength"] = asked.longest
    if asked.codes:
        offered = options(words, asked)
        made["answerOption"] = [
            {"valueCoding": coding(base, asked, code, label)} for code, label in offered
        ]
    hint = _hint(words, asked)
    return made | ({"item": list(_help(asked.link_id, hint))} if hint else {})


def _hint(words: Words, asked: Asked) -> str | None:
    """What helps to answer; None where nothing is needed."""
    entry: Words = words.get(asked.words, {})
    if asked.words == SAFETY:
        entry = entry.get("options", {}).get(asked.name, {})
    return entry.get("hint")


def _help(link_id: str, hint: str | None) -> Iterator[Resource]:
    """A hint as a display item, which forms show beside the question."""
    if hint:
        yield {
            "extension": [_control("help")],
            "linkId": f"{link_id}{HELP}",
            "text": hint,
            "type": "display",
        }


def _chosen(base: str, asked: Asked, code: str) -> Resource:
    """The condition that a question has this answer, alone or among others."""
    answer = {"system": system_of(base, asked.system), "code": code}
    return {"question": asked.link_id, "operator": "=", "answerCoding": answer}


def _extensions(asked: Asked) -> Resource:
    """How a question is shown, and the bounds of a number."""
    made: list[Resource] = []
    if asked.codes:
        made.append(_control(_shown(asked)))
    for name, bound in (("minValue", asked.low), ("maxValue", asked.high)):
        if bound is not None:
            made.append({"url": f"{HL7}/StructureDefinition/{name}", "valueInteger": bound})
    return {"extension": made} if made else {}


def _shown(asked: Asked) -> str:
    """How a choice is shown: a radio button cannot be unchosen, and would end an "unknown"."""
    if asked.several:
        return "check-box"
    return "radio-button" if asked.required else "drop-down"


def _control(code: str) -> Resource:
    """How forms are told to show an item."""
    told = {"system": f"{HL7}/questionnaire-item-control", "code": code}
    url = f"{HL7}/StructureDefinition/questionnaire-itemControl"
    return {"url": url, "valueCodeableConcept": {"coding": [told]}}
