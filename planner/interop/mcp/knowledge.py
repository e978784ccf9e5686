"""What can be read beside the tools: the vocabulary, the schema, handout, rules and sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp_types import Completion, PromptReference, ResourceTemplateReference

from planner.errors import printable
from planner.interop.mcp import instructions
from planner.interop.mcp.asked import Served
from planner.interop.mcp.schemas import without_safety
from planner.interop.mcp.tools import explanation

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from mcp_types import CompletionArgument, CompletionContext

BASE = "repair-planner://"
HANDOUT, RULES = f"{BASE}handout/{{item}}", f"{BASE}rules/{{id}}"
JSON, MARKDOWN, TEXT = "application/json", "text/markdown", "text/plain"
MOST_OFFERED = 100
"""Names that a completion offers; the protocol allows no more."""


def add_knowledge(server: MCPServer[Served], at_hand: Served) -> None:
    """Add every resource, and names for those that have many."""
    _add_whole(server, at_hand)
    _add_named(server, at_hand)

    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        _context: CompletionContext | None,
    ) -> Completion | None:
        uri = ref.uri if isinstance(ref, ResourceTemplateReference) else ""
        rulebook = at_hand.planner.rulebook
        if uri == HANDOUT:
            return _offered(rulebook.handout.items, argument.value.upper())
        if uri == RULES:
            return _offered((one.id for one in rulebook.rules), argument.value)
        return None

    offering: Any = server.completion()  # type: ignore[no-untyped-call]  # the SDK gives it no type
    offering(complete)


def _offered(names: Iterable[str], start: str) -> Completion:
    """The names that begin so."""
    found = [name for name in names if name.startswith(start)]
    return Completion(
        values=found[:MOST_OFFERED], total=len(found), has_more=len(found) > MOST_OFFERED
    )


def _add_whole(server: MCPServer[Served], at_hand: Served) -> None:
    """What stands alone."""
    rulebook = at_hand.planner.rulebook

    @server.resource(
        f"{BASE}vocabulary",
        name="vocabulary",
        mime_type=JSON,
        description="Each field with its question, the labels of its values, and why it is asked.",
    )
    def vocabulary() -> str:
        return _json(rulebook.vocabulary["fields"])

    @server.resource(
        f"{BASE}schema/observation",
        name="observation_schema",
        mime_type="application/schema+json",
        description="JSON Schema of an observation without `safety`, as make_plan takes it.",
    )
    def observation_schema() -> str:
        return _json(without_safety(at_hand))

    @server.resource(
        f"{BASE}sources",
        name="sources",
        mime_type=JSON,
        description="The bibliography: what each source supports, and how strongly.",
    )
    def sources() -> str:
        return _json({key: asdict(source) for key, source in rulebook.sources.items()})


def _add_named(server: MCPServer[Served], at_hand: Served) -> None:
    """What has many names."""
    handout = at_hand.planner.rulebook.handout

    @server.resource(
        HANDOUT,
        name="handout",
        mime_type=TEXT,
        description="An item of the handout, A1 to D5, exact to the character.",
    )
    def item_of_the_handout(item: str) -> str:
        found = handout.items.get(item.upper())
        if found is None:
            named = ", ".join(handout.items)
            raise ResourceNotFoundError(f"No item is called {printable(item)!r}. Items: {named}.")
        return f"{found.key}: {found.title}\n\n{found.words}\n"

    @server.resource(
        RULES,
        name="rules",
        mime_type=MARKDOWN,
        description="A rule by its id, as a plan names it: conditions, reason, source, cases.",
    )
    def rule(id: str) -> str:  # noqa: A002 - the template's own name for it
        text, near = explanation(at_hand, id)
        if not text:
            hint = f" Did you mean {near}?" if near else ""
            raise ResourceNotFoundError(f"No rule is called {printable(id)!r}.{hint}")
        return text


def add_prompt(server: MCPServer[Served]) -> None:
    """Add `tell_a_rupture`, by which a person begins."""

    @server.prompt(
        name="tell_a_rupture",
        title="Tell a rupture",
        description="From what happened, in your own words, to a repair plan.",
    )
    def tell_a_rupture(narrative: str = "") -> str:
        if not narrative.strip():
            return instructions.PROMPT
        return f"{instructions.PROMPT}\n\n{instructions.TOLD}\n\n{narrative.strip()}"


def _json(told: object) -> str:
    """Data as it can be read by people too."""
    return json.dumps(told, ensure_ascii=False, indent=1)
