"""The server that `serve` starts: the address it prints is the one that answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from tests.support.command import COMMAND, called
from webui import create_app
from webui.commands.serve import listen, opening
from webui.database.address import sqlite_address


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command itself, in its own process, with the address that it printed."""
    command = [*COMMAND, "serve", "--no-browser", *options]
    with TemporaryDirectory() as data:
        environment = {**os.environ, "REPAIR_PLANNER_DATA": data}
        environment.pop("DATABASE_URL", None)
        yield from _serving(command, environment)


def _serving(
    command: list[str], environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    try:
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address
        yield process, address[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        process.stdout.close()


def fetch(address: str, data: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own server
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_it_serves_pages_and_plans_refuses_ten_megabytes_and_stops_when_told() -> None:
    with serving("--port", "0") as (process, address):
        assert b"Repair Planner" in fetch(address)[1]
        body = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
        status, plan = fetch(f"{address}api/v1/plans", json.dumps(body).encode())
        assert status == 200
        assert json.loads(plan)["disposition"] == "proceed"
        status, problem = fetch(f"{address}api/v1/plans", b" " * 10_000_000)
        assert status == 413
        assert json.loads(problem)["status"] == 413
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_taken_port_leads_to_the_next_free_one(app: Flask) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = listen(app, "127.0.0.1", port)
        try:
            assert port < int(server.effective_port) < port + 100
        finally:
            server.close()


def test_a_server_in_a_process_with_other_work_leaves_its_pace_alone(app: Flask) -> None:
    """Fifty milliseconds between threads suit a server alone; other threads would crawl."""
    pace = sys.getswitchinterval()
    listen(app, "127.0.0.1", 0).close()
    assert sys.getswitchinterval() == pace


def test_what_lives_as_long_as_the_server_is_not_looked_through_for_garbage() -> None:
    """In a process of its own, as `run` wants it; the server ends at once."""
    told = "import gc; from webui.commands.serve import run"
    server = "type('Ended', (), {'run': lambda self: print(gc.get_freeze_count())})()"
    ended = subprocess.run(
        [sys.executable, "-c", f"{told}; run({server})"], capture_output=True, text=True, check=True
    )
    assert int(ended.stdout) > 1000


@pytest.mark.parametrize("port", ["x", "-1", "65536", "٣"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = called(["serve", "--port", port])
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_broken_pack_is_told_by_file_and_line(tmp_path: object) -> None:
    pack = Path(str(tmp_path))
    (pack / "own.yaml").write_text("- id: x\n")
    done = called(["serve", "--no-browser", "--rules", str(pack)])
    assert done.returncode != 0
    assert "own.yaml:1:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "opened"),
    [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)],  # noqa: S104 - only named
)
def test_our_own_browser_is_let_in_at_the_first_start_on_this_machine_alone(
    tmp_path: Path, host: str, opened: bool
) -> None:
    database = sqlite_address(tmp_path / "plans.sqlite3")
    app = create_app({"DATABASE": database})
    path = opening(app, host)
    assert path.startswith("start/") is opened
    code = app.extensions["store"].sessions.new_start_code()
    app.extensions["store"].sessions.start(code, "Olga", "a cup mended with gold", ())
    assert opening(app, host) == ""
    app.extensions["store"].database.close()
