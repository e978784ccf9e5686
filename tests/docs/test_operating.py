"""The page on operating says what the program does, and the files beside it can be used."""

from __future__ import annotations

import ast
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from planner import Planner
from tests.docs.test_deploying import configured, in_unit
from tests.support.command import called
from tests.support.examples import commands_of
from tests.support.live import served
from tests.test_house import MODULES
from tests.webui.support.postgres import free_port
from webui import MEGABYTE, create_app
from webui.commands import listening

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
DEPLOY = ROOT / "docs" / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
NAME = re.compile(r"[A-Z]+(?:_[A-Z]+)*")


def words_of(node: ast.AST) -> Iterator[str]:
    """The name of an environment variable that an expression is, if it is one."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAME.fullmatch(node.value)
    ):
        yield node.value


def read_by(path: Path) -> set[str]:
    """The variables that a module reads: asked for by name, or by a constant of the module."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    found = {"PYTHONPYCACHEPREFIX"} if "sys.pycache_prefix" in text else set()
    if not re.search(r"os\.environ|environ: Mapping", text):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.update(words_of(node.slice))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("environ.get", "getenv")
        ):
            found.update(*(words_of(one) for one in node.args[:1]))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple):
            found.update(name for one in ast.walk(node.value) for name in words_of(one))
    return found


def test_the_table_has_every_variable_that_is_read_and_no_other():
    rows = [line.split("|")[1] for line in PAGE.splitlines() if re.match(r"\| `[A-Z_]+`", line)]
    told = [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]
    assert len(told) == len(set(told))
    assert set(told) == set().union(*map(read_by, MODULES))


def test_the_table_of_counts_has_each_of_them():
    app = create_app({"METRICS_TOKEN": "a token of twenty-four letters"})
    counted = {one.name for one in app.extensions["metrics"].collect()}
    told = re.findall(r"^\| `(repair_planner_\w+)`", PAGE, re.MULTILINE)
    plain = {re.sub(r"_(total|info)$", "", name) for name in told}
    elsewhere = {"repair_planner_database_ready", "repair_planner_cds_feedback"}
    assert plain - elsewhere == counted


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.mark.usefixtures("desk")
def test_the_commands_run_in_their_order_on_a_new_server():
    lines = commands_of(PAGE, "repair-planner")
    told = [line[1] for line in lines]
    assert told == ["recover", "audit", "backup", "restore", "change-key"]
    for line in [["repair-planner", "start-code"], *lines[1:]]:  # nobody is there to recover
        ended = called(line[1:])
        assert (ended.returncode, ended.stderr) == (0, "")


def test_the_three_questions_are_answered_as_written():
    token = "a token of twenty-four letters"
    client = create_app({"METRICS_TOKEN": token}).test_client()
    lines = commands_of(PAGE, "curl")
    assert len(lines) == 3
    for _, url, *more in lines:
        headers = [word.replace("$METRICS_TOKEN", token) for word in more if word != "-H"]
        sent = dict(one.split(": ") for one in headers)
        answer = client.get(url, headers=sent)
        assert answer.status_code == 200
        assert "ok" in answer.text or "repair_planner_requests_total" in answer.text


@pytest.mark.parametrize("target", [line[1] for line in commands_of(PAGE, "make")])
def test_every_make_target_exists(target: str):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def row(name: str) -> list[str]:
    """A row of the table of limits: nginx, gunicorn, serve."""
    [found] = re.findall(rf"^\| {name} \| (.*) \|$", PAGE, re.MULTILINE)
    return [one.strip() for one in found.split("|")]


def test_the_table_of_limits_says_what_is_set(monkeypatch: pytest.MonkeyPatch):
    gunicorn = configured(in_unit(), monkeypatch)
    assert create_app().config["MAX_CONTENT_LENGTH"] == MEGABYTE
    assert row("body") == ["2 MB, then the program's own 1 MB (413)", "1 MB", "1 MB"]
    assert "client_max_body_size 2m;" in NGINX
    assert row("header") == [
        "8 KB a line",
        f"4 KB the first line, {gunicorn['limit_request_fields']} fields of 8 KB",
        f"{listening.HEADER >> 10} KB",
    ]
    assert "large_client_header_buffers 4 8k;" in NGINX
    assert "client_header_timeout 10s;" in NGINX
    assert "client_body_timeout 10s;" in NGINX
    assert row("slow header or body")[0] == "10 s"
    assert row("an answer that takes long")[:2] == [
        "60 s",
        f"{gunicorn['timeout']} s, then the process is replaced",
    ]
    assert "proxy_read_timeout 60s;" in NGINX
    each, waiting = gunicorn["worker_connections"], gunicorn["backlog"]
    assert row("connections") == [
        "100 an address",
        f"{each} a process, {waiting} waiting",
        f"{listening.CONNECTIONS:,}, then the one silent longest is closed",
    ]
    assert "limit_conn planner_connections 100;" in NGINX
    together = gunicorn["workers"] * gunicorn["threads"]
    assert row("requests") == [
        "40 a second an address, 120 at once (429)",
        f"{together} at a time",
        f"{listening.THREADS} at a time",
    ]
    assert row("slow header or body")[2] == f"{listening.SILENT} s"
    assert "rate=40r/s" in NGINX
    assert "burst=120" in NGINX


def test_who_sends_slowly_keeps_nobody_waiting_at_serve(planner: Planner):
    """Ninety unfinished requests: twenty times as many as it has threads."""
    half = b"POST /api/v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
    port = free_port()
    with served(create_app({"PLANNER": planner}), port) as address, ExitStack() as open_:
        for number in range(90):
            slow = open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            slow.sendall(half if number % 2 else half + b"\r\n{")
        with urllib.request.urlopen(f"{address}/livez", timeout=5) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
