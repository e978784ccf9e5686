"""The items of a QuestionnaireResponse, wherever they are nested, and what is wrong with them.

Items stand in items and in answers; the linkId alone says which question is meant. Whatever is
not understood is told: an answer that is passed over would read as "unknown".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.contract import likeness
from planner.errors import MOST_PROBLEMS, FieldProblem, printable, shown
from planner.interop.fhir.asked import ASKED, GROUPS, HELP

DEEPEST = 12
"""Levels of items within items; the form itself has two."""
MOST_ITEMS = 1000

_ITEM = frozenset(("linkId", "definition", "text", "answer", "item", "id", "extension"))
_ANSWER = frozenset(("item", "id", "extension"))
_LINK_IDS = (*ASKED, *GROUPS)
_MODIFIER = (
    "modifierExtension changes what an answer means, and none is understood here, so the response "
    "cannot be read with it."
)

Answers = list[Mapping[str, Any]]


@dataclass(slots=True)
class Walked:
    """The answers by linkId, as they were given, with every problem met on the way."""

    answers: dict[str, Answers] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    items: int = 0

    def note(self, place: str, value: object, message: str, nearest: str | None = None) -> None:
        """Note a problem at a linkId; one more than are told is enough of them."""
        if len(self.problems) <= MOST_PROBLEMS:
            self.problems.append(FieldProblem(place, value, message, nearest))


def walked(response: Mapping[str, Any]) -> Walked:
    """Go through all items of a response."""
    found = Walked()
    for key in ("modifierExtension", "implicitRules"):
        if key in response:
            found.note(key, response[key], _MODIFIER.replace("modifierExtension", key))
    _items(found, response.get("item"), "", 0)
    return found


def _items(found: Walked, items: object, place: str, depth: int) -> None:
    """Go through a list of items; one that was left out is empty."""
    if items is None:
        return
    if not isinstance(items, list | tuple):
        found.note(place or "item", items, f"`item` is a list in [ ], not {shown(items)}.")
        return
    if depth >= DEEPEST:
        found.note(place, None, f"Items are nested more than {DEEPEST} levels deep.")
        return
    for item in items:
        found.items += 1
        if found.items > MOST_ITEMS:
            if found.items == MOST_ITEMS + 1:
                found.note(place or "item", None, f"There are more than {MOST_ITEMS:,} items.")
            return
        _item(found, item, place, depth)


def _item(found: Walked, item: object, place: str, depth: int) -> None:
    """Go through one item: what it is called, its answers, and what stands below it."""
    if not isinstance(item, Mapping):
        found.note(place or "item", item, f"An item is a mapping, not {shown(item)}.")
        return
    link_id = item.get("linkId")
    if not isinstance(link_id, str):
        message = (
            f"An item needs its `linkId`, such as {next(iter(ASKED))}; this is {shown(link_id)}."
        )
        found.note(place or "item", link_id, message)
        return
    where = printable(link_id)
    _only(found, item, _ITEM, where)
    _answers(found, item.get("answer"), link_id, depth)
    _items(found, item.get("item"), where, depth + 1)


def _only(found: Walked, given: Mapping[Any, Any], known: frozenset[str], where: str) -> None:
    """Tell keys that FHIR has not there; `_text` and such carry what is said about a key."""
    for key in given:
        plain = key.removeprefix("_") if isinstance(key, str) else key
        if plain == "modifierExtension":
            found.note(where, given[key], _MODIFIER)
        elif plain not in known and not (known is _ANSWER and str(plain).startswith("value")):
            found.note(where, shown(key), f"{shown(key)} is no key of FHIR's here.")


def _answers(found: Walked, answers: object, link_id: str, depth: int) -> None:
    """Keep the answers of a question, and go through the items that are nested in them."""
    where = printable(link_id)
    if not _known(link_id):
        message = (
            f"The questionnaire has no {shown(link_id)}.{likeness.did_you_mean(link_id, _LINK_IDS)}"
        )
        found.note(where, link_id, message, likeness.nearest(link_id, _LINK_IDS))
    if answers is None:
        return
    if not isinstance(answers, list | tuple):
        found.note(where, answers, f"`answer` is a list in [ ], not {shown(answers)}.")
        return
    kept: Answers = []
    for answer in answers:
        if not isinstance(answer, Mapping):
            found.note(where, answer, f"An answer is a mapping, not {shown(answer)}.")
            continue
        _only(found, answer, _ANSWER, where)
        _items(found, answer.get("item"), where, depth + 1)
        if any(str(key).lstrip("_").startswith("value") for key in answer):
            kept.append(answer)
    if kept:
        _keep(found, link_id, kept)


def _keep(found: Walked, link_id: str, answers: Answers) -> None:
    """Keep what was answered; the same question twice is told, since one would win unseen."""
    if link_id not in ASKED:
        if _known(link_id):
            found.note(link_id, None, "This is no question and has no answer of its own.")
    elif link_id in found.answers:
        found.note(link_id, None, "This is answered in two places; keep the one that is meant.")
    else:
        found.answers[link_id] = answers


def _known(link_id: str) -> bool:
    """Whether the form has this linkId: a question, a group, or the help beside one of them."""
    return link_id.removesuffix(HELP) in _LINK_IDS
