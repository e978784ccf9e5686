"""Whether a server still says that it lives while many work and eight sign in: in milliseconds.

`python -m tests.benchmarks.signing_in` starts the real server on this machine, with passwords
hashed as they are in use. A hundred people open the form and have plans made, a second apart;
eight sign in and out without a pause; a process of its own asks `/livez` twenty times a second.
Whoever asks must be let run as well: on a machine that others use, the figures are theirs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.benchmarks.measuring import ROOT, table, where_and_when
from webui import create_app
from webui.access import logs
from webui.accounts.sign_in import new_account
from webui.commands import serve
from webui.database.address import sqlite_address
from webui.database.base import now
from webui.database.connection import Database

PASSWORD = "a bowl that was mended with gold"
EVERY = 0.05
"""Seconds between two questions whether it lives."""
LATE = json.dumps({"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def run_server(file: str, signing: int, switch: float) -> None:
    """The server, with an account for each who signs in; prints its port."""
    app = create_app({"DATABASE": sqlite_address(Path(file))})
    sessions = app.extensions["store"].sessions
    database: Database = app.extensions["store"].database
    hashed = sessions.passwords.hashed(PASSWORD)
    with database.write() as session:
        for number in range(signing):
            account = new_account(f"person {number}", ("therapist",), now())
            account.password = hashed
            session.add(account)
    logs.begin(logs.TEXT)
    server = serve.listen(app, "127.0.0.1", 8700)
    print(server.effective_port, flush=True)
    serve.SWITCH = switch
    serve.run(server)


def probe(port: int, seconds: float) -> None:
    """Ask whether it lives, and print how many milliseconds each answer took.

    Whoever asks is let run first where the system allows it, as on a machine of its own.
    """
    with suppress(OSError):
        os.nice(-10)
    until, took = time.monotonic() + seconds, []
    while time.monotonic() < until:
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/livez")
        assert connection.getresponse().read()
        connection.close()
        took.append((time.perf_counter() - begun) * 1000)
        time.sleep(EVERY)
    print(json.dumps(took))


def work(port: int, until: float) -> int:
    """One of many: opens the form, has a plan made, thinks a second; how many answers it got."""
    connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    while time.monotonic() < until:
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.request("POST", "/api/v1/plans", LATE, {"Content-Type": "application/json"})
        connection.getresponse().read()
        count += 2
        time.sleep(random.uniform(0.5, 1.5))
    connection.close()
    return count


def sign_in_and_out(port: int, name: str, until: float) -> int:
    """One who signs in again and again; how often it went well."""
    connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    cookies: SimpleCookie = SimpleCookie()

    def ask(method: str, path: str, told: dict[str, str] | None = None) -> tuple[int, str]:
        kept = "; ".join(f"{one.key}={one.value}" for one in cookies.values())
        connection.request(method, path, urlencode(told or {}), {**FORM, "Cookie": kept})
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            cookies.load(header)
        return answer.status, answer.read().decode()

    while time.monotonic() < until:
        token = TOKEN.search(ask("GET", "/sign-in")[1])
        sent = {"csrf_token": token[1] if token else "", "name": name, "password": PASSWORD}
        count += ask("POST", "/sign-in", sent)[0] == 303
        cookies.clear()
    connection.close()
    return count


@contextmanager
def started(*words: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.benchmarks.signing_in", *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def measured(people: int, signing: int, seconds: float, switch: float) -> tuple[list[float], int]:
    """How long each sign of life took, in order, and how often somebody signed in."""
    with TemporaryDirectory() as place, started(
        "--serve", f"{place}/plans.sqlite3", "--signing", signing, "--switch", switch
    ) as server:  # fmt: skip
        assert server.stdout
        port, counts = int(server.stdout.readline()), []
        until = time.monotonic() + seconds + 2
        people_of = [threading.Thread(target=work, args=(port, until)) for _ in range(people)]

        def sign(name: str) -> None:
            counts.append(sign_in_and_out(port, name, until))

        people_of += [threading.Thread(target=sign, args=(f"person {n}",)) for n in range(signing)]
        for one in people_of:
            one.start()
        with started("--probe", port, "--seconds", seconds) as prober:
            assert prober.stdout
            took = sorted(json.loads(prober.stdout.readline()))
        for one in people_of:
            one.join()
    return took, sum(counts)


def main() -> None:
    """A table, a row for each pace at which threads take turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--signing", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--switch", type=float, nargs="*", default=[serve.SWITCH])
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--probe", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        run_server(chosen.serve, chosen.signing, chosen.switch[0])
    elif chosen.probe:
        probe(chosen.probe, chosen.seconds)
    else:
        rows = []
        for switch in chosen.switch:
            took, came = measured(chosen.people, chosen.signing, chosen.seconds, switch)
            at = (took[int(len(took) * share)] for share in (0.5, 0.99))
            rows.append((f"{switch * 1000:g} ms", *(f"{one:.0f} ms" for one in (*at, took[-1])),
                         f"{came / chosen.seconds:.1f}"))  # fmt: skip
        heads = ("threads take turns", "/livez p50", "p99", "longest", "sign-ins a second")
        print(f"{chosen.people} work, {chosen.signing} sign in. {where_and_when()}\n")
        print(table(heads, rows))


if __name__ == "__main__":
    main()
