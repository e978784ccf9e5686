"""The shapes of the rule files as JSON Schema (2020-12), for editors that complete and underline.

It is generated from the same shapes by which the files are read, so the two cannot drift apart.
It says less than `repair-planner check`: whether a name means anything is asked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from planner.contract.fields import FIELDS, Field
from planner.reading import shapes
from planner.reading.conditions import NOT_GIVEN
from planner.reading.lengths import NEVER
from planner.reading.names import ASKING
from planner.reading.rules import VERBS
from planner.reading.spelling_out import PREMISE
from planner.reading.standing import WORDS
from planner.rulebook.plan_fields import QUESTION, after_all
from planner.rulebook.rulebook import STEP_ITEMS, ValueSet

Schema = dict[str, Any]

_SHAPES = (
    shapes.RuleShape,
    shapes.ScenarioShape,
    shapes.ExpectShape,
    shapes.HasShape,
    shapes.LeadShape,
    shapes.ContactsShape,
    shapes.CodeShape,
    shapes.SourceShape,
    shapes.SetShape,
    shapes.PremiseShape,
    shapes.SlotShape,
    shapes.VariantShape,
    shapes.GroupShape,
    shapes.PartShape,
    shapes.ItemWordsShape,
    shapes.IdeaShape,
    shapes.PackWordsShape,
    shapes.RulebookShape,
    shapes.PackShape,
    shapes.PackSafetyFile,
    shapes.PackAvoidFile,
    shapes.WordingFile,
)
_ONE_ITEM = ("call", "after")
_ITEMS = ("delay", "hold", "bar", "follows", "caution", "for")


def rules_schema(sets: Iterable[ValueSet] = ()) -> Schema:
    """One schema for every rule file; `$defs/FILE` is the one of a single kind of file.

    `sets` are those by whose names values may be asked.
    """
    _, whole = models_json_schema(
        [(shape, "validation") for shape in _SHAPES], ref_template="#/$defs/{model}"
    )
    known: dict[str, Schema] = whole["$defs"]
    for name, shape in known.items():
        for field, schema in shape.get("properties", {}).items():
            shape["properties"][field] = _plain(schema)
        shape.setdefault("title", name)
    _fill(known)
    known["case"] = _when(sets := tuple(sets))
    known["when"] = _when(sets, any={"type": "array", "minItems": 2, "items": _ref("case")})
    known["rule"] = _rule(known.pop("RuleShape"))
    files = _files()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule files of Repair Planner",
        "anyOf": [_ref(name) for name in files if name != "pages"],  # any texts would fit them
        "$defs": {**files, **known},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_of(names: Sequence[str]) -> Schema:
    return _ref(names[0]) if len(names) == 1 else {"anyOf": [_ref(name) for name in names]}


def _listed(*names: str) -> Schema:
    """A list of one or more of these shapes."""
    return {"type": "array", "minItems": 1, "items": _one_of(names)}


def _named(*names: str) -> Schema:
    """A mapping of names to one of these shapes."""
    return {"type": "object", "additionalProperties": _one_of(names)}


def _files() -> dict[str, Schema]:
    """The schema of each kind of file, by the name that a person knows it by."""
    words = {"type": "object", "additionalProperties": {"type": "object"}}
    return {
        "rules": _listed("rule"),
        "scenarios": _listed("ScenarioShape"),
        "safety": _ref("PackSafetyFile"),
        "avoid": _ref("PackAvoidFile"),
        "wording": _ref("WordingFile"),
        "pages": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
        "premises": _named("PremiseShape"),
        "sources": _named("SourceShape"),
        "rulebook": {"anyOf": [_ref("PackShape"), _ref("RulebookShape")]},
        "vocabulary": {
            "type": "object",
            "properties": {
                "fields": words,
                "pages": {"type": "object"},
                "sets": _named("SetShape"),
                ASKING: {"type": "array", "items": {"enum": [*STEP_ITEMS]}},
            },
            "additionalProperties": False,
        },
    }


def _fill(known: dict[str, Schema]) -> None:
    """Put the shapes in where a shape says only that something stands there."""
    rules = {"type": "array", "items": _ref("rule")}
    for shape, field, schema in (
        ("RuleShape", "when", _ref("when")),
        ("VariantShape", "when", _ref("when")),
        ("PremiseShape", "when", _ref("when")),
        ("GroupShape", "when", _ref("when")),
        ("GroupShape", "variants", _listed("VariantShape")),
        ("PartShape", "variants", _listed("VariantShape", "GroupShape")),
        *(
            (shape, form, _listed("VariantShape", "GroupShape"))
            for shape in ("ItemWordsShape", "IdeaShape", "PackWordsShape")
            for form in ("short", "line")
        ),
        ("CodeShape", "brief_when", {"anyOf": [{"const": NEVER}, _ref("when")]}),
        ("ItemWordsShape", "parts", _listed("PartShape")),
        ("IdeaShape", "parts", _listed("PartShape")),
        ("PackWordsShape", "parts", _listed("PartShape")),
        ("ExpectShape", "words", _named("HasShape")),
        ("PackSafetyFile", "leads", _named("LeadShape")),
        ("PackSafetyFile", "contacts", _named("ContactsShape")),
        ("PackSafetyFile", "rules", rules),
        ("PackAvoidFile", "codes", _named("CodeShape")),
        ("PackAvoidFile", "families", {"type": "object"}),  # of the rulebook's own file
        ("PackAvoidFile", "rules", rules),
        ("WordingFile", "slots", _named("SlotShape")),
        ("WordingFile", "items", _named("ItemWordsShape", "IdeaShape", "PackWordsShape")),
    ):
        known[shape]["properties"][field] = schema


def _plain(schema: Schema) -> Schema:
    """A field as it is typed: one word for a list of one, and no default that nobody writes."""
    schema.pop("default", None)
    if schema.get("type") == "array" and schema.get("items", {}).get("type") == "string":
        return {"anyOf": [schema["items"], schema]}
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value]
        if "true" in schema["enum"]:  # an editor takes this word for a truth value
            schema["enum"] += [True, False]
            del schema["type"]
    return schema


def _rule(rule: Schema) -> Schema:
    """A rule: its verb with its companions, and no other's."""
    items = {"enum": [*STEP_ITEMS]}
    several = {"anyOf": [items, {"type": "array", "minItems": 1, "items": items}]}
    rule["properties"] |= dict.fromkeys(_ONE_ITEM, items) | dict.fromkeys(_ITEMS, several)
    rule["oneOf"] = [{"required": [verb, *needs]} for verb, needs in VERBS.items()]
    return rule


def _standings() -> dict[str, Schema]:
    """What may be asked of where each item stands; which rules may, the reader tells."""
    fields = [Field(after_all(item), "choice", WORDS) for item in STEP_ITEMS]
    return {field.name: _asked(field, ()) for field in fields} | {
        QUESTION: {"enum": ["now", "none"]}
    }


def _when(sets: Sequence[ValueSet], **more: Schema) -> Schema:
    """What may be asked of each field; a finding and a premise are asked by their names.

    A `when` may have cases, which a case may not.
    """
    name = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
    asked = {
        field.name: _asked(field, [one.name for one in sets if field.name in one.fields])
        for field in FIELDS.values()
    }
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            **asked,
            **_standings(),
            PREMISE: {"anyOf": [name, {"type": "array", "minItems": 1, "items": name}]},
            **more,
        },
        "patternProperties": {r"^finding\.[a-z_]+$": {"enum": ["yes", "no"]}},
        "additionalProperties": False,
    }


def _asked(field: Field, sets: Sequence[str]) -> Schema:
    """What may be asked of one field, by the kind of answers that it has."""
    if field.kind == "number":
        number = {"type": "integer", "minimum": field.low, "maximum": field.high}
        ends = {"at_least": number, "at_most": number}
        unknown = [{"const": NOT_GIVEN}] if field.nullable else []
        return {"anyOf": [number, _some(ends), *unknown]}
    value = {"enum": [*field.values, *sets]}
    any_of = {"anyOf": [value, {"type": "array", "minItems": 1, "items": value}]}
    if field.kind == "choice":
        return any_of
    tests = {"any_of": any_of, "only": any_of, "none_of": any_of}
    return {"anyOf": [any_of, _some(tests), {"const": NOT_GIVEN}]}


def _some(tests: dict[str, Schema]) -> Schema:
    """A mapping with at least one of these words."""
    return {
        "type": "object",
        "minProperties": 1,
        "properties": tests,
        "additionalProperties": False,
    }
