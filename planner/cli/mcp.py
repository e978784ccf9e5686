"""`repair-planner mcp`: the planner as tools for an assistant, over standard input and output."""

from __future__ import annotations

import argparse

from planner.cli.terminal import PROGRAM, Commands, add_rules

_SDK = {"mcp", "mcp_types"}


def add_command(commands: Commands) -> None:
    """Add `mcp` to the command line."""
    command = commands.add_parser(
        "mcp",
        help="the planner as tools for an assistant, over stdio",
        description="Serve the planner as tools for an assistant that starts this command (MCP).",
        epilog=f"Example: {PROGRAM} mcp",
    )
    command.add_argument(
        "--allow-relayed",
        action="store_true",
        help="where a client cannot ask, let the assistant relay the person's safety answers",
    )
    add_rules(command)
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Serve until standard input is closed or Ctrl-C is pressed; both are a good end."""
    from planner.errors import PlannerError

    try:
        from planner.interop.mcp.asked import Served
        from planner.interop.mcp.server import serve

        serve(Served.load(chosen.rules, relayed=chosen.allow_relayed))
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _SDK:
            raise
        message = "repair-planner mcp needs the protocol's SDK (mcp>=2.3,<3): pip install '.[mcp]'"
        raise PlannerError(message) from None
    except KeyboardInterrupt:
        return 0
    return 0
