"""A clinic's server: docs/deploy/nginx.conf in a real nginx, before gunicorn as the unit starts it.

The certificate is of an authority that is made for the test.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.docs.test_deploying import DEPLOY, in_unit
from tests.support.missing import missing
from tests.webui.support.postgres import free_port

NAME = "planner.example"
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


@contextmanager
def running(home: Path) -> Iterator[Site]:
    """The server, in this directory, until it is left."""
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
    with ExitStack() as begun:
        log = begun.enter_context((home / "program.log").open("w"))
        for words in (line, proxy):
            process = begun.enter_context(subprocess.Popen(words, env=kept | told, stderr=log))
            begun.callback(process.terminate)
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
