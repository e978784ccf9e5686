"""An assistant that talks to the server by the SDK's own client, and the person beside it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mcp import Client, StdioServerParameters
from mcp.client.session import ClientRequestContext
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from planner.contract.values import FLAGS
from planner.interop.mcp.asked import Served
from planner.interop.mcp.server import server_of
from tests.support.talking import come_to

ROOT = Path(__file__).resolve().parents[5]
LATE: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist"}],
    "context": {"alliance": "good", "phase": "middle"},
}
"""An observation as an assistant writes it: without `safety`."""
ALL_NO = dict.fromkeys(FLAGS, "no")
MODES = ("auto", "legacy")
"""Both ways in which the protocol asks a person: rounds of one call (2026), and amid it."""

T = TypeVar("T")
Reply = Mapping[str, Any] | str | None


class Person:
    """Answers each form with the next reply, the last one again and again; keeps the forms.

    A reply is what the form is filled with, or "decline" or "cancel".
    """

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.forms: list[Any] = []

    async def __call__(
        self, context: ClientRequestContext, params: ElicitRequestParams
    ) -> ElicitResult:
        """Answer a form, as the client hands it over."""
        del context  # the SDK hands it to every such function
        self.forms.append(params)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, str):
            return ElicitResult.model_validate({"action": reply})
        return ElicitResult.model_validate({"action": "accept", "content": reply})


@cache
def at_hand(*, relayed: bool = False) -> Served:
    """The rules that ship, read once."""
    return Served.load(None, relayed=relayed)


@cache
def _server(served: Served) -> MCPServer[Served]:
    """The server, made once: nothing of a talk stays in it."""
    return server_of(served)


def talked(
    talk: Callable[[Client], Awaitable[T]],
    person: Person | None = None,
    *,
    served: Served | None = None,
    mode: str = "auto",
) -> T:
    """What a talk in memory comes to; without a person, a client that cannot ask."""

    async def talking() -> T:
        server = _server(served or at_hand())
        client: AbstractAsyncContextManager[Client] = Client(
            server, elicitation_callback=person, mode=mode
        )
        async with client as entered:
            return await talk(entered)

    return come_to(talking)


def called(
    tool: str,
    arguments: dict[str, Any],
    person: Person | None = None,
    *,
    relayed: bool = False,
    mode: str = "auto",
) -> CallToolResult:
    """What one call gives."""
    return talked(
        lambda client: client.call_tool(tool, arguments),
        person,
        served=at_hand(relayed=relayed),
        mode=mode,
    )


def planned(
    person: Person | None = None, observation: Any = LATE, *, mode: str = "auto", **more: Any
) -> CallToolResult:
    """What `make_plan` gives for an observation."""
    return called("make_plan", {"observation": observation, **more}, person, mode=mode)


def text_of(result: CallToolResult) -> str:
    """What is to be read."""
    return "\n".join(one.text for one in result.content if isinstance(one, TextContent))


def data_of(result: CallToolResult) -> dict[str, Any]:
    """The same as data; {} where there is none."""
    return result.structured_content or {}


def has_no_plan(result: CallToolResult) -> bool:
    """Whether nothing of a plan came back."""
    return not data_of(result).get("plan") and "disposition" not in data_of(result)


def program(*arguments: str) -> StdioServerParameters:
    """The installed command, on this checkout's code."""
    command = str(Path(sys.executable).parent / "repair-planner")
    return StdioServerParameters(
        command=command, args=["mcp", *arguments], env={"PYTHONPATH": str(ROOT)}
    )
