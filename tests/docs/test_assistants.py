"""docs/assistants.md: its four lines start the server, and what it says of the tools is so."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from planner.cli.command_line import OWN_COMMANDS
from planner.contract.values import FLAGS
from planner.interop.mcp.asked import Served
from planner.interop.mcp.results import ANSWERED_BY
from planner.interop.mcp.safety import MOST_TIMES
from planner.interop.mcp.server import server_of
from tests.support.command import BIN
from tests.support.examples import blocks_of
from tests.support.talking import come_to

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "assistants.md").read_text("utf-8")
HERE = {"PYTHONPATH": str(ROOT), "PATH": str(BIN)}
NUMBERS = {3: "three", 15: "fifteen"}


def configured() -> StdioServerParameters:
    """The server as the four lines name it, found where this project is installed."""
    [block] = blocks_of(PAGE, "json")
    assert len(block.strip().splitlines()) == 4
    [told] = json.loads(block)["mcpServers"].values()
    return StdioServerParameters(**{**told, "command": str(BIN / told["command"])}, env=HERE)


@pytest.mark.slow
def test_the_four_lines_start_the_server():
    async def talk() -> set[str]:
        async with Client(configured()) as client:
            return {one.name for one in (await client.list_tools()).tools}

    assert come_to(talk) == set(re.findall(r"^- `(\w+)` ", PAGE, re.MULTILINE))


@pytest.fixture
def installed(tmp_path):
    """A place where the command is found, with this checkout's code."""
    command = tmp_path / "repair-planner"
    command.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{BIN}/repair-planner' \"$@\"\n")
    command.chmod(0o755)
    return tmp_path


@pytest.mark.slow
def test_the_python_example_asks_and_prints_a_plan(installed):
    [example] = blocks_of(PAGE, "python")
    done = subprocess.run(
        [sys.executable, "-c", example],
        env={"PATH": f"{installed}{os.pathsep}{os.environ['PATH']}"},
        input="\n".join(["unsure", *["no"] * (len(FLAGS) - 1)]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "# Repair plan: stop\n" in done.stdout


def test_every_address_can_be_read_and_the_prompt_is_there():
    named = re.findall(r"`(repair-planner://[^`]+)`", PAGE)
    assert len(named) == 5

    async def talk() -> list[str]:
        async with Client(server_of(Served.load(None, relayed=False))) as client:
            for uri in named:
                assert (await client.read_resource(uri)).contents
            return [one.name for one in (await client.list_prompts()).prompts]

    assert [f"`{name}`" in PAGE for name in come_to(talk)] == [True]


def test_numbers_and_names_are_the_programs():
    assert f"each of the {NUMBERS[len(FLAGS)]} safety flags" in PAGE
    assert f"{NUMBERS[MOST_TIMES]} times at most" in PAGE
    assert f"`{ANSWERED_BY}` is `person` or `assistant`" in PAGE
    assert "mcp" in OWN_COMMANDS
    assert "pip install '.[mcp]'" in blocks_of(PAGE, "sh")[0]
