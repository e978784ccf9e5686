"""docs/deploy/nginx.conf in a real nginx, before gunicorn as the unit starts it."""

from __future__ import annotations

import http.client
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.docs.clinic_site import NAME, TOKEN, Site

LATE = json.dumps({"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}})
JSON = {"Content-Type": "application/json"}

pytestmark = pytest.mark.slow


def test_a_plan_over_tls_from_page_and_interface(site: Site):
    plan = site.ask("/api/v1/plans", LATE, JSON)
    assert (plan.status, json.loads(plan.text)["disposition"]) == (200, "proceed")
    page = site.ask("/")
    assert page.status == 200
    assert "<form" in page.text
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    cookie = page.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {one.strip() for one in cookie.split(";")}


def test_the_plain_port_leads_to_tls_and_nowhere_else(site: Site):
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)
    connection.request("GET", "/rules?q=x", headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (308, f"https://{NAME}/rules?q=x")
    connection.close()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_the_probes_answer_through_it(site: Site, path: str):
    assert site.ask(path).status == 200


def test_counts_are_not_given_to_the_world(site: Site):
    assert site.ask("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status == 404


def test_what_a_browser_says_of_where_it_comes_from_is_not_believed(site: Site):
    """A host of its own would lead into links, an address of its own past the throttle."""
    false = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
             "X-Forwarded-For": "192.0.2.7", "Forwarded": "host=evil.example"}  # fmt: skip
    page = site.ask("/plans", headers=false)
    assert (page.status, page.headers["Location"][:8]) == (303, "/sign-in")
    assert "evil" not in str(page)
    assert "Secure" in site.ask("/", headers=false).headers["Set-Cookie"]
    other = site.ask("/", headers={"Host": "evil.example"})
    assert other.status == 400
    assert "evil" not in other.text


def test_a_large_body_is_refused_in_our_words_and_a_larger_one_by_nginx(site: Site):
    with ThreadPoolExecutor(6) as people:  # a server that closes too soon shows now and then
        sent = [people.submit(site.ask, "/api/v1/plans", " " * (3 << 19), JSON) for _ in range(36)]
    found = {(one.result().status, one.result().headers["Content-Type"]) for one in sent}
    assert found == {(413, "application/problem+json")}
    theirs = site.ask("/api/v1/plans", " " * (3 << 20), JSON)
    assert theirs.status == 413
    assert "nginx" in theirs.text


def test_files_are_kept_by_the_proxy_and_pages_are_not(site: Site):
    page = site.ask("/")
    sheet, *_ = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    found = [site.ask(sheet) for _ in range(2)]
    assert [one.headers["X-Cache-Status"] for one in found] == ["MISS", "HIT"]
    assert found[0].text == found[1].text
    assert "immutable" in found[1].headers["Cache-Control"]
    assert "Set-Cookie" not in found[1].headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "X-Cache-Status" not in page.headers


MALFORMED = {
    "chunks": b"POST /api/v1/plans HTTP/1.1\r\nHost: planner.example\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "lengths": b"POST /api/v1/plans HTTP/1.1\r\nHost: planner.example\r\n"
    b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n{}",
    "no request": b"\x00\xff\r\n\r\n",
    "long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: planner.example\r\n\r\n",
    "long field": b"GET / HTTP/1.1\r\nHost: planner.example\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "many fields": b"GET / HTTP/1.1\r\nHost: planner.example\r\n"
    + b"".join(b"X-%d: 1\r\n" % one for one in range(80))
    + b"\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: planner.example\r\nHost: evil.example\r\n\r\n",
}


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_what_is_malformed_is_the_senders_fault(site: Site, name: str):
    with site.connected() as connection:
        connection.sendall(MALFORMED[name])
        status = connection.recv(4096).split(b" ")[1]
    assert 400 <= int(status) < 500


def test_who_sends_slowly_keeps_nobody_waiting_and_is_cut_off(site: Site):
    """Ninety unfinished headers and bodies: ten times as many as there are threads."""
    half = b"POST /api/v1/plans HTTP/1.1\r\nHost: planner.example\r\n"
    body = half + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    with ExitStack() as open_:
        slow = [open_.enter_context(site.connected()) for _ in range(90)]
        for number, one in enumerate(slow):
            one.sendall(half if number % 2 else body)
        begun = time.monotonic()
        plan = site.ask("/api/v1/plans", LATE, JSON)
        assert plan.status == 200
        assert time.monotonic() - begun < 8
        slow[0].settimeout(25)
        cut = slow[0].recv(4096)
    assert cut == b"" or int(cut.split(b" ")[1]) == 408


def test_a_flood_is_told_to_wait_and_the_process_lives_on(site: Site):
    """More than one address may ask at once: 429 for some, an answer for others, no 5xx."""

    def ask(_number: int) -> int:
        return site.ask("/livez").status

    with ThreadPoolExecutor(16) as many:
        statuses = set(many.map(ask, range(400)))
    assert statuses == {200, 429}
    time.sleep(1)
    assert site.ask("/readyz").status == 200
