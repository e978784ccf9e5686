"""A stored observation as a person reads it, and as the beginning of a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.contract.fields import FIELDS
from planner.plan.parts import Because
from webui.words.vocabulary import Vocabulary

SAFETY = "safety.flags"
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


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the field's short name and what was said."""

    short: str
    value: str


def rows(observation: Mapping[str, Any], words: Vocabulary) -> list[Answer]:
    """What was answered, safety first; what was left open is left out."""
    flags = observation["safety"]["flags"]
    said = "; ".join(
        words.label(SAFETY, flag) + (" (not sure)" if state == "unsure" else "")
        for flag, state in flags.items()
    )
    found = [Answer(words.short(SAFETY), said or words.pages["safety_none"])]
    found += [
        Answer(words.short(name), words.labels(name, value)) for name, value in _told(observation)
    ]
    for name in ("case", "session"):
        if observation.get(name) is not None:
            found.append(Answer(words.short(name), str(observation[name])))
    return found


def reasoned(node: Any) -> Any:
    """A stored plan whose reasons are the planner's own type again, as the pages show them."""
    if isinstance(node, list):
        return [reasoned(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: tuple(Because(**one) for one in value) if key == "because" else reasoned(value)
        for key, value in node.items()
    }


def begun(observation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The form's pairs for a new observation of the same case: only what is likely to stay so."""
    pairs = [("case", observation["case"])] if observation.get("case") else []
    if observation.get("session"):
        pairs.append(("session", str(observation["session"] + 1)))
    for name in CARRIED_ON:
        value = observation["context"].get(name)
        values = value if isinstance(value, list) else [value]
        pairs += [(f"context.{name}", one) for one in values if one not in (None, "unknown")]
    return pairs


def _told(observation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every field that was answered, in the order of the contract."""
    ruptures = {one["kind"]: one for one in observation["ruptures"]}
    yield "kind", list(ruptures)
    for name, field in FIELDS.items():
        part, _dot, key = name.partition(".")
        value = (observation["context"] if part == "context" else ruptures.get(part, {})).get(key)
        if value not in (None, "", [], "unknown") and (part in ruptures or field.rupture is None):
            yield name, value
