"""The shapes of observation and plan as OpenAPI has them, made from the planner's own schemas.

They say the same, in a form from which programs generate typed clients: a rupture is told by its
`kind`, null stands in the type, safety flags are keys by name, and a key of a plan is always there.
One thing goes: that there is at most one rupture of a kind. Said by `allOf` and `contains`, it
makes generators lose the whole list; the server checks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.contract.observation import STOP_FLAGS
from planner.contract.ruptures import RUPTURES
from planner.contract.schema import observation_schema
from planner.plan.plan import plan_schema
from webui.api.describing import ref
from webui.words.texts import text
from webui.words.vocabulary import Vocabulary

Schema = dict[str, Any]
ABSENT = "absent"


def observation_shapes(words: Vocabulary) -> dict[str, Schema]:
    """Every shape of an observation by its name, each property in the vocabulary's words."""
    schema = observation_schema(words.fields)
    shapes = {"Observation": schema, **schema.pop("$defs")}
    del schema["$schema"]
    for name, shape in list(shapes.items()):
        required = shape.get("required", ())
        shape["properties"] = {
            key: told if key in required else _optional(told, name)
            for key, told in shape["properties"].items()
        }
        shapes |= _listed_values(name, shape["properties"])
    listed = schema["properties"]["ruptures"]
    shapes["Rupture"] = _by_kind()
    schema["properties"]["ruptures"] = {
        **{key: value for key, value in listed.items() if key != "allOf"},
        "items": ref("Rupture"),
    }
    schema |= _stop_without_ruptures()
    del schema["anyOf"]
    shapes["Lateness"] |= _share_of_both()
    del shapes["Lateness"]["anyOf"]
    shapes |= _flags(shapes["Safety"], words)
    return {name: _turned(shape) for name, shape in shapes.items()}


def plan_shapes() -> dict[str, Schema]:
    """Every shape of a plan by its name; a plan always has all of its keys."""
    schema = plan_schema()
    shapes = {"Plan": schema, **schema.pop("$defs")}
    del schema["$schema"]
    for shape in shapes.values():
        shape["properties"] = {key: _given(told) for key, told in shape["properties"].items()}
        shape["required"] = list(shape["properties"])
    schema["properties"]["observation"] = ref("Observation")
    pair = shapes["Step"]["properties"]["changes"]["items"]
    pair["items"] = pair.pop("prefixItems")[0]
    return {name: _turned(shape) for name, shape in shapes.items()}


_KINDS = {model.__name__: kind for kind, model in RUPTURES.items()}


def _by_kind() -> Schema:
    """A rupture: one of its kinds, told by the key `kind`."""
    names = {kind: ref(name) for name, kind in _KINDS.items()}
    mapping = {kind: one["$ref"] for kind, one in names.items()}
    return {
        "oneOf": list(names.values()),
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }


def _stop_without_ruptures() -> Schema:
    """Never an empty list without a stop flag; said so that generators and linters pass it over."""
    safe = _never({flag: {"not": {}} for flag in STOP_FLAGS})
    return {"not": _never({"ruptures": {"maxItems": 0}, "safety": _never({"flags": safe})})}


def _share_of_both() -> Schema:
    """A share of the therapist's only beside `both`; said so that generators pass it over."""
    alone: dict[str, Schema] = {
        "who": {"not": {"const": "both"}},
        "own_occurrences": {"type": "integer"},
    }
    return {"not": {**_never(alone), "required": ["own_occurrences"]}}


def _never(together: Mapping[str, Schema]) -> Schema:
    """Answers that never stand together; each says that it is no key of its own."""
    said = {"description": text("interface_condition")}
    return {"properties": {key: {**one, **said} for key, one in together.items()}}


def _flags(safety: Schema, words: Vocabulary) -> dict[str, Schema]:
    """The flags as keys by name, so that a typed client knows them."""
    flags = safety["properties"]["flags"]
    raised = flags.pop("additionalProperties")
    named = flags.pop("propertyNames")["enum"]
    known = {one.value: one for one in words.options("safety.flags")}
    safety["properties"]["flags"] = {**ref("SafetyFlags"), "description": flags["description"]}
    keys = {
        flag: {**ref("Raised"), "description": _said(known[flag].label, known[flag].hint)}
        for flag in named
    }
    shape = {"type": "object", "additionalProperties": False, "properties": keys}
    return {"SafetyFlags": shape, "Raised": raised}


def _listed_values(part: str, properties: dict[str, Schema]) -> dict[str, Schema]:
    """The values of each list as a shape with a name, which generators would make up badly."""
    named = {}
    for key, told in properties.items():
        if "enum" in told.get("items", ()):
            name = part + key.title().replace("_", "")
            named[name] = {**told["items"], "description": told["description"]}
            told["items"] = ref(name)
    return named


def _said(label: str, hint: str) -> str:
    return f"{label}. {hint}." if hint else f"{label}."


def _optional(told: Schema, part: str) -> Schema:
    """An answer that may be left out or null; what that stands for is said, not defaulted.

    With a `default`, generators ask for the key, or send it for whoever left it out.
    """
    default = told.pop("default", ABSENT)
    made = _given(told)
    left_out = _left_out(default, part)
    made["description"] = "\n\n".join(filter(None, (made.get("description"), left_out)))
    return made


def _left_out(default: object, part: str) -> str:
    """What leaving an answer of this part out stands for, as a sentence."""
    if isinstance(default, str | int) and default not in {ABSENT, ""}:
        return text("interface_left_out", default=f"`{default}`")
    if part == "Observation":
        return text("interface_left_out_optional")
    if default == ABSENT and part in _KINDS:
        return text("interface_left_out_context")
    return text("interface_left_out_unknown")


def _given(told: Schema) -> Schema:
    """The same with null in the type, where a type and null were two alternatives."""
    told.pop("default", None)
    null = {"type": "null"}
    alternatives = told.get("anyOf", ())
    if null not in alternatives or len(alternatives) != 2:
        return told
    one = next(alternative for alternative in alternatives if alternative != null)
    if "type" not in one:  # a reference
        return told
    made = {**one, "type": [one["type"], "null"]}
    if "enum" in one:
        made["enum"] = [*one["enum"], None]
    return {**made, **{key: value for key, value in told.items() if key != "anyOf"}}


def _turned(node: Any) -> Any:
    """The same with `#/$defs/X` pointing to a component of the document."""
    if isinstance(node, Mapping):
        return {key: _turned(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_turned(value) for value in node]
    if isinstance(node, str) and node.startswith("#/$defs/"):
        return ref(node.removeprefix("#/$defs/"))["$ref"]
    return node
