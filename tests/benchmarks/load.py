"""A hundred people at once against the real server on this machine, and how fast it can go.

`python -m tests.benchmarks.load` prints Markdown: what a hundred people met in two minutes, then
how many answers a second each route gives when it is asked without a pause, beside an empty
Flask route under the same server. The server has a core of its own, and who asks works on the
others. Nothing leaves the machine.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import cycle, repeat
from pathlib import Path
from socket import create_connection
from typing import Any

import psutil

from tests.benchmarks.load_cases import CASES, FORM, form_of, many_cases
from tests.benchmarks.load_pace import answered, pace, request_of
from tests.benchmarks.load_server import EMPTY, stay
from tests.benchmarks.measuring import ROOT, table, where_and_when

PEOPLE = Path(__file__).with_name("load_people.py")
ROUNDS = 4
REPEATED, DISTINCT = "plan, API, the same case", "plan, API, each for the first time"
MET = f"plan, API, {CASES} cases in turn"


def cores() -> tuple[str, str]:
    """The server's core, and those of who asks; nothing where a process cannot be kept to any."""
    there = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (str(there[0]), ",".join(map(str, there[1:]))) if len(there) > 1 else ("", "")


@contextmanager
def server() -> Iterator[tuple[int, psutil.Process]]:
    """The server in a process of its own, with its port."""
    mine, others = cores()
    stay(others)
    command = [sys.executable, "-m", "tests.benchmarks.load_server", mine]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout
            yield int(started.stdout.readline()), psutil.Process(started.pid)
        finally:
            started.terminate()


def people(port: int, count: int, seconds: int) -> list[dict[str, Any]]:
    """What locust's people met, one entry a route."""
    command = [sys.executable, "-m", "locust", "-f", str(PEOPLE), "--headless", "--json"]
    command += ["--host", f"http://127.0.0.1:{port}", "-u", str(count), "-r", str(count)]
    command += ["-t", f"{seconds}s", "--loglevel", "ERROR", "--exit-code-on-error", "0"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    met: list[dict[str, Any]] = json.loads(ended.stdout)
    return met


def within(times: Mapping[str, int], share: float) -> float:
    """The milliseconds that this share of the requests took at most."""
    left = sum(times.values()) * share
    for took in sorted(map(float, times)):
        left -= next(count for told, count in times.items() if float(told) == took)
        if left <= 0:
            return took
    return 0.0


def told_of_people(met: list[dict[str, Any]], seconds: int) -> str:
    """The first table."""
    rows = [
        (
            one["name"],
            f"{one['num_requests'] / seconds:.1f}",
            f"{within(one['response_times'], 0.5):.0f} ms",
            f"{within(one['response_times'], 0.99):.0f} ms",
            str(one["num_failures"]),
        )
        for one in sorted(met, key=lambda one: one["name"])
    ]
    every: Counter[str] = Counter()
    for one in met:
        every.update(one["response_times"])
    count, failed = (sum(one[what] for one in met) for what in ("num_requests", "num_failures"))
    half, most = (f"{within(every, share):.0f} ms" for share in (0.5, 0.99))
    rows.append(("all of them", f"{count / seconds:.1f}", half, most, str(failed)))
    return table(("route", "requests/s", "p50", "p99", "errors"), rows)


def routes(port: int) -> dict[str, Iterator[bytes]]:
    """What each route is asked, ready to be sent."""
    with create_connection(("127.0.0.1", port), timeout=30) as connection:
        page = answered(connection, request_of("/")).decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = re.search(r"Set-Cookie: ([^;]+)", page)
    assert token
    assert cookie
    told = [json.dumps(case).encode() for case in many_cases()]
    forms = [form_of(case, token[1]).encode() for case in many_cases()]
    sent = "application/json"
    asked = {
        "empty Flask route": [request_of(f"{EMPTY}/")],
        REPEATED: [request_of("/api/v1/plans", told[0], sent)],
        MET: [request_of("/api/v1/plans", one, sent) for one in told[:CASES]],
        DISTINCT: [request_of("/api/v1/plans", one, sent) for one in told],
        "form": [request_of("/", cookie=cookie[1])],
        "plan page, each for the first time (sent, then shown)": [
            request_of("/plan", one, FORM, cookie[1]) for one in forms
        ],
    }
    return {name: cycle(requests) for name, requests in asked.items()}


def told_of_pace(port: int, process: psutil.Process, seconds: float) -> str:
    """The second table: routes take turns, so that a busy moment falls on all of them."""
    asked = routes(port)
    answers, spent = dict.fromkeys(asked, 0), dict.fromkeys(asked, 0.0)
    for _ in range(ROUNDS):
        for name, turn in asked.items():
            before = sum(process.cpu_times()[:2])
            answers[name] += pace(port, turn, seconds / ROUNDS)
            spent[name] += sum(process.cpu_times()[:2]) - before
    first = next(iter(asked))
    rows = [
        (
            name,
            f"{answers[name] / seconds:.0f}",
            f"{answers[name] / answers[first]:.2f}",
            f"{spent[name] / answers[name] * 1000:.2f} ms",
            f"{spent[first] / answers[first] / (spent[name] / answers[name]):.2f}",
        )
        for name in asked
    ]
    return table(
        ("route", "answers/s", "of the empty route", "server CPU each", "of it by CPU"), rows
    )


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=120, help="how long people stay")
    parser.add_argument("--pace", type=float, default=10, help="seconds for each route alone")
    chosen = parser.parse_args()
    with server() as (port, process):
        for turn in [*routes(port).values(), repeat(request_of("/rules/own-part.own-it"))]:
            pace(port, repeat(next(turn)), 0.1)  # a first visitor: templates are compiled
        print(f"{chosen.people} people for {chosen.seconds} s. {where_and_when()}\n", flush=True)
        if find_spec("locust"):
            print(told_of_people(people(port, chosen.people, chosen.seconds), chosen.seconds))
        else:
            print("locust is not installed (the extra `load`), so no people came.")
        print(f"\nAsked without a pause. {where_and_when()}\n", flush=True)
        print(told_of_pace(port, process, chosen.pace))


if __name__ == "__main__":
    main()
