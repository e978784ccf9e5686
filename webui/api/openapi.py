"""The description of the interface (OpenAPI 3.1), gathered from its routes and their types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from webui.access.problems import PROBES
from webui.api.describing import TAGS, TEXT, description_of, listed, or_null, ref, whole
from webui.api.shapes import observation_shapes, plan_shapes
from webui.knowledge import knowledge
from webui.words.texts import text, texts

VERSION = "1.1"
"""The contract's."""
LICENSE = {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"}
SAID = ("summary", "description")
NAMED = "interface_"
NOT_DESCRIBED = {"HEAD", "OPTIONS"}
PROBLEM = {
    **whole({"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT,
        "problems": listed(ref("FieldProblem")),
    },
}
FIELD_PROBLEM = whole({"field": TEXT, "value": {}, "message": TEXT, "nearest": or_null(TEXT)})


def document(app: Flask, root: str = "/") -> dict[str, Any]:
    """The whole document: every described route of this application, and the schemas they name.

    `root` is the path at which the application is mounted.

    The schemas of observation and plan are the planner's own, so that they cannot drift.
    """
    shapes: dict[str, Any] = {"Problem": PROBLEM, "FieldProblem": FIELD_PROBLEM}
    shapes |= observation_shapes(knowledge().words) | plan_shapes()
    paths = _paths(app, shapes)
    operations = [one for methods in paths.values() for one in _operations(methods)]
    used = {tag for one in operations for tag in one["tags"]}
    keyed = any(one["security"] for one in operations)
    made = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": text("site_name"),
            "version": VERSION,
            "summary": text("site_about"),
            "description": text("interface_about"),
            "contact": {"name": text("interface_contact")},
            "license": LICENSE,
        },
        "servers": [{"url": root, "description": "interface_server"}],
        "tags": [{"name": tag, "description": said} for tag, said in TAGS.items() if tag in used],
        "paths": paths,
        "components": {
            "schemas": {name: _worded(name, shape) for name, shape in shapes.items()},
            **({"securitySchemes": _keys()} if keyed else {}),
        },
    }
    found: dict[str, Any] = _said(made)
    return found


def _paths(app: Flask, shapes: dict[str, Any]) -> dict[str, Any]:
    """Every route that describes itself; the schemas that it brings are added to the others."""
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule in PROBES):
        found = description_of(app.view_functions[rule.endpoint])
        if found is None:
            continue
        operation, brought = found
        shapes.update(brought)
        path = paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
        if rule.arguments:
            path["parameters"] = [_in_path(name) for name in sorted(rule.arguments)]
        for method in (rule.methods or set()) - NOT_DESCRIBED:
            path[method.lower()] = operation
    return paths


def _operations(methods: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The operations of a path, which also holds its parameters."""
    return (one for name, one in methods.items() if name != "parameters")


def _in_path(name: str) -> dict[str, Any]:
    """A part of an address; `interface_NAME` describes it, where there is such a text."""
    said = texts().get(f"interface_{name}", name)
    return {"name": name, "in": "path", "required": True, "description": said, "schema": TEXT}


def _keys() -> dict[str, Any]:
    """How a route with `security` is asked: with a key from the account page."""
    return {"key": {"type": "http", "scheme": "bearer", "description": "interface_key"}}


def _worded(name: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    """A shape with a title, and with what the catalog says of it and of each of its keys."""
    made = {"title": name, **shape}
    told = shape.get("description") or name
    made["description"] = texts().get(f"interface_shape_{name.lower()}", told)
    if "properties" in shape:
        made["properties"] = {
            key: _worded_key(name, key, told) for key, told in shape["properties"].items()
        }
    return made


def _worded_key(name: str, key: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under a key, with what the vocabulary and the catalog say of it."""
    said = (told.get("description"), texts().get(f"interface_of_{name}_{key}".lower()))
    named = {} if "$ref" in told else {"title": key.replace("_", " ").capitalize()}
    described = "\n\n".join(one for one in said if one)
    return {**named, **told, **({"description": described} if described else {})}


def _said(node: Any) -> Any:
    """The same with each name of a text replaced by the text, and each example made."""
    if callable(node):
        return node()
    if isinstance(node, Mapping):
        return {
            key: texts()[value] if key in SAID and _is_name(value) else _said(value)
            for key, value in node.items()
        }
    return [_said(one) for one in node] if isinstance(node, list | tuple) else node


def _is_name(value: object) -> bool:
    """Whether this is the name of a text rather than a text."""
    return isinstance(value, str) and value.startswith(NAMED) and value in texts()
