"""How a route of the interface describes itself: `described` stands beside the view.

The document of the interface is gathered from these descriptions, so a new route is one change in
one module: its view, what it answers, and the shapes that only it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT: Mapping[str, Any] = {"type": "string"}
BAD = {"400": "The request could not be understood"}
View = TypeVar("View", bound=Callable[..., Any])


def described(
    operation: Mapping[str, Any], schemas: Mapping[str, Any] | None = None
) -> Callable[[View], View]:
    """Mark a view with its OpenAPI operation, and with the schemas that it brings by name."""

    def mark(view: View) -> View:
        view.described = (operation, schemas or {})  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def description_of(view: Callable[..., Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The operation of a view and the schemas it brings; None where it is not described."""
    found: tuple[Mapping[str, Any], Mapping[str, Any]] | None = getattr(view, "described", None)
    return found


def operation(
    name: str, summary: str, answers: Mapping[str, Any], refused: Mapping[str, str], **more: Any
) -> dict[str, Any]:
    """An operation: its answers by status, and each status that is a problem, with its meaning."""
    problems = {status: answer(text, ref("Problem"), PROBLEM) for status, text in refused.items()}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {**answers, **problems},
        **more,
    }


def answer(description: str, schema: Mapping[str, Any], media: str = JSON) -> dict[str, Any]:
    """One answer, with the shape of its body."""
    return {"description": description, "content": {media: {"schema": schema}}}


def body(schema: str) -> dict[str, Any]:
    """A JSON body that has to be sent, by the name of its shape."""
    return {"required": True, "content": {JSON: {"schema": ref(schema)}}}


def ref(name: str) -> dict[str, Any]:
    """The shape of this name, as a reference."""
    return {"$ref": f"#/components/schemas/{name}"}


def whole(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object that always has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def mark_of_rules() -> dict[str, Any]:
    """The version and the edition of a rulebook."""
    return {"version": TEXT, "edition": TEXT}
