"""A FHIR response to spoil: its items by their linkIds, and the codings of our own systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planner.errors import ObservationError
from planner.interop.fhir import DEFAULT_BASE

Response = dict[str, Any]
Spoil = Callable[[Response], object]
OBSERVATION = {
    "ruptures": [
        {"kind": "lateness", "who": "therapist", "minutes": 20},
        {"kind": "deflection", "response": "joke"},
    ],
    "context": {"feelings": ["hurt", "sad"], "phase": "early"},
    "safety": {"flags": {"formal_complaint": "yes"}},
}


def place(response: Response, link_id: str) -> Response:
    """The item of this linkId."""
    found = _found(response["item"], link_id)
    assert found is not None, link_id
    return found


def _found(items: list[Response], link_id: str) -> Response | None:
    for item in items:
        inner = item if item["linkId"] == link_id else _found(item.get("item", []), link_id)
        if inner:
            return inner
    return None


def without(response: Response, *link_ids: str) -> None:
    """Take items out."""
    for item in [response, *response["item"]]:
        item["item"] = [one for one in item.get("item", []) if one["linkId"] not in link_ids]


def problems(error: ObservationError) -> dict[str, str]:
    """Each problem's message by its field."""
    return {problem.field: problem.message for problem in error.problems}


def coding(link_id: str, code: str) -> Response:
    """An answer of the system of this question."""
    system = f"{DEFAULT_BASE}/CodeSystem/{link_id.replace('.', '-').replace('_', '-')}"
    return {"valueCoding": {"system": system, "code": code}}


def put(link_id: str, *answers: Response) -> Spoil:
    """Add an item with these answers."""
    return lambda response: response["item"].append({"linkId": link_id, "answer": list(answers)})


def change(link_id: str, **answer: Any) -> Spoil:
    """Answer otherwise."""
    return lambda response: place(response, link_id).update(answer=[answer])
