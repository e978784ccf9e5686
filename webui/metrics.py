"""Counts for a clinic's monitoring at `/metrics`, in Prometheus' format; off without a token.

`METRICS_TOKEN` in the settings switches them on, and whoever asks sends it as a bearer. An address
would prove nothing: behind a proxy on the same machine everyone comes from it. No label holds
anything of a person: a route is counted by its pattern (`/plans/<ref>`), never by its address.

With several processes `PROMETHEUS_MULTIPROC_DIR` names an empty directory in which they count
together; without it each answers with its own.
"""

from __future__ import annotations

import hmac
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, request, request_finished, request_started

from webui.access.problems import METRICS, problem
from webui.access.refused_requests import BAD_KEY, note_refusal
from webui.database.refusals import Refusal
from webui.knowledge import Knowledge
from webui.words.texts import text

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

SHORTEST = 16
"""Characters of a token: fewer could be guessed."""
_SENDABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"))
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the spans of time by which requests are counted."""


def init_app(app: Flask) -> None:
    """Count, and answer at `/metrics`, where the settings have a `METRICS_TOKEN`.

    Raises ValueError where the token is too short or cannot be sent, or the directory is none, and
    ImportError where the extra is not installed.
    """
    token = app.config.get("METRICS_TOKEN")
    if not token:
        return
    if not _SENDABLE.fullmatch(token):
        raise ValueError(
            "METRICS_TOKEN has a sign beyond ASCII or a blank at an end, which no header carries: "
            "make one by `openssl rand -hex 24`."
        )
    if len(token) < SHORTEST:
        raise ValueError(
            f"METRICS_TOKEN has {len(token)} characters, and needs at least {SHORTEST}: "
            "make one by `openssl rand -hex 24`."
        )
    counts = Counts(app, token)
    app.extensions["metrics"] = counts
    app.add_url_rule(METRICS, "metrics", counts.answer)
    request_started.connect(_begin, app)
    request_finished.connect(counts.finished, app)


def _begin(_app: Flask, **_more: Any) -> None:
    g.begun = time.perf_counter()


def count_plan(disposition: Callable[[], str]) -> None:
    """Count a plan that was made for somebody; nothing is asked of it where nothing is counted."""
    counts: Counts | None = current_app.extensions.get("metrics")
    if counts is not None:
        counts.plans.labels(disposition()).inc()


class Counts:
    """What one application counts, and how it is asked."""

    def __init__(self, app: Flask, token: str) -> None:
        """Begin to count for an application; raises as `init_app` does."""
        _check_client()
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._token = token.encode()
        self._app = app
        self._own = CollectorRegistry()
        self.plans = Counter(
            "repair_planner_plans",
            "Plans made for somebody, by form or interface",
            ("disposition",),
            registry=self._own,
        )
        self._requests = Counter(
            "repair_planner_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "repair_planner_request_seconds",
            "Time until an answer was ready",
            ("method", "route"),
            buckets=SECONDS,
            registry=self._own,
        )

    def finished(self, _app: Flask, response: Response, **_more: Any) -> None:
        """Count a request that was answered."""
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "other"
        self._requests.labels(method, route, str(response.status_code)).inc()
        if "begun" in g:
            self._seconds.labels(method, route).observe(time.perf_counter() - g.begun)

    def answer(self) -> Response:
        """All counts, for whoever sends the token; 503 where the directory they share is gone."""
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        fits = hmac.compare_digest(sent.strip().encode(), self._token)
        if scheme.lower() != "bearer" or not fits:
            note_refusal(BAD_KEY)
            refused = problem(401, text("detail_401"))
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        from prometheus_client import generate_latest

        try:
            return Response(generate_latest(cast("Any", self)), content_type=MEDIA)
        except (OSError, ValueError):
            return problem(503, text("detail_other"))

    def collect(self) -> Iterator[Metric]:
        """What was counted, by all processes where they count together, and the state of now."""
        from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily
        from prometheus_client.multiprocess import MultiProcessCollector

        together: Any = MultiProcessCollector
        counted = together(None) if os.environ.get(SHARED) else self._own
        yield from counted.collect()
        known: Knowledge = self._app.extensions["knowledge"]
        book = {"version": known.rulebook.version, "edition": known.rulebook.edition}
        yield InfoMetricFamily("repair_planner_rulebook", "The rules that make the plans", book)
        if "store" in self._app.extensions:
            ready = "Whether the database can be used now"
            yield GaugeMetricFamily("repair_planner_database_ready", ready, self._ready())
        with suppress(Refusal):
            yield from self._feedback()

    def _feedback(self) -> Iterator[Metric]:
        """What a clinic's record told of cards, where it may ask by CDS Hooks."""
        from prometheus_client.metrics_core import CounterMetricFamily

        if "cds" not in self._app.extensions:
            return
        told = CounterMetricFamily(
            "repair_planner_cds_feedback",
            "What became of cards, by CDS Hooks",
            labels=("outcome", "reason"),
        )
        for labels, number in self._app.extensions["cds"].counts.all().items():
            told.add_metric(labels, number)
        yield told

    def _ready(self) -> bool:
        try:
            self._app.extensions["store"].database.ask()
        except Refusal:
            return False
        return True


def _check_client() -> None:
    """Refuse to start without the extra, or with a directory that is none."""
    shared = os.environ.get(SHARED)
    if shared and not (Path(shared).is_dir() and os.access(shared, os.W_OK)):
        raise ValueError(f"{SHARED} is {shared}, which is no directory that can be written in.")
    if find_spec("prometheus_client") is None:
        raise ImportError("METRICS_TOKEN needs prometheus-client: pip install '.[metrics]'")
