"""Files have one hash in their addresses and are kept for good; the sheets are one sheet."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from webui import create_app
from webui.delivery.assets import FOLDER, FOR_GOOD, Assets

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}
LINKED = re.compile(r'(?:href|src)="([^"]*/static/[^"]*)"')


def linked(page: str) -> list[str]:
    return LINKED.findall(page)


def test_each_file_of_a_page_is_there_and_is_kept_for_good(client: FlaskClient) -> None:
    found = linked(client.get("/").text)
    assert len(found) >= 7
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == FOR_GOOD
        assert "immutable" in FOR_GOOD


@pytest.mark.parametrize("before", ["", "0123456789abcdef/"])
def test_without_todays_hash_a_file_is_sent_and_asked_for_anew(
    client: FlaskClient, before: str
) -> None:
    """A page that was open during a release finds its scripts; no cache keeps them."""
    answer = client.get(f"/static/{before}repair-planner.js")
    assert answer.status_code == 200
    assert answer.data == (FOLDER / "repair-planner.js").read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["none.js", "../__init__.py", "%2e%2e/__init__.py", "people.css", "govuk/kit.scss", ""]
)
def test_nothing_else_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_missing_file_is_never_kept(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"/static/{app.extensions['assets'].version}/none.js")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-cache"


def test_one_byte_more_gives_every_address_another_hash(tmp_path: Path) -> None:
    for name in ("print.css", "one.css", "one.js"):
        (tmp_path / name).write_text("/* */")
    first = Assets(tmp_path)
    assert Assets(tmp_path).version == first.version
    (tmp_path / "one.js").write_text("/* */ ")
    assert Assets(tmp_path).version != first.version


def test_every_sheet_is_in_the_one_sheet_in_its_order(tmp_path: Path) -> None:
    (tmp_path / "govuk").mkdir()
    names = ["govuk/govuk-frontend", "repair-planner", "frame", "plan", "added", "people"]
    for name in reversed(names):
        (tmp_path / f"{name}.css").write_text(
            f"/* told */ .{name.rpartition('/')[2]} {{ top: 0; }}"
        )
    (tmp_path / "print.css").write_text("body { color: black }")
    made = Assets(tmp_path)
    sheet = made.files["screen.css"].content.decode()
    assert re.findall(r"\.([\w-]+)\{", sheet) == [name.rpartition("/")[2] for name in names]
    assert "told" not in sheet
    assert made.files["print.css"].content == b"body{color:black}"
    assert [name for name in made.files if name.endswith(".css")] == ["screen.css", "print.css"]


def test_what_loads_before_the_form_is_small(client: FlaskClient) -> None:
    """The sheet holds the page up, the scripts do not; 30 kB take 0.2 seconds at slow 4G."""
    sizes = {
        name: len(client.get(f"/static/{name}", headers=GZIP).data)
        for name in ("screen.css", "repair-planner.js", "away.js", "govuk/govuk-frontend.js")
    }
    assert sizes["screen.css"] < 15_000, sizes
    assert sum(sizes.values()) < 32_000, sizes


def encoded(client: FlaskClient, accept: str, method: str = "GET", path: str = "") -> TestResponse:
    address = path or linked(client.get("/").text)[0]
    return client.open(address, method=method, headers={"Accept-Encoding": accept})


@pytest.mark.parametrize("accept", ["gzip", "br;q=1, gzip;q=0.5", "*", "gzip, identity;q=0.5"])
def test_compressed_copies_hold_the_same(client: FlaskClient, accept: str) -> None:
    packed, plain = encoded(client, accept), encoded(client, "identity")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_what_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    first = encoded(client, "gzip", path="/static/screen.css")
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = client.get("/static/screen.css", headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Accept-Encoding" in again.headers["Vary"]
    headers["Accept-Encoding"] = "identity"
    assert client.get("/static/screen.css", headers=headers).status_code == 200


def test_a_head_request_tells_the_length_and_sends_nothing(client: FlaskClient) -> None:
    whole, head = encoded(client, "gzip"), encoded(client, "gzip", "HEAD")
    assert head.data == b""
    for name in ("Content-Length", "Content-Encoding", "ETag"):
        assert head.headers[name] == whole.headers[name]


def test_pictures_are_not_compressed_twice(client: FlaskClient) -> None:
    answer = encoded(client, "gzip", path="/static/icons/icon-192.png")
    assert answer.content_type == "image/png"
    assert "Content-Encoding" not in answer.headers


def test_below_a_prefix_every_address_has_the_prefix() -> None:
    app = create_app()
    client = Client(DispatcherMiddleware(app, {"/clinic": app.wsgi_app}))
    page = client.get("/clinic/").text
    found = linked(page)
    assert found
    for address in found:
        assert address.startswith("/clinic/static/")
        assert client.get(address).headers["Cache-Control"] == FOR_GOOD
    told = client.get("/clinic/manifest.webmanifest").json
    assert told
    assert told["start_url"] == told["scope"] == "/clinic/"
    worker = client.get("/clinic/sw.js").text
    assert '"/clinic/offline"' in worker
    assert '"/clinic/static/' in worker
    assert client.get("/clinic/offline").text.count('"/static/') == 0


def test_the_icons_of_the_manifest_are_there_in_their_sizes(client: FlaskClient) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    from io import BytesIO

    told = client.get("/manifest.webmanifest")
    assert told.mimetype == "application/manifest+json"
    icons = told.get_json()["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        drawn = image.open(BytesIO(client.get(icon["src"]).data))
        assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
