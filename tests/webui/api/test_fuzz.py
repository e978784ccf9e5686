"""Whatever is sent, the answer is never a 5xx, and carries the headers."""

import re

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from planner.contract.fields import FIELDS
from tests.support.long import times

NAMES = [*FIELDS, "safety.unsure", "kind", "case", "session", "notes", "before", "csrf_token", "x"]
VALUES = sorted({value for field in FIELDS.values() for value in field.values} | {"none", "1", ""})
ANY_TEXT = st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.sampled_from(VALUES),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            ANY_TEXT | st.sampled_from(["kind", "ruptures", "who"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
BOUNDED = settings(
    max_examples=times(15, 2_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | ANY_TEXT), max_size=25)


@BOUNDED
@given(pairs=PAIRS, path=st.sampled_from(["/plan", "/", "/rules"]), signed=st.booleans())
def test_any_form_is_answered(
    app: Flask, pairs: list[tuple[str, str]], path: str, signed: bool
) -> None:
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/rules").text)
    if signed:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
        assert token
        pairs = [("csrf_token", token[1]), ("safety.flags", "none"), *pairs]
    response = client.post(path, data=MultiDict(pairs), follow_redirects=True)
    assert response.status_code in {200, 422}
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@BOUNDED
@given(body=JSON)
def test_any_json_is_answered(app: Flask, body: object) -> None:
    import json

    data = json.dumps(body, ensure_ascii=True)
    response = app.test_client().post("/api/v1/plans", data=data, content_type="application/json")
    assert response.status_code in {200, 422}
    response.get_json(force=True)


@BOUNDED
@given(body=st.binary(max_size=300), media=st.sampled_from(["application/json", "text/html"]))
def test_any_bytes_are_answered(app: Flask, body: bytes, media: str) -> None:
    response = app.test_client().post("/api/v1/plans", data=body, content_type=media)
    assert response.status_code in {415, 422}


@BOUNDED
@given(part=ANY_TEXT, query=ANY_TEXT)
def test_any_address_is_answered(app: Flask, part: str, query: str) -> None:
    client = app.test_client()
    for path in ("/rules", f"/rules/{part}", f"/handout/{part}", f"/{part}"):
        sent = {"PATH_INFO": path.encode().decode("latin-1")}
        response = client.get("/", query_string={"q": query}, environ_overrides=sent)
        assert response.status_code < 500
        response.close()


@BOUNDED
@given(body=st.binary(max_size=400))
def test_a_broken_upload_is_answered(app: Flask, body: bytes) -> None:
    for media in ("multipart/form-data; boundary=x", "multipart/form-data", "application/json"):
        response = app.test_client().post("/plan", data=body, content_type=media)
        assert response.status_code < 500
