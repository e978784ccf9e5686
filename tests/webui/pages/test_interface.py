"""The page /docs tells people all that the description tells programs."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from planner import Planner
from planner.contract.fields import FIELDS
from planner.contract.values import FLAGS
from tests.webui.support.describing import schemas
from webui import create_app
from webui.api.for_people import PLAN_SHAPES, PROBLEM_SHAPES

ROOT = Path(__file__).resolve().parents[3]
ANCHOR = re.compile(r'\bid="([^"]+)"')
INSIDE = re.compile(r'href="#([^"]+)"')
SAMPLE = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)


@pytest.fixture
def kind() -> str:
    """The page is the same on each database."""
    return "sqlite"


@pytest.fixture
def page(client: FlaskClient) -> str:
    answer = client.get("/docs")
    assert answer.status_code == 200
    return answer.text


def described(app: Flask) -> dict[str, Any]:
    return dict(app.test_client().get("/api/v1/openapi.json").get_json())


def test_every_route_is_told_with_what_it_takes_and_gives(site: Flask) -> None:
    page = site.test_client().get("/docs").text
    told_of = {ANCHOR.findall(one)[0]: one for one in page.split('class="rp-route"')[1:]}
    operations = [
        (path, method, told)
        for path, methods in described(site)["paths"].items()
        for method, told in methods.items()
        if method != "parameters"
    ]
    assert len(operations) == len(told_of) > 8
    for path, method, told in operations:
        about = told_of[f"route-{told['operationId']}"]
        assert f"<code>{method.upper()} {path}</code>" in about
        for status in told["responses"]:
            assert f"<code>{status}</code>" in about, (path, status)
        for one in told.get("parameters", ()):
            assert f"<code>{one['name']}</code>" in about
        assert ("#keys" in about) is bool(told["security"])


def test_every_field_is_told_with_its_question_and_its_values(page: str, planner: Planner) -> None:
    words: Any = planner.rulebook.vocabulary["fields"]
    shown = unescape(page)
    anchors = ANCHOR.findall(page)
    for name, field in FIELDS.items():
        if name.startswith(("ruptures.", "safety.")):
            continue
        assert name in anchors
        assert words[name]["question"] in shown
        for value in field.values:
            assert f"<code>{value}</code> {words[name]['options'][value]['label']}" in shown, name
    for flag in FLAGS:
        assert f"safety.{flag}" in anchors


def test_every_key_of_a_plan_and_of_a_problem_is_told(app: Flask, page: str) -> None:
    shapes = schemas(described(app))
    reached = {"Plan"}
    while more := {
        name for one in reached for name in re.findall(r"schemas/(\w+)", json.dumps(shapes[one]))
    } - reached - {"Observation"}:  # fmt: skip
        reached |= more
    assert set(PLAN_SHAPES) == reached
    for name in (*PLAN_SHAPES, *PROBLEM_SHAPES):
        [about] = re.findall(rf'id="shape-{name}">.*?</dl>', page, re.DOTALL)
        for key in shapes[name]["properties"]:
            assert f"<dt><code>{key}</code></dt>" in about


def test_every_link_inside_the_page_leads_somewhere(site: Flask, page: str) -> None:
    for written in (page, site.test_client().get("/docs").text):
        anchors = ANCHOR.findall(written)
        assert len(anchors) == len(set(anchors))
        assert set(INSIDE.findall(written)) <= set(anchors)
        assert len(INSIDE.findall(written)) > 20


def test_the_samples_are_what_the_server_answers(client: FlaskClient, page: str) -> None:
    call, brief, begun, slipped, refused = map(unescape, SAMPLE.findall(page))
    for sent, accept, got in ((call, "text/plain", brief), (slipped, "*/*", refused)):
        body = sent.partition("-d '")[2].removesuffix("'")
        answer = client.post(
            "/api/v1/plans", data=body, content_type="application/json", headers={"Accept": accept}
        )
        assert sent.startswith("curl http://localhost/api/v1/plans \\\n")
        if accept == "text/plain":
            assert f"Accept: {accept}" in sent
            assert answer.text.strip() == got.strip()
            plan = client.post("/api/v1/plans", data=body, content_type="application/json")
            first = json.loads(begun)
            assert first["disposition"] == plan.get_json()["disposition"]
            assert first["steps"][0].items() <= plan.get_json()["steps"][0].items()
        else:
            assert answer.get_json(force=True) == json.loads(got)


def test_keys_are_told_where_there_are_some(site: Flask, page: str) -> None:
    assert 'id="keys"' not in page
    assert "kept-plans" not in page
    with_keys = site.test_client().get("/docs").text
    assert 'id="keys"' in with_keys
    assert "Authorization: Bearer KEY" in with_keys
    assert INSIDE.findall(with_keys).count("keys") == 5  # the contents, and four routes


def test_every_page_leads_there(client: FlaskClient) -> None:
    for path in ("/", "/rules", "/docs", "/nothing"):
        assert '<a href="/docs">' in client.get(path).text


def test_under_a_prefix_everything_has_it(app: Flask) -> None:
    mounted = create_app({"PLANNER": app.extensions["knowledge"].planner})
    mounted.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]  # how Flask says it is done
        lambda _environ, _start: [], {"/planner": mounted.wsgi_app}
    )
    client = mounted.test_client()
    page = client.get("/planner/docs").text
    assert "curl http://localhost/planner/api/v1/plans" in page
    assert 'href="/planner/api/v1/openapi.json"' in page
    document = client.get("/planner/api/v1/openapi.json").get_json()
    assert document["servers"][0]["url"] == "/planner"


def test_no_text_of_the_interface_is_left_over(site: Flask, planner: Planner) -> None:
    """What is named by a shape or its key is there; all else is asked for by its whole name."""
    pages: Any = planner.rulebook.vocabulary["pages"]
    shapes = {name.lower(): one for name, one in schemas(described(site)).items()}
    known = {f"interface_shape_{name}" for name in shapes}
    known |= {
        f"interface_of_{name}_{key}".lower()
        for name, one in shapes.items()
        for key in one.get("properties", ())
    }
    folders = (ROOT / "webui").rglob("*.py"), (ROOT / "webui/templates").glob("*.html")
    written = "\n".join(path.read_text("utf-8") for found in folders for path in found)
    params = {"interface_ref"}  # of an address, by its name
    of_route = ("_answer", "_more")
    left = {name for name in pages if name.startswith("interface_")} - known - params
    whole = {name: name.removesuffix("_answer").removesuffix("_more") for name in left}
    assert sorted(name for name in left if not re.search(rf"\b{whole[name]}\b", written)) == []
    assert all(whole[name] in left for name in left if name.endswith(of_route))
