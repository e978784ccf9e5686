"""The server: the tools with what an assistant is told of them, and what can be read beside them.

Over stdio, standard output belongs to the protocol alone. What goes wrong inside is told on
standard error by its kind and place, never by its text: that may be what a person wrote.
"""

from __future__ import annotations

import logging
import os
import signal
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations

from planner.errors import printable
from planner.interop.mcp import instructions, results, schemas, tools
from planner.interop.mcp.asked import Call, Served
from planner.interop.mcp.knowledge import add_knowledge, add_prompt

NAME = "repair-planner"
READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class PlannerServer(MCPServer[Served]):
    """The server; an argument that a tool does not have is refused, never passed over."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Call | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Whoever writes `safety` beside the arguments is told whose it is."""
        tool = next((one for one in await self.list_tools() if one.name == name), None)
        known = tool.input_schema["properties"] if tool else arguments
        unknown = [one for one in arguments if one not in known]
        if unknown:
            return results.refusal(_no_argument(name, unknown, list(known)))
        return await super().call_tool(name, arguments, context)


def _no_argument(name: str, unknown: list[str], known: list[str]) -> str:
    """What is said of arguments that a tool does not have."""
    named = ", ".join(f"`{printable(one)}`" for one in unknown[:5])
    text = f"{name} has no argument {named}. Arguments: {', '.join(known)}."
    if any("safety" in one or "flag" in one for one in unknown):
        text += (
            " The safety questions are put to the person, and you cannot answer them; "
            "to raise a flag, name it in `raised_flags` of make_plan."
        )
    return text


def server_of(at_hand: Served) -> MCPServer[Served]:
    """The server for a planner, not yet listening."""

    @asynccontextmanager
    async def life(_: MCPServer[Served]) -> AsyncIterator[Served]:
        yield at_hand

    server: MCPServer[Served] = PlannerServer(
        NAME,
        title="Repair Planner",
        instructions=instructions.SERVER,
        version=version(NAME),
        tools=_tools(at_hand),
        lifespan=life,
        log_level="WARNING",
    )
    add_knowledge(server, at_hand)
    add_prompt(server)
    return server


def _tools(at_hand: Served) -> list[Tool]:
    """The tools, with schemas in the vocabulary's words."""
    observation = {
        "observation": schemas.without_safety(at_hand),
        "raised_flags": schemas.raised_flags(at_hand),
    }
    planning = partial(_tool, name="make_plan", title="Make a repair plan")
    if at_hand.relayed:
        relayed = observation | {"safety_answers": schemas.safety_answers(at_hand)}
        make = planning(tools.make_plan_relayed, instructions.MAKE_PLAN_RELAYED, relayed)
    else:
        make = planning(tools.make_plan, instructions.MAKE_PLAN, observation)
    told = {"narrative": schemas.narrative(), "answers": schemas.told_answers()}
    name = {"name": {"type": "string", "description": "Such as own-part.own-it or C2."}}
    return [
        _tool(tools.check_told, instructions.CHECK_TOLD, told, title="Check what was told"),
        make,
        _tool(tools.explain, instructions.EXPLAIN, name, title="Explain a rule or an item"),
    ]


def _tool(
    made: Callable[..., Any],
    description: str,
    properties: dict[str, Any],
    *,
    title: str,
    name: str | None = None,
) -> Tool:
    """A tool with these properties in place of what its function's types tell."""
    tool = Tool.from_function(
        made,
        name=name,
        title=title,
        description=description,
        annotations=READS_ONLY,
        structured_output=False,
    )
    tool.parameters |= {
        "title": tool.name,
        "properties": properties,
        "additionalProperties": False,
    }
    return tool


class KindAndPlace(logging.Formatter):
    """Writes of an error its kind and where it was, and nothing that was in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the message's own blanks are left empty, for they may be a person's words."""
        kind, place = "", ""
        if record.exc_info and record.exc_info[0]:
            kind = f" {record.exc_info[0].__name__}"
            last = traceback.extract_tb(record.exc_info[2])[-1:]
            place = "".join(f" at {one.name}:{one.lineno}" for one in last)
        message = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        return f"{NAME} mcp: {record.levelname} in {record.name}: {message}{kind}{place}"


def _end(*_: object) -> None:
    """End at once: a thread waits for a line of standard input, and Python would wait for it."""
    os._exit(0)


def serve(at_hand: Served) -> None:
    """Listen on standard input until it is closed; Ctrl-C ends the process with status 0.

    Nothing is kept, so nothing can be left half written.
    """
    signal.signal(signal.SIGINT, _end)
    handler = logging.StreamHandler()
    handler.setFormatter(KindAndPlace())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    server_of(at_hand).run("stdio")
