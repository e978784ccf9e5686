"""NUL, halves of signs and numbers beyond every bound, in every field, path and query: no 500.

On both databases, for each role, through every form that a page of theirs has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.long import LONG
from tests.webui.access.test_roles import BY_PLAN, BY_ROLE, EVERYONE, routes
from tests.webui.support.forms import Form, Forms
from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor

Visit = Callable[..., Visitor]
HOSTILE = (
    b"\0", b"K\0-1", b"\xed\xa0\x80", b"\xff", b"9" * 30, b"9" * 5000, b"-9223372036854775809",
    b"2147483648", b"1e400", b"NaN", "\u00b2".encode(), "\u0663".encode(), b"x" * 70_000,
    "\u202e".encode(), b"",
)  # fmt: skip
PATHS = ("%00", "a%00b", "%ED%A0%80", "%FF", "9" * 40, "-1", "..%2F", "%0A", "x" * 3000, "'")
ENDING = {"/sign-out", "/account/sign-out-everywhere"}
"""Forms after which nothing more can be tried: they have no field."""


def pages(house: House) -> list[str]:
    """An address for every page of the tables, with plans in all of their states."""
    kept, waiting, done = house.kept(notes="a"), house.submitted(notes="b"), house.submitted()
    house.decide(done)
    values = {"<int:number>": "1", "<int:earlier>": "1", "<int:later>": "1"}
    found = ["/", "/rules", "/handout", "/scenarios", "/practice", "/docs", "/sign-in", "/start"]
    for method, route in {**BY_ROLE, **BY_PLAN}:
        for ref in (kept, waiting, done) if "<ref>" in route else ("",):
            path = route.replace("<ref>", ref)
            for name, value in values.items():
                path = path.replace(name, value)
            found += [path] if method == "GET" else []
    return [*found, f"/people/{house['Toni'].id}"]


def forms_for(visitor: Visitor, paths: list[str]) -> Iterator[Form]:
    """Each form that these pages have for this person, once."""
    seen: set[tuple[str, ...]] = set()
    for path in paths:
        answer = visitor.get(path)
        assert answer.status_code < 500, path
        if not answer.content_type.startswith("text/html"):
            continue
        for form in Forms(answer.text, path).forms:
            plain = "/".join(part for part in form.action.split("/") if len(part) != 12)
            mark = (plain, form.method, *sorted(form.names))
            if mark not in seen and form.action not in ENDING:
                seen.add(mark)
                yield form


def encoded(pairs: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{quote(name)}={quote_from_bytes(value)}" for name, value in pairs)


def sent(visitor: Visitor, form: Form, changed: dict[str, bytes]) -> TestResponse:
    """Send a form as it stands but for these fields."""
    pairs = [(name, changed.get(name, value.encode())) for name, value in form.pairs]
    told = [(name, value) for name, value in pairs if name != "csrf_token"]
    path = urlsplit(form.action).path
    if form.method == "GET":
        return visitor.client.get(f"{path}?{encoded(told)}")
    told.append(("csrf_token", visitor.token().encode()))
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    return visitor.client.post(path, data=encoded(told), headers=head)


def assert_no_5xx(answer: TestResponse, what: object) -> None:
    assert answer.status_code < 500, (what, answer.status_code)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERYONE if LONG else ("Toni", "Sam", "Ada"))
def test_no_field_of_any_form_makes_a_500(house: House, visit: Visit, name: str) -> None:
    paths = pages(house)
    values = cycle(HOSTILE)
    visitor = visit(name)
    for form in list(forms_for(visitor, paths)):
        if visitor.get("/account").status_code != 200:
            visitor = visit(name)
        for value in HOSTILE if LONG else (HOSTILE[1], next(values)):
            assert_no_5xx(sent(visitor, form, dict.fromkeys(form.names, value)), (form, value))
        for field in form.names if LONG else form.names[:2]:
            for value in HOSTILE if LONG else (next(values),):
                assert_no_5xx(sent(visitor, form, {field: value}), (form.action, field, value))


@pytest.mark.parametrize("name", ["", "Sam"])
def test_no_path_makes_a_500(site: Flask, visit: Visit, name: str) -> None:
    visitor = visit(name)
    values = cycle(PATHS)
    for method, route in sorted(routes(site)):
        if "<" not in route:
            continue
        for value in PATHS if LONG else (PATHS[1], next(values)):
            parts = [value if "<" in part else part for part in route.split("/")]
            path = "/".join(parts)
            answer = visitor.get(path) if method == "GET" else visitor.post(path)
            assert_no_5xx(answer, path)
            if "%00" in path:
                assert answer.status_code in {404, 401, 303}, path
            answer.close()


def test_no_query_makes_a_500(house: House, visit: Visit) -> None:
    values = cycle(("%00", "a%00", "%ED%A0%80", "%FF", "9" * 5000, "-1"))
    names = ("next", "q", "item", "kind", "goes_on", "page", "whose", "state", "case", "v", "line")
    sam = visit("Sam")
    for path in [*pages(house), "/practice/next", "/rules/changes", "/trends.csv"]:
        query = "&".join(f"{name}={next(values)}" for name in names)
        assert_no_5xx(sam.client.get(f"{path}?{query}"), path)


HEADERS = {
    "Authorization": ("Bearer \x00", "Bearer \xff", "Basic \xff", "Bearer " + "9" * 5000, "Bearer"),
    "Cookie": ("repair_planner_person=\x00", "repair_planner_person=\xff", "repair_planner=\x00",
               "repair_planner_work=" + "A" * 43, "=;=;\xff", "repair_planner_typed=%00"),
    "Accept": ("\xff", ",,;q=x", "a" * 8000), "Accept-Language": ("\xff", ";;"),
    "Accept-Encoding": ("\xff", "gzip;q=NaN"), "If-None-Match": ('"\xff', "*"),
    "Range": ("bytes=9-1", "bytes=" + "9" * 30 + "-"), "Content-Type": ("\xff", "a/b; c=\xff"),
    "Sec-Fetch-Site": ("\xff",), "If-Modified-Since": ("\xff", "9" * 30), "X-Request-ID": ("\xff",),
    "X-Forwarded-For": ("\xff", "," * 50), "X-Forwarded-Host": ("\xff",),
}  # fmt: skip
OPEN_PATHS = ("/", "/plans", "/account", "/api/v1/kept-plans", "/plan/x", "/static/screen.css",
              "/rules", "/readyz", "/sign-in", "/api/v1/plans")  # fmt: skip


def test_no_header_makes_a_500(visit: Visit) -> None:
    paths = cycle(OPEN_PATHS)
    told = [(header, value) for header in HEADERS for value in HEADERS[header]]
    for header, value in told:
        for path in OPEN_PATHS if LONG else (next(paths), next(paths), next(paths)):
            client = visit().client
            for method in ("GET", "POST"):
                answer = client.open(path, method=method, headers={header: value}, data=b"{}")
                assert_no_5xx(answer, (method, path, value))
                answer.close()


def test_a_megabyte_of_mistakes_has_a_short_answer(visit: Visit) -> None:
    """Each key said twice: eight times the body came back before."""
    body = "{" + ",".join(f'"k{one}": 1, "k{one}": 2' for one in range(40_000)) + "}"
    head = {"Content-Type": "application/json"}
    answer = visit().client.post("/api/v1/plans", data=body, headers=head)
    assert answer.status_code == 422
    assert len(answer.get_json()["problems"]) == 101
    assert len(answer.data) < 50_000


def test_what_was_typed_around_nul_is_kept(house: House, visit: Visit) -> None:
    """The sign goes, the words stay: in sign-in, in what is looked for, and in a plan."""
    visitor = visit()
    form = {"name": "To\0ni", "password": "a bowl mended with gold"}
    assert visitor.post("/sign-in", form).status_code == 303
    ref = house.kept()
    edit = {"version": "1", "words-C2": "I was late\0 and you waited."}
    assert visitor.post(f"/plans/{ref}/edit", edit).status_code == 303
    opened = house.keeping.open(house["Toni"], ref)
    said = [step.words for step in opened.content.steps]
    assert "I was late and you waited." in said
