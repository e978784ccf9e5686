"""docs/cds-hooks.md: its files, its keys, its server and its record, run as they are written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.support.command import BIN
from tests.support.examples import blocks_of, commands_of
from tests.webui.support.postgres import free_port

PAGE = (Path(__file__).parents[2] / "docs/cds-hooks.md").read_text("utf-8")
CLIENTS, DISCOVERY = map(json.loads, blocks_of(PAGE, "json"))
PROGRAMS = {block.partition("\n")[0]: block for block in blocks_of(PAGE, "python")}


def run(name: str, place: Path) -> str:
    """Run a program of the page, written into a file of its name; give what it prints."""
    file = place / name
    file.write_text(PROGRAMS[f"# {name}"], "utf-8")
    ended = subprocess.run(
        [sys.executable, name], cwd=place, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A directory with the page's files, and its server at another port."""
    place, port = tmp_path_factory.mktemp("cds-hooks"), str(free_port())
    (place / "clients.json").write_text(json.dumps(CLIENTS), "utf-8")
    run("keys.py", place)
    PROGRAMS["# record.py"] = PROGRAMS["# record.py"].replace("8321", port)
    [[_export, *exported]] = commands_of(PAGE, "export")
    [[program, *words]] = commands_of(PAGE, "repair-planner")
    environment = dict(one.replace("8321", port).split("=", 1) for one in exported)
    environment |= {"REPAIR_PLANNER_DATA": str(place), "PYTHONUNBUFFERED": "1"}
    command = [str(BIN / program), *words, "--port", port]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=place, env={**os.environ, **environment}
    ) as server:
        try:
            assert server.stdout
            assert any(re.search(r"ready at http", line) for line in server.stdout)
            yield place, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.mark.slow
def test_the_record_gets_what_the_page_says(desk: tuple[Path, str]) -> None:
    [printed] = blocks_of(PAGE, "text")
    assert run("record.py", desk[0]) == printed


@pytest.mark.slow
def test_the_service_is_described_as_the_page_says(desk: tuple[Path, str]) -> None:
    with urlopen(f"{desk[1]}/cds-services", timeout=10) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
    [service], [told] = found["services"], DISCOVERY["services"]
    assert list(service) == list(told)
    assert {**service, **{name: "…" for name, value in told.items() if value == "…"}} == told


def test_the_page_names_what_the_code_has() -> None:
    from webui.cds.feedback import OTHER
    from webui.cds.trust import LEEWAY, LONGEST

    assert f"{LEEWAY.seconds} seconds" in PAGE
    assert LONGEST.total_seconds() == 3600
    assert f"counted as `{OTHER}`" in PAGE
