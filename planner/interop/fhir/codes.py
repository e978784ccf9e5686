"""The code systems of the form and of plans, for a server that looks every code up.

The form and a plan name their codes by system; these resources say what each code means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.interop.fhir.asked import ASKED, Asked
from planner.interop.fhir.form import Resource, Words, options, question, version_of, vocabulary_of
from planner.interop.fhir.naming import SAFETY, code_system_id, system_of
from planner.interop.fhir.plans import CATEGORY
from planner.rulebook.rulebook import STEP_ITEMS, Rulebook

Concept = dict[str, str]


def code_systems(rulebook: Rulebook, *, base: str) -> Resource:
    """Every code system in one Bundle of the type collection; ValueError as of `questionnaire`."""
    made = [
        _system(name, title, concepts, rulebook, base)
        for name, title, concepts in _all(vocabulary_of(rulebook), rulebook)
    ]
    entries = [{"fullUrl": one["url"], "resource": one} for one in made]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _all(words: Words, rulebook: Rulebook) -> Iterator[tuple[str, str, list[Concept]]]:
    """Each system once: its name, what it is about, its codes."""
    done: set[str] = set()
    for asked in ASKED.values():
        if asked.codes and asked.system not in done:
            done.add(asked.system)
            title = "An answer about safety" if asked.words == SAFETY else question(words, asked)
            yield asked.system, title, list(_concepts(words, asked))
    titles = {key: one.title for key, one in rulebook.wording.items()}
    items = [{"code": key, "display": titles.get(key, key)} for key in STEP_ITEMS]
    yield "handout-item", "An item of the handout that may be a step", items
    code, label = CATEGORY
    yield "plan-category", "What a plan is for", [{"code": code, "display": label}]


def _concepts(words: Words, asked: Asked) -> Iterator[Concept]:
    """Each code with its label, and with its hint as its definition."""
    hints: Mapping[str, Any] = words.get(asked.words, {}).get("options", {})
    for code, label in options(words, asked):
        hint = hints.get(code, {}).get("hint")
        yield {"code": code, "display": label, **({"definition": hint} if hint else {})}


def _system(
    name: str, title: str, concepts: list[Concept], rulebook: Rulebook, base: str
) -> Resource:
    return {
        "resourceType": "CodeSystem",
        "id": code_system_id(name),
        "url": system_of(base, name),
        "version": version_of(rulebook),
        "name": "".join(part.title() for part in code_system_id(name).split("-")),
        "title": title,
        "status": "active",
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }
