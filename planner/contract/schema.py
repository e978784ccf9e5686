"""The contract's input as JSON Schema, for tools in other languages and for the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.contract.observation import KINDS, MOST_RUPTURES, STOP_FLAGS, Observation
from planner.contract.ruptures import RUPTURES

Words = Mapping[str, Mapping[str, Any]]
"""The words of the fields, by the field's name, as the vocabulary has them."""
OF_OBSERVATION = {"ruptures": "kind", "safety": "safety.flags"}
"""Whose words describe a key of an observation that is no field itself."""


def observation_schema(words: Words | None = None) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of what `Observation.read` takes.

    With the vocabulary's `words`, each field is described by its question, by why it is asked and
    by the labels of its values.
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
    if words is not None:
        _describe(schema, words)
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


def _describe(schema: dict[str, Any], words: Words) -> None:
    """Say of each property what a person is asked, why, and what its values mean."""
    parts = schema["$defs"]
    for kind, model in RUPTURES.items():
        rupture = parts[model.__name__]
        rupture["description"] = _labeled(words.get("kind", {}), kind) or rupture["description"]
        for name, told in rupture["properties"].items():
            _say(told, words.get("kind" if name == "kind" else f"{kind}.{name}"))
    for name, told in parts["Context"]["properties"].items():
        _say(told, words.get(f"context.{name}"))
    _say(parts["Safety"]["properties"]["flags"], words.get("safety.flags"))
    for name, told in schema["properties"].items():
        _say(told, words.get(OF_OBSERVATION.get(name, name)))
    schema["properties"]["context"].setdefault("description", parts["Context"]["description"])


def _say(told: dict[str, Any], words: Mapping[str, Any] | None) -> None:
    """Put a field's words into its schema; a field without any stays as it is."""
    if words:
        values = [f"- `{value}`: {_labeled(words, value)}" for value in words.get("options", {})]
        sentences = [words[key] for key in ("question", "hint", "why") if words.get(key)]
        one = told.get("const")
        said = [_labeled(words, one)] if one else [_joined(sentences), "\n".join(values)]
        told["description"] = "\n\n".join(part for part in said if part)


def _joined(sentences: list[str]) -> str:
    """Sentences in a row; one that only names the thing gets its full stop."""
    return " ".join(one if one.endswith((".", "?", "!")) else f"{one}." for one in sentences)


def _labeled(words: Mapping[str, Any], value: str) -> str:
    """What a value says, and what helps to choose it; empty where there are no words for it."""
    option = words.get("options", {}).get(value, {})
    hint = option.get("hint", "")
    return f"{option.get('label', '')} ({hint})" if hint else str(option.get("label", ""))


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
