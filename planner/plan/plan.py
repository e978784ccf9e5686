"""A repair plan: its parts, and what can be made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import orjson

from planner.plan.parts import PlanParts
from planner.plan.written import dumped

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

PLAN_KEYS = tuple(one.name for one in fields(PlanParts))
"""The keys of a plan, in the contract's order."""


@dataclass(frozen=True, slots=True)
class Plan(PlanParts):
    """A structured repair plan. The same observation and rulebook give it byte for byte again.

    ``roots`` and ``conflicts`` are added to the contract: what may explain several ruptures at
    once, and where one rupture asks for an item that another speaks against.
    """

    _json: bytes = field(default=b"", init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """One line without an answer in it, for a log or a notebook may keep it."""
        steps = ", ".join(f"{step.item} {step.when}" for step in self.steps)
        edition = self.rulebook.edition.removeprefix("sha256:")[:12]
        told = f"{self.disposition}: {steps or 'no step'}"
        return f"<Plan {told}; rulebook {self.rulebook.version} {edition}>"

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the whole plan, as `to_markdown` gives it."""
        return self.to_markdown()

    def __rich__(self) -> ConsoleRenderable:
        """What `rich` prints: the whole plan, as wide and as colored as its console."""
        from planner.plan.rendering import renderable

        return renderable(self)

    def to_dict(self) -> dict[str, Any]:
        """The plan in the contract's shape: plain dicts, lists, strings and numbers, all fresh."""
        fresh: dict[str, Any] = orjson.loads(self._written())
        return fresh

    def to_json(self) -> str:
        """The plan as JSON text, keys in the contract's order."""
        return self._written().decode()

    def _written(self) -> bytes:
        """The plan as JSON, written once: a plan never changes."""
        if not self._json:
            shape = {name: getattr(self, name) for name in PLAN_KEYS}
            object.__setattr__(self, "_json", dumped(shape))
        return self._json

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Plan:
        """The plan of a shape that `to_dict` gave, by this contract or by 1.0.

        Keys that nobody knows are passed over. ValueError where it is no plan.
        """
        from planner.plan.reading_back import read_back

        return read_back(cls, told)

    def to_brief(self) -> str:
        """The plan for the five minutes before the session, as plain text."""
        from planner.plan.rendering import brief

        return brief(self)

    def to_markdown(self) -> str:
        """The plan as Markdown that pastes into a note."""
        from planner.plan.rendering import markdown

        return markdown(self)


def plan_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a plan, as ``repair-planner schema plan`` prints it."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Plan).json_schema(mode="serialization")
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k in PLAN_KEYS}
    schema["required"] = list(PLAN_KEYS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
