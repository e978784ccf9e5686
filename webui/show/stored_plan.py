"""A stored observation as a person reads it, and as the beginning of a new one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.contract.fields import FIELDS
from planner.plan.parts import Because
from webui.database.refusals import as_stored
from webui.form.refilling import pairs_of
from webui.words.vocabulary import Vocabulary

SAFETY = "safety.flags"
ORDINARY = ("lateness.form", "late")
"""What nobody has to say: that a session which began late took place."""
CARRIED_ON = (
    "phase",
    "setting",
    "history",
    "reactant",
    "culture_power",
    "outside_pattern",
    "pattern_named_by_client",
)
"""What is likely to be so the next time as well; the rest is asked anew."""
REPAIRED = {"eased": "helped", "unchanged": "no_change", "harder": "worsened"}
"""How an outcome landed, as `context.earlier_repair` says it; what is unclear stays unknown."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the field's short name and what was said."""

    short: str
    value: str


def rows(
    observation: Mapping[str, Any], words: Vocabulary, *, without: Collection[str] = ()
) -> list[Answer]:
    """What was answered, safety first; what was left open, or is not to be shown, is left out."""
    found = [Answer(words.short(SAFETY), words.flags(observation["safety"]["flags"]))]
    found += [
        Answer(words.short(name), words.labels(name, value))
        for name, value in _told(observation)
        if name not in without
    ]
    for name in ("case", "session"):
        if observation.get(name) is not None:
            found.append(Answer(words.short(name), str(observation[name])))
    return found


def reasoned(node: Any) -> Any:
    """A stored plan whose reasons are the planner's own type again, as the pages show them.

    Raises Broken where they cannot be read back.
    """
    if isinstance(node, list):
        return [reasoned(one) for one in node]
    if not isinstance(node, dict):
        return node
    with as_stored():
        return {
            key: tuple(Because(**one) for one in value) if key == "because" else reasoned(value)
            for key, value in node.items()
        }


def begun(observation: Mapping[str, Any]) -> Pairs:
    """The form's pairs for a new observation of the same case: only what is likely to stay so."""
    pairs = [("case", observation["case"])] if observation.get("case") else []
    if observation.get("session"):
        pairs.append(("session", str(observation["session"] + 1)))
    context = {name: observation["context"].get(name) for name in CARRIED_ON}
    return [*pairs, *pairs_of({"context": context})]


def continued(
    observation: Mapping[str, Any], items: Iterable[str], landed: str, *, tried: bool
) -> Pairs:
    """The pairs for the same rupture after a try: what was said already, and whether it helped.

    What may be other by now (signs, feelings, when it happened) is asked anew; safety always is.
    """
    same = [{**rupture, "happened": None} for rupture in observation["ruptures"]]
    pairs = [*begun(observation), *pairs_of({"ruptures": same})]
    pairs += [("context.earlier_items", item) for item in dict.fromkeys(items)]
    repair = REPAIRED.get(landed, "") if tried else "not_tried"
    return [*pairs, ("context.earlier_repair", repair)] if repair else pairs


def _told(observation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every field that was answered, in the order of the contract."""
    ruptures = {one["kind"]: one for one in observation["ruptures"]}
    yield "kind", list(ruptures)
    for name, field in FIELDS.items():
        part, _dot, key = name.partition(".")
        value = (observation["context"] if part == "context" else ruptures.get(part, {})).get(key)
        if (name, value) == ORDINARY:
            continue
        if value not in (None, "", [], "unknown") and (part in ruptures or field.rupture is None):
            yield name, value
