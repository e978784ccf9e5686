"""What docs/http.md shows of the interface is what the server does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from planner import Planner
from tests.support.command import called
from tests.support.examples import blocks_of, commands_of
from tests.support.live import served
from webui import create_app

PAGE = (Path(__file__).parents[2] / "docs/http.md").read_text("utf-8")
OURS = "http://127.0.0.1:8321"
CALLS = commands_of(PAGE, "curl")


@pytest.fixture(scope="module")
def address(planner: Planner) -> Iterator[str]:
    with served(create_app({"PLANNER": planner}), 9000) as found:
        yield found


def send(
    address: str, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[int, str, str]:
    """The status, the media type and the text that the server answers, a refusal too."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        connection.request(method, path, None if body is None else body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read().decode()


def asked(line: list[str], address: str) -> tuple[int, str, str]:
    """Send what a line of curl sends."""
    url = next(word for word in line if word.startswith(OURS))
    body = line[line.index("-d") + 1] if "-d" in line else None
    named = [line[at + 1].partition(": ") for at, option in enumerate(line) if option == "-H"]
    headers = {name: value for name, _colon, value in named}
    return send(address, "POST" if body else "GET", urlsplit(url).path, body, headers)


def test_the_first_call_gives_the_brief(address: str) -> None:
    status, media, text = asked(CALLS[0], address)
    assert (status, media) == (200, "text/plain")
    assert text.startswith("Repair plan: proceed")


def test_the_second_call_is_refused_as_shown(address: str) -> None:
    status, media, text = asked(CALLS[1], address)
    assert (status, media) == (422, "application/problem+json")
    [shown] = blocks_of(PAGE, "json")
    told, expected = json.loads(text), json.loads(shown)
    assert told.pop("title") in {expected.pop("title"), "Unprocessable Content"}  # by Python 3.13
    assert told == expected


def test_the_third_call_gives_the_description(address: str) -> None:
    assert json.loads(asked(CALLS[2], address)[2])["openapi"].startswith("3.1")
    assert len(CALLS) == 3


def test_each_route_of_the_table_is_there(address: str) -> None:
    routes = re.findall(r"`(GET|POST) (/[\w/.]+)`", PAGE)
    assert len(routes) >= 7
    for method, path in routes:  # what is posted does not say that it is JSON
        assert send(address, method, path, None, {})[0] == (200 if method == "GET" else 415), path


def test_each_route_that_needs_no_account_is_in_the_table(address: str) -> None:
    described = json.loads(send(address, "GET", "/api/v1/openapi.json", None, {})[2])["paths"]
    named = set(re.findall(r"`(?:GET|POST) (/[\w/.]+)`", PAGE))
    assert set(described) - named == {"/healthz"}  # an older name of /readyz


def test_the_commands_are_there() -> None:
    for line in commands_of(PAGE, "repair-planner"):
        assert called([*line[1:], "--help"]).returncode == 0
    assert called(["schema", "observation"]).stdout.count('"contains"') == 5
