"""What a browser is told over TLS, what is logged of it, and who cannot silence the server.

With docs/deploy/nginx.conf in a real nginx, and a real browser.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import resource
import socket
from contextlib import ExitStack, suppress
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.entering import enter_lateness
from tests.docs.clinic_site import NAME, Site
from tests.support.browsers import CHROMIUM

pytestmark = pytest.mark.slow


def several(site: Site, path: str, name: str, body: str | None = None) -> list[str]:
    """Every header of this name in an answer."""
    connection = http.client.HTTPConnection(NAME)
    connection.sock = site.connected()
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("GET" if body is None else "POST", path, body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers.get_all(name) or []


def test_tls_is_asked_for_once_on_every_answer_and_cookies_are_of_this_host(site: Site):
    for path in ("/", "/static/none", "/nothing", "/join/none", "/metrics", "/livez"):
        assert several(site, path, "Strict-Transport-Security") == ["max-age=31536000"], path
    theirs = several(site, "/api/v1/plans", "Strict-Transport-Security", " " * (3 << 20))
    assert theirs == ["max-age=31536000"]
    cookies = several(site, "/", "Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-repair_planner=")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }


def test_a_secret_in_an_address_is_in_no_log_and_a_line_is_found_by_its_id(site: Site):
    """In the program's own lines as in nginx's, also where nginx has something to complain of."""
    secret = "kX2v_secret_of_an_invitation"
    answer = site.ask(f"/join/{secret}")
    assert answer.status == 410
    site.ask(f"/join/{secret}", "x" * (3 << 20))
    lines = [json.loads(line) for line in site.logged().splitlines() if line.startswith("{")]
    [line] = [one for one in lines if one.get("request_id") == answer.headers["X-Request-ID"]
              and one["logger"] == "repair_planner.request"]  # fmt: skip
    assert (line["endpoint"], line["status"]) == ("/join/<secret>", 410)
    assert re.fullmatch(r"[0-9a-f]{32}", line["request_id"])
    assert secret not in site.logged()
    assert secret not in (site.home / "error.log").read_text()


def test_idle_connections_silence_nobody(site: Site):
    """Eleven hundred of one address that say nothing, and one that asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3000:
        pytest.skip("this system lets a process open fewer files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3000), hard))
    with ExitStack() as opened:
        for _ in range(1100):
            one = socket.create_connection(("127.0.0.1", site.port), timeout=30)
            opened.callback(one.close)
        assert site.ask("/readyz").status == 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def trusted(site: Site) -> str:
    """The hash of the key in the site's certificate, by which a browser is told to trust it."""
    told = x509.load_pem_x509_certificate((site.home / "fullchain.pem").read_bytes())
    key = told.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(sha256(key).digest()).decode()


def test_a_browser_finds_no_mixed_content_and_keeps_cookies_of_this_host_alone(
    site: Site, chromium: Any
):
    """From the form to a plan, its page, the rules, and the entrance."""
    options = ["--no-sandbox", f"--host-resolver-rules=MAP {NAME} 127.0.0.1:{site.port}",
               f"--ignore-certificate-errors-spki-list={trusted(site)}"]  # fmt: skip
    asked: list[str] = []
    said: list[str] = []
    browser = chromium.browser_type.launch(executable_path=str(CHROMIUM), args=options)
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/rules", "/handout", "/sign-in", "/docs", "/practice"):
        opened = page.goto(f"https://{NAME}{path}")
        assert opened
        assert opened.status == 200
        assert page.evaluate("isSecureContext")
    page.goto(f"https://{NAME}/")
    enter_lateness(page)
    page.wait_for_url(re.compile(r"/plan/\w+"))
    names = {cookie.get("name", "") for cookie in page.context.cookies()}
    browser.close()
    assert asked
    assert [url for url in asked if not url.startswith(f"https://{NAME}/")] == []
    assert said == []
    assert {"__Host-repair_planner", "__Host-repair_planner_work"} <= names
    assert all(name.startswith(("__Host-", "__Secure-repair_planner_typed")) for name in names)
