"""What every tool has at hand, and whether the person on the other side can be asked.

The protocol hands it to the tools as the context of the server's life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context

from planner.checking.scenarios import Scenario, read_scenarios
from planner.chosen_rules import chosen_packs
from planner.planning.planner import Planner
from planner.reading.shipped import SHIPPED


@dataclass(frozen=True)
class Served:
    """A planner and the directories of the packs in it; `relayed` as `--allow-relayed` says."""

    planner: Planner
    packs: tuple[Path, ...] = ()
    relayed: bool = False

    @classmethod
    def load(cls, option: str | None, *, relayed: bool) -> Served:
        """The rules that ship and the packs that are chosen. Raises `PlannerError` as they do."""
        chosen = chosen_packs(option)
        return cls(chosen.planner(), chosen.packs, relayed)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The cases of the rules, read when a rule is explained for the first time."""
        rules = (SHIPPED, *self.packs)
        return tuple(one for path in rules for one in read_scenarios(path, self.planner.rulebook))

    def words(self, field: str) -> Mapping[str, Any]:
        """What the vocabulary says of a field: question, hint, why, and its options."""
        fields: Any = self.planner.rulebook.vocabulary["fields"]
        words: Mapping[str, Any] = fields.get(field, {})
        return words

    def label(self, field: str, value: str) -> str:
        """A field's value in the vocabulary's words, else as the contract writes it."""
        label: str = self.words(field).get("options", {}).get(value, {}).get("label", "")
        return label or value.replace("_", " ")


Call = Context[Served, Any]
"""A call as a tool gets it."""


def served(call: Call) -> Served:
    """What this server serves."""
    return call.request_context.lifespan_context


def can_ask(call: Call) -> bool:
    """Whether the client says that it can show a form to the person (elicitation)."""
    capabilities = call.client_capabilities
    asked = capabilities.elicitation if capabilities else None
    return asked is not None and (asked.form is not None or asked.url is None)
