"""The description of the interface (OpenAPI 3.1), gathered from its routes and their types."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from planner.contract.schema import observation_schema
from planner.plan.plan import plan_schema
from webui.api.describing import description_of

VERSION = "1"
KEYS = {"key": {"type": "http", "scheme": "bearer"}}
"""How a route with `security` is asked: with a key from the account page."""
NOT_DESCRIBED = {"HEAD", "OPTIONS"}


def document(app: Flask) -> dict[str, Any]:
    """The whole document: every described route of this application, and the schemas they name.

    The schemas of observation and plan are the planner's own, so that they cannot drift.
    """
    schemas: dict[str, Any] = {"Problem": _problem()}
    _adopt(schemas, "Observation", observation_schema())
    _adopt(schemas, "Plan", plan_schema())
    paths = _paths(app, schemas)
    keyed = any("security" in one for methods in paths.values() for one in methods.values())
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Repair Planner",
            "version": VERSION,
            "description": "From an observed rupture in the therapeutic alliance to a repair plan. "
            "Nothing that is sent here is stored, except by the routes for kept plans.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, **({"securitySchemes": KEYS} if keyed else {})},
    }


def _paths(app: Flask, schemas: dict[str, Any]) -> dict[str, Any]:
    """Every route that describes itself; the schemas that it brings are added to the others."""
    paths: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        found = description_of(app.view_functions[rule.endpoint])
        if found is None:
            continue
        operation, brought = found
        schemas.update(brought)
        path = paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {})
        if rule.arguments:
            path["parameters"] = [_in_path(name) for name in sorted(rule.arguments)]
        for method in (rule.methods or set()) - NOT_DESCRIBED:
            path[method.lower()] = operation
    return paths


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _adopt(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    """Take a JSON Schema in, its definitions beside it, every reference turned to match."""
    definitions = schema.pop("$defs", {})
    schema.pop("$schema", None)
    schema.pop("$id", None)
    for key, definition in definitions.items():
        schemas[f"{name}.{key}"] = _turned(definition, name)
    schemas[name] = _turned(schema, name)


def _turned(node: Any, name: str) -> Any:
    """The same schema with `#/$defs/X` pointing to this document's components."""
    if isinstance(node, dict):
        return {key: _turned(value, name) for key, value in node.items()}
    if isinstance(node, list):
        return [_turned(value, name) for value in node]
    if isinstance(node, str) and node.startswith("#/$defs/"):
        return f"#/components/schemas/{name}.{node.removeprefix('#/$defs/')}"
    return node


def _problem() -> dict[str, Any]:
    """RFC 9457, with the contract's list of problems."""
    one = {
        "type": "object",
        "required": ["field", "value", "message", "nearest"],
        "properties": {
            "field": {"type": "string"},
            "value": {},
            "message": {"type": "string"},
            "nearest": {"type": ["string", "null"]},
        },
    }
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "problems": {"type": "array", "items": one},
        },
    }
