"""How a route of the interface describes itself: `described` stands beside the view.

The document of the interface is gathered from these descriptions, so a new route is one change in
one module: its view, what it answers, and the shapes that only it has.
Wherever a text may stand, the name of one may stand (`interface_...` in `rules/pages/`), and what
stands under a key of a shape `X` is described by the text `interface_of_X_key`, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from webui.access.problems import PROBLEM, refusal

JSON = "application/json"
TEXT: Mapping[str, Any] = {"type": "string"}
BAD = {"400": "interface_400"}
PLANS, KEPT, RULES = "Plans", "Kept plans", "Rules"
FHIR, HOOKS, OPERATING = "FHIR", "CDS Hooks", "Operating"
TAGS = {
    PLANS: "interface_tag_plans",
    KEPT: "interface_tag_kept",
    RULES: "interface_tag_rules",
    FHIR: "interface_tag_fhir",
    HOOKS: "interface_tag_hooks",
    OPERATING: "interface_tag_operating",
}
"""The groups of routes, in the order of the document; one without a route is left out."""
PUBLIC: list[dict[str, list[str]]] = []
"""The `security` of a route that anyone may ask."""
ETAG = {"ETag": {"description": "interface_etag", "schema": TEXT}}
TAG = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "interface_if_none_match",
    "schema": TEXT,
}
SAME = {"description": "interface_same"}
"""For a route that gives something with a mark, and 304 to whoever has it already."""
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
    problems = {
        status: answer(text, ref("Problem"), PROBLEM, partial(refusal, int(status)))
        for status, text in refused.items()
    }
    return {
        "operationId": name,
        "summary": summary,
        "description": summary,
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


def body(
    schema: str, description: str = "", examples: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A JSON body that has to be sent: the name of its shape, what it is, examples by name."""
    shown = {"examples": examples} if examples else {}
    said = {"description": description} if description else {}
    return {"required": True, **said, "content": {JSON: {"schema": ref(schema), **shown}}}


def ref(name: str) -> dict[str, Any]:
    """The shape of this name, as a reference."""
    return {"$ref": f"#/components/schemas/{name}"}


def whole(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object that always has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def listed(items: Mapping[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": items}


def keyed(values: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these under any key."""
    return {"type": "object", "additionalProperties": values}


def or_null(shape: Mapping[str, Any]) -> dict[str, Any]:
    """The same shape, or null."""
    return {**shape, "type": [shape["type"], "null"]}


def mark_of_rules() -> dict[str, Any]:
    """The version and the edition of a rulebook."""
    return {"version": TEXT, "edition": TEXT}
