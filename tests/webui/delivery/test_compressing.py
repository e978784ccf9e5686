"""Pages and answers travel compressed, for those who take it, and hold the same."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.webui.support.sending import Pairs
from webui import create_app
from webui.delivery.compressing import Stretch, holds

TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]+"')
PAGES = ["/", "/rules", "/rules/own-part.own-it", "/handout/C2", "/api/v1/rulebook", "/offline",
         "/api/v1/openapi.json", "/nothing", "/sw.js"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_what_is_compressed_holds_the_same(client: FlaskClient, path: str) -> None:
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = client.get(path)
    assert packed.status_code == plain.status_code
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    unpacked = gzip.decompress(packed.data).decode()
    assert TOKEN.sub("", unpacked) == TOKEN.sub("", plain.text)
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_forms_questions_are_compressed_once_and_found_in_the_page(app: Flask) -> None:
    """The first page makes the compressed stretch; every other has the very same bytes of it."""
    client = app.test_client()
    pages = [client.get("/", headers={"Accept-Encoding": "gzip"}).data for _ in range(2)]
    kept = [one for one in app.extensions["fragments"]._pieces.values() if isinstance(one, Stretch)]
    (questions,) = kept
    assert all(questions.packed in page for page in pages)
    assert all(questions.plain in gzip.decompress(page) for page in pages)
    assert len(questions.plain) > 0.9 * len(gzip.decompress(pages[0]))


def test_an_answer_that_only_begins_like_a_stretch_is_compressed_whole() -> None:
    app: Flask = create_app()
    stretch = Stretch.of("y" * 700)

    def begun() -> str:
        holds(stretch)
        return "y" * 650

    app.add_url_rule("/begun", view_func=begun, endpoint="begun")
    answer = app.test_client().get("/begun", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == b"y" * 650


def test_a_plan_is_compressed_too(client: FlaskClient, late: Pairs) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    data = MultiDict([("csrf_token", token[1]), *late])
    client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
    packed = client.post("/plan", data=data, follow_redirects=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    plain = gzip.decompress(packed.data)
    assert b"</html>" in plain
    assert len(packed.data) < len(plain) / 3


@pytest.mark.parametrize(
    "accept",
    ["", "identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0.5, identity", "gzip; q=0.0, *", "x"],
)
def test_whoever_does_not_take_gzip_gets_plain_bytes(client: FlaskClient, accept: str) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accept})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_head_request_tells_what_would_be_sent(client: FlaskClient) -> None:
    head = client.head("/handout", headers={"Accept-Encoding": "gzip"})
    whole = client.get("/handout", headers={"Accept-Encoding": "gzip"})
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert head.headers["Content-Encoding"] == "gzip"


def test_the_rulebooks_edition_is_recognized_either_way(client: FlaskClient) -> None:
    """The tag of a compressed answer is weak, and still means that nothing changed."""
    packed = client.get("/api/v1/rulebook", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/v1/rulebook")
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for answer in (packed, plain):
        headers = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
        again = client.get("/api/v1/rulebook", headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers


@pytest.fixture(scope="module")
def other() -> FlaskClient:
    """An application that also sends what this one does not."""
    app: Flask = create_app()
    app.add_url_rule("/short", view_func=lambda: "x" * 499, endpoint="short")
    app.add_url_rule("/long", view_func=lambda: "x" * 500, endpoint="long")
    app.add_url_rule(
        "/bytes", view_func=lambda: Response(b"x" * 900, mimetype="image/png"), endpoint="b"
    )
    app.add_url_rule(
        "/done",
        view_func=lambda: Response(gzip.compress(b"x" * 900), headers={"Content-Encoding": "gzip"}),
        endpoint="d",
    )
    app.add_url_rule(
        "/stream", view_func=lambda: Response(iter(["x" * 900]), mimetype="text/csv"), endpoint="s"
    )
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "packed"),
    [("short", False), ("long", True), ("bytes", False), ("done", True), ("stream", False)],
)
def test_short_answers_pictures_and_streams_stay_as_they_are(
    other: FlaskClient, path: str, packed: bool
) -> None:
    answer = other.get(f"/{path}", headers={"Accept-Encoding": "gzip"})
    assert ("Content-Encoding" in answer.headers) is packed
    content = gzip.decompress(answer.data) if packed else answer.data
    assert set(content.decode()) == {"x"}
