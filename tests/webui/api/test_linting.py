"""Other parties' linters find nothing in the description, by every rule that they recommend."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.support.npm import FOLDER, npm_run

pytestmark = pytest.mark.slow
Written = Callable[[Flask], Path]


@pytest.fixture
def kind() -> str:
    """The description is the same on each database."""
    return "sqlite"


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write an application's description to a file."""

    def write(app: Flask) -> Path:
        path = tmp_path / "openapi.json"
        path.write_bytes(app.test_client().get("/api/v1/openapi.json").data)
        return path

    return write


def spectral(path: Path) -> list[str]:
    """What Spectral finds, down to its least hints."""
    rules = ("--ruleset", FOLDER / "spectral.yaml", "--fail-severity", "hint")
    ended = npm_run("spectral", "lint", *rules, "--format", "json", path)
    assert ended.returncode in {0, 1}, ended.stderr
    found = json.loads(ended.stdout[: ended.stdout.rindex("]") + 1])
    return [f"{one['code']}: {'.'.join(map(str, one['path']))}" for one in found]


def redocly(path: Path) -> list[str]:
    """What Redocly finds, warnings too."""
    rules = ("--config", FOLDER / "redocly.yaml", "--format", "json")
    ended = npm_run("redocly", "lint", *rules, path)
    assert ended.returncode in {0, 1}, ended.stderr
    return [f"{one['ruleId']}: {one['message']}" for one in json.loads(ended.stdout)["problems"]]


def test_the_linters_find_nothing_without_accounts(app: Flask, written: Written) -> None:
    path = written(app)
    assert (spectral(path), redocly(path)) == ([], [])


def test_the_linters_find_nothing_with_accounts(site: Flask, written: Written) -> None:
    path = written(site)
    assert json.loads(path.read_text())["components"]["securitySchemes"]
    assert (spectral(path), redocly(path)) == ([], [])


def test_the_linters_find_what_is_amiss(app: Flask, written: Written) -> None:
    path = written(app)
    document = json.loads(path.read_text())
    making = document["paths"]["/api/v1/plans"]["post"]
    del making["description"], making["security"]
    making["requestBody"]["content"]["application/json"]["examples"]["late"]["value"] = {}
    path.write_text(json.dumps(document))
    assert {one.partition(":")[0] for one in spectral(path)} >= {
        "operation-description", "oas3-valid-media-example",
    }  # fmt: skip
    assert {one.partition(":")[0] for one in redocly(path)} >= {
        "security-defined", "no-invalid-media-type-examples",
    }  # fmt: skip
