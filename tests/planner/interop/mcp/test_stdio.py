"""The installed command as a process: the SDK's client over stdio, and the inspector's CLI."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from planner.cli.terminal import PIPE_CLOSED
from tests.planner.interop.mcp.support.assistant import (
    ALL_NO,
    LATE,
    ROOT,
    Person,
    data_of,
    has_no_plan,
    program,
    text_of,
)
from tests.support.npm import npm_run
from tests.support.talking import come_to

PACK = Path(__file__).resolve().parents[3] / "example_pack"
SECRET = "Zebulon"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def test_a_whole_talk_over_stdio():
    """In one process: what was told, a plan, a stop, a refusal, and a person who declines."""
    unsure = {**ALL_NO, "self_harm": "unsure"}
    person = Person(ALL_NO, {**ALL_NO, "acute_state": None}, ALL_NO, unsure, ALL_NO, "decline")
    quote = "I was ten minutes late"
    who = {"field": "lateness.who", "value": "therapist", "quote": quote}

    async def talk() -> list[Any]:
        async with Client(program(), elicitation_callback=person) as client:

            async def plan(**more: Any) -> Any:
                return await client.call_tool("make_plan", {"observation": LATE, **more})

            told = {"narrative": f"{quote}.", "answers": [who, {**who, "quote": "I was early"}]}
            return [
                {one.name for one in (await client.list_tools()).tools},
                await client.call_tool("check_told", told),
                await plan(),
                await plan(),
                await plan(),
                await plan(raised_flags=["partner_violence"]),
                await plan(safety={"flags": {}}),
                await plan(),
                await client.call_tool("explain", {"name": "C2"}),
            ]

    names, told, proceed, again, stop, raised, written, declined, item = come_to(talk)
    assert names == {"check_told", "make_plan", "explain"}
    assert [one["value"] for one in data_of(told)["dropped"]] == ["therapist"]
    assert data_of(proceed)["disposition"] == "proceed"
    assert data_of(again)["disposition"] == "proceed"
    assert len(person.forms) == 6, "what was left open once was asked again"
    assert data_of(stop)["disposition"] == "stop"
    assert data_of(raised)["disposition"] == "stop"
    assert written.is_error
    assert has_no_plan(written)
    assert has_no_plan(declined)
    assert text_of(item).startswith("# C2")


def test_relayed_answers_and_a_pack_over_stdio():
    async def talk() -> list[Any]:
        arguments = {"observation": LATE, "safety_answers": ALL_NO}
        async with Client(program("--allow-relayed", "--rules", str(PACK))) as client:
            return [
                await client.call_tool("make_plan", arguments),
                await client.call_tool("make_plan", {"observation": LATE}),
            ]

    plan, without = come_to(talk)
    assert data_of(plan)["safety_answered_by"] == "assistant"
    assert data_of(plan)["rulebook"]["version"]
    assert has_no_plan(without)


def started() -> subprocess.Popen[str]:
    """The process, spoken to by hand and greeted."""
    command = program()
    process = subprocess.Popen(
        [command.command, *command.args],
        env=command.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    me = {"name": "a test", "version": "1"}
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": me}
    assert said(process, "initialize", greeting)["result"]["serverInfo"]["name"] == "repair-planner"
    say(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    return process


def say(process: subprocess.Popen[str], message: Any) -> None:
    """Write a line."""
    assert process.stdin
    process.stdin.write(f"{message if isinstance(message, str) else json.dumps(message)}\n")
    process.stdin.flush()


def said(process: subprocess.Popen[str], method: str, params: Any) -> Any:
    """Ask, and read the answer; whatever else stood on standard output would fail here."""
    say(process, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert process.stdout
    return json.loads(process.stdout.readline())


def test_standard_output_has_the_protocol_alone_and_no_log_has_a_persons_words():
    process = started()
    say(process, f"this is no message, {SECRET}")
    half = {"name": "check_told", "arguments": {"narrative": f"{SECRET} \ud800", "answers": []}}
    say(process, {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": half})
    say(process, {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": SECRET})
    answers = [
        said(process, "tools/call", {"name": SECRET, "arguments": {}}),
        said(process, f"tools/{SECRET}", {}),
        called(process, {"narrative": [SECRET], "answers": SECRET}),
        called(process, {"narrative": f"{SECRET} was late", "answers": [{"field": SECRET}]}),
    ]
    assert all(set(one) <= {"jsonrpc", "id", "result", "error"} for one in answers)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, "a closed standard input is a good end"
    assert out == ""
    assert SECRET not in err
    assert "Traceback" not in err


def called(process: subprocess.Popen[str], arguments: Any) -> Any:
    """What `check_told` answers."""
    return said(process, "tools/call", {"name": "check_told", "arguments": arguments})


def test_ctrl_c_is_a_good_end():
    process = started()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    out, err = process.communicate()
    assert (out, err) == ("", "")


def test_an_assistant_that_reads_no_more_is_no_error_to_tell():
    process = started()
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    say(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}})
    assert process.stdin
    process.stdin.close()
    assert process.wait(60) == PIPE_CLOSED
    assert process.stderr.read() == ""
    process.stderr.close()


def inspected(*arguments: str) -> Any:
    """What the inspector gets from the installed command."""
    command = program().command
    path = f"PYTHONPATH={ROOT}"
    done = npm_run("mcp-inspector", "--cli", command, "mcp", "-e", path, *arguments)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    return json.loads(done.stdout)


def test_the_inspector_finds_no_fault_in_the_tools():
    tools = inspected("--method", "tools/list", "--strict")["tools"]
    assert {one["name"] for one in tools} == {"check_told", "make_plan", "explain"}
    assert all(one["annotations"]["readOnlyHint"] for one in tools)


def test_the_inspector_calls_explain():
    wanted = ("--method", "tools/call", "--tool-name", "explain", "--tool-arg", "name=C3")
    [content] = inspected(*wanted)["content"]
    assert content["text"].startswith("# C3: Clarify boundaries and intentions")
