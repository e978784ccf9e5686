"""The description of the interface (OpenAPI 3.1), made from the types that do the work."""

from __future__ import annotations

from typing import Any

from planner.contract.observation import observation_schema
from planner.plan.formats import by_media
from planner.plan.plan import plan_schema
from webui.api import openapi_stored

PROBLEM = "application/problem+json"
JSON = "application/json"
VERSION = "1"
READY = "Whether plans can be made, and kept where there is a database"


def document(*, kept: bool = False) -> dict[str, Any]:
    """The whole document; its schemas are the planner's own, so that they cannot drift.

    `kept` adds what is there where plans can be kept.
    """
    schemas: dict[str, Any] = {"Problem": _problem(), "Rulebook": _rulebook()}
    schemas |= {"Alive": _alive(), "Health": _health()}
    _adopt(schemas, "Observation", observation_schema())
    _adopt(schemas, "Plan", plan_schema())
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
        "paths": {**_paths(), **(openapi_stored.paths() if kept else {})},
        "components": {"schemas": {**schemas, **(openapi_stored.schemas() if kept else {})}}
        | ({"securitySchemes": openapi_stored.SECURITY} if kept else {}),
    }


def _paths() -> dict[str, Any]:
    """Every route for programs, with every answer it gives."""
    return {
        "/api/v1/plans": {"post": _plans()},
        "/api/v1/rulebook": {"get": _rulebook_route()},
        "/api/v1/openapi.json": {"get": _read("describe", "This document", {"type": "object"})},
        "/livez": {"get": _probe("lives", "Whether the process answers", "Alive")},
        "/readyz": {"get": _probe("ready", READY, "Health", "503")},
        "/healthz": {"get": _probe("health", f"{READY}, by an older name", "Health", "503")},
    }


def _probe(name: str, summary: str, schema: str, *unusable: str) -> dict[str, Any]:
    """A route for whoever watches over the program, under any name of the machine."""
    told = dict.fromkeys(unusable, "The database cannot be used")
    answers = {"200": _answer(summary, _ref(schema)), **_refusals(told)}
    return {"operationId": name, "summary": summary, "responses": answers}


def _plans() -> dict[str, Any]:
    return {
        "operationId": "makePlan",
        "summary": "Make a repair plan",
        "requestBody": {"required": True, "content": {JSON: {"schema": _ref("Observation")}}},
        "responses": {
            "200": {
                "description": "The plan, in the format that `Accept` prefers",
                "content": {media: {"schema": _written(media)} for media in by_media()},
            },
            **_refusals(
                {
                    "400": "The request could not be understood",
                    "413": "The body is larger than one megabyte",
                    "415": "The body is not JSON",
                    "422": "The observation breaks the contract; every problem is named",
                }
            ),
        },
    }


def _written(media: str) -> dict[str, Any]:
    """What a plan is in this media type: the planner's own shape, or a text."""
    return _ref("Plan") if media == JSON else {"type": "string"}


def _rulebook_route() -> dict[str, Any]:
    """The rulebook is the one answer that can be kept: its tag is its edition."""
    route = _read("readRulebook", "The rules, the handout and the sources", _ref("Rulebook"))
    route["parameters"] = [
        {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
    ]
    route["responses"]["200"]["headers"] = {
        "ETag": {"description": "The rulebook's edition", "schema": {"type": "string"}}
    }
    route["responses"]["304"] = {"description": "You have this edition already"}
    return route


def _read(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": _answer(summary, schema),
            **_refusals({"400": "The request could not be understood"}),
        },
    }


def _answer(description: str, schema: dict[str, Any], media: str = JSON) -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": schema}}}


def _refusals(described: dict[str, str]) -> dict[str, Any]:
    return {status: _answer(text, _ref("Problem"), PROBLEM) for status, text in described.items()}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


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


def _mark() -> dict[str, Any]:
    return {"version": {"type": "string"}, "edition": {"type": "string"}}


def _rulebook() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["version", "edition", "rules", "handout", "sources"],
        "properties": {
            **_mark(),
            "rules": {"type": "array", "items": {"type": "object"}},
            "handout": {"type": "object"},
            "sources": {"type": "object"},
        },
    }


def _alive() -> dict[str, Any]:
    status = {"status": {"const": "ok"}}
    return {"type": "object", "required": ["status"], "properties": status}


def _health() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["status", "rulebook"],
        "properties": {
            "status": {"const": "ok"},
            "rulebook": {"type": "object", "properties": _mark()},
        },
    }
