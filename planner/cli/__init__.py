"""The command line: one module for each command, and `command_line` that runs them."""

from planner.cli.command_line import main

__all__ = ["main"]
