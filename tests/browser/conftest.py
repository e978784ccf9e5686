"""A real server, a real browser, and a page that fails its test if anything is amiss in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner import Planner
from tests.support.live import served
from webui import create_app
from webui.database.address import sqlite_address

Opened = Callable[..., Any]
expect.set_options(timeout=15_000)  # a machine at work elsewhere is slow, and not wrong


@pytest.fixture(scope="session")
def address(planner: Planner) -> Iterator[str]:
    """Where this project's own server listens, in this process."""
    with served(create_app({"PLANNER": planner}), 8400) as address:
        yield address


@pytest.fixture(scope="session")
def clinic(planner: Planner, ready: Path) -> Iterator[tuple[Flask, str]]:
    """An application with accounts, and where it listens: made once, for every house in turn."""
    app = create_app({"DATABASE": sqlite_address(ready), "PLANNER": planner})
    app.extensions["store"].database.close()
    with served(app, 8600) as address:
        yield app, address


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Opened]:
    """Open the form in a fresh window; afterwards nothing may have left the machine or failed."""
    with watched(chromium, address) as open_form:
        yield open_form


@contextmanager
def watched(chromium: Any, address: str) -> Iterator[Opened]:
    """Windows that are closed at the end, when nothing may have left the machine or failed."""
    wrong: list[str] = []
    windows: list[Any] = []

    def watch(page: Any) -> None:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: _note(said, wrong))
        page.on("request", lambda sent: _own(sent.url, address, wrong))

    def open_form(path: str = "/", **options: Any) -> Any:
        window = chromium.new_context(**options)
        windows.append(window)
        window.on("page", watch)
        page = window.new_page()
        page.goto(address + path)
        return page

    try:
        yield open_form
    finally:
        for window in windows:
            window.close()
    assert wrong == []


def _note(said: Any, wrong: list[str]) -> None:
    """The browser logs a refused form or a plan that is gone by its status; that is no fault."""
    expected = any(status in said.text for status in ("422", "404 (NOT FOUND)"))
    if said.type in {"error", "warning"} and not expected:
        wrong.append(said.text)


def _own(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "about:", "data:")):
        wrong.append(f"a request left the machine: {url}")
