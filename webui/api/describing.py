"""How a route of the interface describes itself: `described` stands beside the view.

The document of the interface is gathered from these descriptions, so a new route is one change in
one module: its view, what it answers, and the shapes that only it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from webui.access.problems import PROBLEM

JSON = "application/json"
FHIR_JSON = "application/fhir+json"
TEXT: Mapping[str, Any] = {"type": "string"}
BAD = {"400": "The request could not be understood"}
PLANS, KEPT, RULES = "Plans", "Kept plans", "Rules"
FHIR, HOOKS, OPERATING = "FHIR", "CDS Hooks", "Operating"
TAGS = {
    PLANS: "An observation in, a plan out. Nothing that is sent is stored.",
    KEPT: "Plans that are stored for the owner of a key, and handed in for review.",
    RULES: "What plans are made from: rules, words, and this description.",
    FHIR: "The vocabulary for systems that speak HL7 FHIR R4.",
    HOOKS: "Cards for a clinic's record, by CDS Hooks 2.0.",
    OPERATING: "Whether the program lives and can be used, for whoever watches over it.",
}
"""The groups of routes, in the order of the document; one without a route is left out."""
PUBLIC: list[dict[str, list[str]]] = []
"""The `security` of a route that anyone may ask."""
View = TypeVar("View", bound=Callable[..., Any])
Example = Callable[[], Any]
"""What gives an example when the document is made: an answer of this very application."""


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
    """An operation: its answers by status, and each status that is a problem, with its meaning.

    `more` are further keys of OpenAPI: `tags` (of `TAGS`; "Rules" where it says nothing),
    `description` (the summary where it says nothing), `security` (anyone where it says nothing),
    `parameters`, `requestBody`.
    """
    problems = {status: answer(text, ref("Problem"), PROBLEM) for status, text in refused.items()}
    return {
        "operationId": name,
        "summary": summary,
        "description": f"{summary}.",
        "tags": [RULES],
        "security": PUBLIC,
        "responses": {**answers, **problems},
        **more,
    }


def answer(
    description: str, schema: Mapping[str, Any], media: str = JSON, example: Example | None = None
) -> dict[str, Any]:
    """One answer, with the shape of its body; `example` is asked when the document is made."""
    shown = {"example": example} if example else {}
    return {"description": description, "content": {media: {"schema": schema, **shown}}}


def body(schema: str, example: Example | None = None) -> dict[str, Any]:
    """A JSON body that has to be sent, by the name of its shape."""
    return {"required": True, **_without_description(answer("", ref(schema), JSON, example))}


def _without_description(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != "description"}


def ref(name: str) -> dict[str, Any]:
    """The shape of this name, as a reference."""
    return {"$ref": f"#/components/schemas/{name}"}


def whole(properties: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    """An object that always has all of these."""
    said = {"description": description} if description else {}
    return {"type": "object", **said, "required": list(properties), "properties": properties}


def told(description: str, **shape: Any) -> dict[str, Any]:
    """What stands under a key: a text, unless `shape` says otherwise; and what it means."""
    plain = {} if "$ref" in shape or "type" in shape else TEXT
    return {**plain, "description": description, **shape}


def mark_of_rules() -> dict[str, Any]:
    """The version and the edition of a rulebook."""
    return {
        "version": told("The version of the rules, raised when a plan changes."),
        "edition": told("The SHA-256 of the rule files: equal editions make equal plans."),
    }
