"""The files in docs/deploy: each is read by the program that it is for, and says one thing."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gunicorn.app.wsgiapp import WSGIApplication

from planner import Planner
from tests.support.command import BIN
from tests.support.live import served
from tests.support.missing import missing
from tests.webui.support.postgres import free_port
from webui import create_app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
DEPLOY = ROOT / "docs" / "deploy"
UNIT = (DEPLOY / "repair-planner.service").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")


def settings() -> dict[str, list[str]]:
    """The settings of the unit: each name with its values, continued lines joined."""
    found: dict[str, list[str]] = {}
    for line in UNIT.replace("\\\n", " ").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def in_image() -> list[str]:
    """The command line of gunicorn in the image."""
    [command] = re.findall(r"^CMD \[\"sh\", \"-c\", \"(.*)\"\]$", CONTAINER, re.MULTILINE)
    return shlex.split(command.partition("exec ")[2])


def in_unit() -> list[str]:
    """The command line of gunicorn in the unit."""
    return shlex.split(
        settings()["ExecStart"][0]
        .replace("webui.wsgi:application()", "webui.wsgi:application\\(\\)")
        .replace("%%", "%")
    )


def configured(line: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What gunicorn itself reads in a command line."""
    monkeypatch.setattr(sys, "argv", line)
    cfg = WSGIApplication("%(prog)s", prog="gunicorn").cfg
    names = ("worker_class_str", "workers", "threads", "worker_connections", "backlog", "timeout",
             "graceful_timeout", "keepalive", "limit_request_line", "limit_request_fields",
             "limit_request_field_size", "max_requests", "max_requests_jitter",
             "control_socket_disable", "access_log_format")  # fmt: skip
    return {name: getattr(cfg, name) for name in names}


def test_unit_and_image_start_gunicorn_with_the_same_limits(monkeypatch: pytest.MonkeyPatch):
    unit = configured(in_unit(), monkeypatch)
    assert unit == configured(in_image(), monkeypatch)
    assert in_unit()[-1] == in_image()[-1] == "webui.wsgi:application()"
    assert unit["worker_class_str"] == "gthread"
    assert not {"%(r)s", "%(U)s", "%(q)s", "%(f)s"} & set(unit["access_log_format"].split(","))
    assert unit["control_socket_disable"]  # it would stand in a home, which the service has not


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it is, but that the program is one that is here."""
    if shutil.which("systemd-analyze") is None:
        missing("systemd is not installed")
    file = tmp_path / "repair-planner.service"
    program = in_unit()[0]
    file.write_text(UNIT.replace(program, str(BIN / "gunicorn")))
    return file


def analyzed(*words: object) -> subprocess.CompletedProcess[str]:
    line = ["systemd-analyze", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_systemd_takes_the_unit_without_a_complaint(unit: Path):
    ended = analyzed("verify", unit)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict"))
    assert "ProtectSystm" in analyzed("verify", unit).stderr


def test_systemd_finds_little_that_the_service_could_reach(unit: Path):
    """2.0 of 10 at most; a unit without these settings has 9."""
    ended = analyzed("security", "--offline=true", "--threshold=20", unit)
    assert ended.returncode == 0, ended.stdout
    known = settings()
    assert known["ProtectSystem"] == ["strict"]
    assert known["StateDirectory"] == ["repair-planner"]
    assert "User" in known


def test_the_unit_names_only_variables_of_the_table():
    named = [one.partition("=")[0] for one in settings()["Environment"]]
    assert named
    assert [name for name in named if f"| `{name}` |" not in PAGE] == []


KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


def instructions() -> list[list[str]]:
    """The instructions of the image, each as its words, continued lines joined."""
    lines = CONTAINER.replace("\\\n", " ").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_the_image_is_made_of_files_that_are_there_and_runs_as_nobody_special():
    told = instructions()
    assert {line[0] for line in told} <= KNOWN
    assert [line[0] for line in told].count("FROM") == 2
    copied = [word for line in told if line[0] == "COPY" for word in line[1:-1]]
    assert {"pyproject.toml", "rules", "planner", "webui"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    last = max(number for number, line in enumerate(told) if line[0] == "FROM")
    [user] = [line[1] for line in told[last:] if line[0] == "USER"]
    assert all(int(one) >= 1000 for one in user.split(":"))
    packed = {"README.md", "LICENSE", "pyproject.toml", "constraints.txt", "Makefile"}
    assert packed <= set(copied)


@pytest.mark.slow
def test_what_the_image_copies_is_enough_to_build_the_wheel(tmp_path: Path):
    """The one RUN line that reads the project; `make wheelhouse` itself has its own test."""
    tree = tmp_path / "src"
    tree.mkdir()
    for line in instructions():
        for name in line[1:-1] if line[0] == "COPY" else ():
            one = ROOT / name
            ignored = shutil.ignore_patterns("__pycache__")
            if one.is_dir():
                shutil.copytree(one, tree / name, ignore=ignored)
            else:
                shutil.copy(one, tree / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "out")]
    ended = subprocess.run(build, cwd=tree, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    dry = ["make", "-n", "wheelhouse", f"WHEELHOUSE={tmp_path}", "EXTRAS=clinic,metrics"]
    assert subprocess.run(dry, cwd=tree, capture_output=True, check=False).returncode == 0


def test_the_image_asks_whether_the_process_lives(planner: Planner):
    """The command of its HEALTHCHECK, run: 0 while it answers, another status after."""
    [line] = [line for line in instructions() if line[0] == "HEALTHCHECK"]
    text = " ".join(line)
    command: list[str] = ast.literal_eval(text[text.index("[") :])
    assert command[0] == "python"
    port = free_port()

    def ask() -> int:
        code = command[2].replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        words = [sys.executable, command[1], code]
        return subprocess.run(words, capture_output=True, check=False).returncode

    with served(create_app({"PLANNER": planner}), port):
        assert ask() == 0
    assert ask() != 0


SET = {"X-Forwarded-For": "$remote_addr", "X-Forwarded-Proto": "$scheme",
       "X-Forwarded-Host": "$host", "X-Request-ID": "$request_id"}  # fmt: skip


def test_nginx_sets_each_header_that_the_program_believes():
    """Once and for all places: a place that set one of its own would inherit none of them."""
    told = re.findall(r"^( *)proxy_set_header (\S+) (.+);$", NGINX, re.MULTILINE)
    assert {name: value for _, name, value in told if name.startswith("X-")} == SET
    assert {len(indent) for indent, *_ in told} == {4}
