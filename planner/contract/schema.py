"""The contract's input as JSON Schema, for tools in other languages and for the interface."""

from __future__ import annotations

from typing import Any

from planner.contract.observation import KINDS, MOST_RUPTURES, STOP_FLAGS, Observation
from planner.contract.ruptures import RUPTURES


def observation_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of what `Observation.read` takes.

    One thing it cannot say: that `own_occurrences` is at most `occurrences`.
    """
    schema = Observation.model_json_schema()
    for model in RUPTURES.values():
        rupture = schema["$defs"][model.__name__]
        rupture["required"] = ["kind", *rupture.get("required", [])]
        del rupture["properties"]["kind"]["default"]
        del rupture["properties"]["happened"]["default"]  # the context's
    for part in (schema, *schema["$defs"].values()):
        _allow_nulls(part)
    schema["$defs"]["Lateness"]["anyOf"] = [
        {"properties": {"who": {"const": "both"}}},
        {"properties": {"own_occurrences": {"type": "null"}}},
    ]
    once = [_at_most_one(kind) for kind in KINDS]
    schema["properties"]["ruptures"] |= {"maxItems": MOST_RUPTURES, "allOf": once}
    stop = [{"required": [flag]} for flag in STOP_FLAGS]
    flags = {"properties": {"flags": {"anyOf": stop}}}
    schema["anyOf"] = [
        {"properties": {"ruptures": {"minItems": 1}}},
        {"properties": {"safety": flags}},
    ]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _allow_nulls(part: dict[str, Any]) -> None:
    """Say that null for an optional answer is one that was left out."""
    answers = part.get("properties", {})
    for name in answers.keys() - set(part.get("required", ())):
        told = answers[name]
        if {"type": "null"} not in told.get("anyOf", ()):
            about = {key: told.pop(key) for key in ("default", "title") if key in told}
            answers[name] = {"anyOf": [told, {"type": "null"}], **about}


def _at_most_one(kind: str) -> dict[str, Any]:
    """Say in a schema that a list holds no two ruptures of a kind."""
    one = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}}}
    return {"contains": one, "minContains": 0, "maxContains": 1}
