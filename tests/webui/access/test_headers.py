"""Every route carries the headers; a route that this table does not know fails."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webui.access.problems import MOST_TAKEN

ROUTES: dict[tuple[str, str], str] = {
    ("GET", "/static/<path:filename>"): "/static/screen.css",
    ("GET", "/"): "/",
    ("POST", "/"): "/",
    ("GET", "/plan"): "/plan",
    ("POST", "/plan"): "/plan",
    ("GET", "/plan/<ref>"): "/plan/none",
    ("GET", "/plan/<ref>/change"): "/plan/none/change",
    ("GET", "/plan/<ref>/text"): "/plan/none/text",
    ("POST", "/plan/<ref>/forget"): "/plan/none/forget",
    ("GET", "/rules"): "/rules?q=apology",
    ("POST", "/rules"): "/rules",
    ("GET", "/rules/changes"): "/rules/changes",
    ("GET", "/rules/<any(item, kind, does):way>/<key>"): "/rules/item/C2",
    ("GET", "/rules/<rule_id>"): "/rules/own-part.own-it",
    ("GET", "/handout"): "/handout",
    ("GET", "/scenarios"): "/scenarios",
    ("GET", "/scenarios/<any(kind, item):way>/<key>"): "/scenarios/kind/lateness",
    ("GET", "/scenarios/<key>"): "/scenarios/a8e699bc",
    ("GET", "/practice"): "/practice?item=C2",
    ("GET", "/practice/next"): "/practice/next",
    ("GET", "/practice/<key>"): "/practice/0e0ad364",
    ("POST", "/practice/<key>"): "/practice/0e0ad364",
    ("GET", "/practice/<key>/beside"): "/practice/0e0ad364/beside?goes_on=stop",
    ("GET", "/handout/<item>"): "/handout/C2",
    ("POST", "/api/v1/plans"): "/api/v1/plans",
    ("GET", "/api/v1/rulebook"): "/api/v1/rulebook",
    ("GET", "/api/v1/questionnaire"): "/api/v1/questionnaire",
    ("GET", "/api/v1/vocabulary"): "/api/v1/vocabulary",
    ("GET", "/api/v1/openapi.json"): "/api/v1/openapi.json",
    ("GET", "/docs"): "/docs",
    ("GET", "/livez"): "/livez",
    ("GET", "/readyz"): "/readyz",
    ("GET", "/healthz"): "/healthz",
    ("GET", "/manifest.webmanifest"): "/manifest.webmanifest",
    ("GET", "/offline"): "/offline",
    ("GET", "/sw.js"): "/sw.js",
    ("GET", "/.well-known/security.txt"): "/.well-known/security.txt",
}
KEPT_BUT_ASKED_FOR = {
    "/static/screen.css", "/api/v1/rulebook", "/api/v1/questionnaire", "/api/v1/vocabulary",
    "/manifest.webmanifest",
    "/offline", "/sw.js",
}  # fmt: skip


def assert_protected(response: TestResponse) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert {"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert {"manifest-src 'self'", "worker-src 'self'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_this_table_knows_every_route(app: Flask) -> None:
    found = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), [(route[0], path) for route, path in ROUTES.items()])
def test_every_route_is_protected(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code < 500
    assert_protected(response)
    expected = "no-cache" if path in KEPT_BUT_ASKED_FOR else "no-store"
    assert response.headers["Cache-Control"] == expected
    response.close()


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/rules/no.such", "/handout/Z9"])
def test_errors_are_protected_too(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert_protected(response)


@pytest.mark.parametrize("path", ["/", "/api/v1/plans", "/handout"])
def test_a_foreign_host_name_is_refused(client: FlaskClient, path: str) -> None:
    """A page elsewhere could point its own name at this machine (DNS rebinding)."""
    response = client.get(path, base_url="http://evil.example")
    assert response.status_code == 400
    assert "evil" not in response.text
    assert_protected(response)


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(
    client: FlaskClient,
) -> None:
    cookie = client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_nothing_is_changed_by_get(client: FlaskClient) -> None:
    response = client.get("/plan?kind=lateness")
    assert response.status_code == 303
    assert response.headers["Location"] == "/"


class Sent(BytesIO):
    """A body as a server hands it over; knows how much of it was read."""

    def __init__(self, size: int) -> None:
        super().__init__(bytes(size))
        self.taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


@pytest.mark.parametrize(
    ("path", "size", "taken"),
    [
        ("/api/v1/plans", 1_500_000, 1_500_000),
        ("/plan", 1_500_000, 1_500_000),
        ("/api/v1/nothing", 100_000, 100_000),
        ("/api/v1/plans", 50_000_000, MOST_TAKEN),
    ],
)
def test_a_refused_body_is_taken_in_so_that_a_proxy_hears_why(
    app: Flask, path: str, size: int, taken: int
) -> None:
    """A server that closes while the proxy still sends makes it say 502."""
    sent = Sent(size)
    told = {"Content-Type": "application/json"}
    with app.test_client() as client:
        answer = client.post(path, input_stream=sent, content_length=size, headers=told)
    assert answer.status_code in (404, 413)
    assert sent.taken == taken
