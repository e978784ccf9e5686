"""docs/deploy/nginx.conf in a real nginx, before gunicorn as the unit starts it: TLS, sizes, times.

The certificate is of an authority that is made for the test.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.docs.test_deploying import DEPLOY, in_unit
from tests.support.missing import missing
from tests.webui.support.postgres import free_port

NAME = "planner.example"
LATE = json.dumps({"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}})
JSON = {"Content-Type": "application/json"}
TOKEN = "a token of twenty-four letters"
MAIN = """
{user}
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log;
worker_processes 1;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/planner.conf;
}}
"""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Site:
    """A clinic's server as its people reach it."""

    home: Path
    port: int
    plain: int

    def logged(self) -> str:
        """What the program wrote to standard error."""
        return (self.home / "program.log").read_text()

    def connected(self) -> ssl.SSLSocket:
        """A connection that checks the certificate, as a browser does."""
        context = ssl.create_default_context(cafile=self.home / "authority.pem")
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return context.wrap_socket(raw, server_hostname=NAME)

    def ask(
        self, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask under the clinic's name: GET, or POST where there is a body."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connected()
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was all sent
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        answer = connection.getresponse()
        told = Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        connection.close()
        return told


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certify(home: Path) -> None:
    """An authority, and the clinic's certificate by it, as files."""
    now, day = datetime.now(UTC), timedelta(days=1)

    def signed(subject: str, issuer: str, key, by, own: bool) -> x509.Certificate:
        made = x509.CertificateBuilder(
            named(issuer), named(subject), key.public_key(), x509.random_serial_number(),
            now - day, now + day,
        )  # fmt: skip
        made = made.add_extension(x509.BasicConstraints(own, None), critical=True)
        if not own:
            names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
            made = made.add_extension(names, critical=False)
        return made.sign(by, hashes.SHA256())

    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = serialization.Encoding.PEM
    root = signed("Tests", "Tests", authority, authority, own=True)
    ours = signed(NAME, "Tests", own, authority, own=False)
    (home / "authority.pem").write_bytes(root.public_bytes(pem))
    (home / "fullchain.pem").write_bytes(ours.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (home / "privkey.pem").write_bytes(own.private_bytes(pem, *plain))


def placed(home: Path, port: int, plain: int, behind: int) -> Path:
    """nginx.conf as it is written, but for its ports and files; gives the file to start with."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{behind};"),
        ("/etc/ssl/planner/", f"{home}/"),
        ("/dev/shm/repair-planner", f"{home}/static"),  # noqa: S108 - as the example names it
    ):
        assert old in text
        text = text.replace(old, new)
    (home / "planner.conf").write_text(text)
    main = home / "main.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # the directory is of whoever runs the tests
    main.write_text(MAIN.format(home=home, user=user))
    return main


def nginx() -> str:
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    return found or missing("nginx is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("nginx")
    (home / "counts").mkdir()
    certify(home)
    port, plain, behind = (free_port() for _ in range(3))
    proxy = [nginx(), "-c", str(placed(home, port, plain, behind)), "-p", str(home)]
    proxy += ["-e", str(home / "error.log")]
    tried = subprocess.run([*proxy, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr
    options = " ".join(in_unit()[1:]).replace("%t/repair-planner", str(home / "counts"))
    options = options.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    line = [sys.executable, "-m", "gunicorn", "--log-level", "error", *options.split()]
    kept = {name: told for name, told in os.environ.items() if name != "DATABASE_URL"}
    told = {"REPAIR_PLANNER_DATA": str(home / "data"), "HOST_NAMES": NAME, "BEHIND_PROXY": "1",
            "METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(home / "counts")}  # fmt: skip
    with ExitStack() as running:
        log = running.enter_context((home / "program.log").open("w"))
        for words in (line, proxy):
            process = running.enter_context(subprocess.Popen(words, env=kept | told, stderr=log))
            running.callback(process.terminate)
        made = Site(home, port, plain)
        wait_for(made)
        yield made


def wait_for(site: Site) -> None:
    for _ in range(200):
        with suppress(OSError):
            if site.ask("/readyz").status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError((site.home / "error.log").read_text())


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
