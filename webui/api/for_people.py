"""The description of the interface made ready for people: routes, fields and keys to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from planner.contract.fields import FIELDS, Field
from planner.contract.values import KINDS, STOP_FLAGS
from webui.api.describing import TAGS
from webui.api.examples import LATE, SLIPPED
from webui.words.vocabulary import Vocabulary

METHODS = ("get", "post")
REF = "#/components/schemas/"
CODE = re.compile(r"`([^`]+)`")
CONTEXT, SAFETY = "context", "safety"
PLAN_SHAPES = (
    "Plan", "Step", "Because", "Held", "Ready", "Barred", "Avoid", "PlanSafety", "Question",
    "FollowUp", "RulebookMark", "Brief", "Say", "Then", "NotNow", "Check",
)  # fmt: skip
"""The shapes of a plan, each after the one that names it."""
TOLD_IN = {"Observation": "observation", "Plan": "plan"}
"""The part of the page that tells a shape."""
PROBLEM_SHAPES = ("Problem", "FieldProblem")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a route: its status, what it means, its media types, where it is told."""

    status: str
    meaning: str
    media: tuple[str, ...]
    part: str


@dataclass(frozen=True, slots=True)
class Route:
    """One route: how it is asked, what it takes and what it gives."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    takes: tuple[tuple[str, str, str], ...]
    keyed: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an observation: its name, what it is, and its fields."""

    name: str
    about: str
    fields: tuple[Field, ...]


def groups(document: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Route]]]:
    """The routes by their groups: the name of the group's text, what it is, its routes."""
    routes = [
        (operation["tags"][0], _route(path, method, methods))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    for tag in document["tags"]:
        of_tag = [route for name, route in routes if name == tag["name"]]
        yield TAGS[tag["name"]].rpartition("_")[2], tag["description"], of_tag


def _route(path: str, method: str, methods: Mapping[str, Any]) -> Route:
    told = methods[method]
    takes = [
        (one["name"], one["description"], "")
        for one in (*methods.get("parameters", ()), *told.get("parameters", ()))
    ]
    if "requestBody" in told:
        sent = told["requestBody"]
        takes.append(("JSON", sent.get("description", ""), _part_of(sent)))
    return Route(
        told["operationId"], method.upper(), path, told["summary"], told["description"],
        tuple(takes), bool(told["security"]),
        tuple(
            Answer(status, one["description"], tuple(one.get("content", ())), _part_of(one))
            for status, one in sorted(told["responses"].items())
        ),
    )  # fmt: skip


def _part_of(told: Mapping[str, Any]) -> str:
    """The part of the page that tells the shape of a body; empty where none does."""
    bodies: Iterable[Mapping[str, Any]] = told.get("content", {}).values()
    named = (str(body["schema"].get("$ref", "")).removeprefix(REF) for body in bodies)
    return next((TOLD_IN[name] for name in named if name in TOLD_IN), "")


def parts(words: Vocabulary) -> Iterator[Part]:
    """The parts of an observation with fields of their own, in the contract's order."""
    for kind in KINDS:
        yield Part(kind, words.label("kind", kind), _fields(kind))
    yield Part(CONTEXT, "", _fields(CONTEXT))


def _fields(part: str) -> tuple[Field, ...]:
    return tuple(one for one in FIELDS.values() if one.name.partition(".")[0] == part)


def flags(words: Vocabulary) -> Iterator[tuple[str, str, str, bool]]:
    """Every safety flag: its name, label and hint, and whether it stops a plan."""
    for one in words.options("safety.flags"):
        yield one.value, one.label, one.hint, one.value in STOP_FLAGS


def keys(document: Mapping[str, Any], shapes: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    """Shapes with their keys: the shape's name, what it is, and each key with what it means."""
    for name in shapes:
        shape = document["components"]["schemas"][name]
        told = [
            (key, one.get("description", ""), _shape_of(one))
            for key, one in shape["properties"].items()
        ]
        yield name, shape["description"], told


def _shape_of(told: Mapping[str, Any]) -> str:
    """The shape that stands under a key, if it has a name and stands on this page."""
    inner = (told, told.get("items", {}), *told.get("anyOf", ()))
    named = [one["$ref"].removeprefix(REF) for one in inner if "$ref" in one]
    return next((name for name in named if name in PLAN_SHAPES + PROBLEM_SHAPES), "")


def coded(text: str) -> Markup:
    """A sentence of the description as markup: what stands in backticks is code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - all of it is escaped


def call(address: str, accept: str = "", *, slipped: bool = False) -> str:
    """The command that sends an example to this server."""
    lines = [f"curl {address}api/v1/plans", "-H 'Content-Type: application/json'"]
    lines += [f"-H 'Accept: {accept}'"] if accept else []
    sent = json.dumps(SLIPPED if slipped else LATE, indent=2)
    return " \\\n  ".join((*lines, f"-d '{sent}'"))
