"""The schemas of what an assistant hands over, with every question in the vocabulary's words.

Each stands in one piece, without `$ref`, since it becomes a part of a tool's own schema.
"""

from __future__ import annotations

from typing import Any

from planner.contract.ruptures import RUPTURES
from planner.contract.schema import observation_schema
from planner.contract.values import FLAGS
from planner.interop.mcp.asked import Served
from planner.interop.mcp.told import LONGEST_NARRATIVE, MOST_ANSWERS

_KINDS = {model.__name__: kind for kind, model in RUPTURES.items()}
_FOR_PROGRAMS = ("title", "discriminator")
"""What a reader of the schema needs not: names of classes, and what generated code goes by."""


def without_safety(at_hand: Served) -> dict[str, Any]:
    """The contract's observation but for `safety`, which is the person's to answer."""
    schema = observation_schema()
    parts = schema.pop("$defs")
    schema.pop("$schema")
    schema["properties"].pop("safety")
    schema["required"].remove("safety")
    schema.pop("anyOf", None)  # what may be left out where a flag stops: said by `ruptures`
    schema["properties"]["ruptures"].pop("allOf", None)
    for name, part in parts.items():
        _tell(at_hand, _KINDS.get(name, "context"), part)
    whole: dict[str, Any] = _in_one_piece(schema, parts)
    ruptures = whole["properties"]["ruptures"]
    ruptures["description"] = "What happened: at most one entry of each kind."
    whole["description"] = "An observation without `safety`. Leave out whatever nobody said."
    return whole


def raised_flags(at_hand: Served) -> dict[str, Any]:
    """Flags that the assistant thinks of; it can raise and never clear."""
    options = at_hand.words("safety.flags")["options"]
    told = "; ".join(f"{flag}: {options.get(flag, {}).get('label', flag)}" for flag in FLAGS)
    return {
        "type": "array",
        "items": {"type": "string", "enum": list(FLAGS)},
        "default": [],
        "description": f"Flags to raise; each counts at least as unsure. {told}",
    }


def safety_answers(at_hand: Served) -> dict[str, Any]:
    """The person's own answers, each of them, where they are relayed."""
    options = at_hand.words("safety.flags")["options"]
    answers = {
        flag: {
            "type": "string",
            "enum": ["no", "yes", "unsure"],
            "description": options.get(flag, {}).get("label", flag),
        }
        for flag in FLAGS
    }
    return {
        "type": "object",
        "properties": answers,
        "required": list(FLAGS),
        "additionalProperties": False,
        "description": "What the person answered to each safety question, in their own words.",
    }


def told_answers() -> dict[str, Any]:
    """What an assistant took from a narrative."""
    texts = {"type": "array", "items": {"type": "string"}}
    value = {
        "anyOf": [{"type": "string"}, {"type": "integer"}, texts],
        "description": "One of the field's values; of a field that takes several, a list of them.",
    }
    properties = {
        "field": {"type": "string", "description": "Such as lateness.who, context.phase or kind."},
        "value": value,
        "quote": {"type": "string", "description": "The narrative's own words that say so."},
    }
    required = ["field", "value", "quote"]
    item = {"type": "object", "properties": properties, "required": required}
    return {"type": "array", "items": item, "maxItems": MOST_ANSWERS}


def narrative() -> dict[str, Any]:
    """What the person said."""
    told = "What the person said, word for word, without names."
    return {"type": "string", "maxLength": LONGEST_NARRATIVE, "description": told}


def _tell(at_hand: Served, owner: str, part: dict[str, Any]) -> None:
    """Give each field of a part its question and its answers' labels as its description."""
    part.pop("description", None)
    for name, answer in part.get("properties", {}).items():
        words = at_hand.words(f"{owner}.{name}")
        if words:
            options = words.get("options", {})
            labels = "; ".join(f"{value}: {one['label']}" for value, one in options.items())
            answer["description"] = f"{words['question']} {labels}".strip()


def _in_one_piece(node: Any, parts: dict[str, Any]) -> Any:
    """A schema with each part in its place."""
    if isinstance(node, list):
        return [_in_one_piece(one, parts) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        part = parts[node["$ref"].rpartition("/")[2]]
        return _in_one_piece({**part, **{k: v for k, v in node.items() if k != "$ref"}}, parts)
    return {
        key: _in_one_piece(value, parts)
        for key, value in node.items()
        if key not in _FOR_PROGRAMS or not isinstance(value, str | dict) or key == "properties"
    }
