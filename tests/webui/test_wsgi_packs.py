"""A clinic's own pack under gunicorn: named by the environment or a file, refused by its name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from planner import RulebookError
from tests.support.command import called
from tests.webui.support.postgres import free_port
from tests.webui.test_wsgi import wait_for
from webui.wsgi import application

EXAMPLE = Path(__file__).parents[1] / "example_pack"
LATE = b'{"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}'


@contextmanager
def gunicorn(
    tmp_path: Path, told: Mapping[str, str]
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server as the README starts it, with its address."""
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "error", "webui.wsgi:application()"]
    clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment = {**clean, "REPAIR_PLANNER_DATA": str(tmp_path), **told}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()


def version(address: str) -> str:
    """The rulebook that a plan of this server names."""
    wait_for(address)
    sent = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/api/v1/plans", LATE, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(sent, timeout=30) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["rulebook"]["version"])


@pytest.mark.slow
def test_a_server_plans_with_the_pack_that_the_environment_names(tmp_path: Path):
    with gunicorn(tmp_path, {"RULES": str(EXAMPLE)}) as (address, _):
        assert version(address).endswith("+ Harbor Training Clinic 2.1")


@pytest.mark.slow
def test_a_server_plans_with_the_pack_that_a_file_names(tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text(f"rules = {json.dumps(str(EXAMPLE))}\n", "utf-8")
    with gunicorn(tmp_path, {"REPAIR_PLANNER_CONFIG": str(config)}) as (address, _):
        assert version(address).endswith("+ Harbor Training Clinic 2.1")


@pytest.mark.slow
def test_a_server_whose_pack_is_not_there_stops_and_says_who_named_it(tmp_path: Path):
    with gunicorn(tmp_path, {"RULES": str(tmp_path / "none")}) as (_, server):
        _, told = server.communicate(timeout=60)
    assert server.returncode
    assert "there is no such directory" in told
    assert "The pack is named by the environment variable RULES." in told


def test_the_application_is_not_made_with_other_rules_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("RULES", str(tmp_path))
    with pytest.raises(RulebookError, match="no rule file"):
        application()
    assert list(tmp_path.iterdir()) == []


def test_serve_goes_by_the_environment_too(tmp_path: Path):
    told = {"REPAIR_PLANNER_DATA": str(tmp_path), "DATABASE_URL": "", "RULES": str(tmp_path / "no")}
    done = called(["serve", "--no-browser", "--port", "0"], told)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no such directory" in done.stderr
    assert done.stderr.endswith("The pack is named by the environment variable RULES.\n")
