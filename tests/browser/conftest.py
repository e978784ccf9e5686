"""A real server, a real browser, and a page that fails its test if anything is amiss in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.live import served
from tests.support.missing import missing
from webui import create_app

CHROMIUM = Path("/usr/bin/chromium")
Opened = Callable[..., Any]
expect.set_options(timeout=15_000)  # a machine at work elsewhere is slow, and not wrong


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where this project's own server listens, in this process."""
    with served(create_app(), 8400) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright; skipped by name where it is missing."""
    if not CHROMIUM.exists():
        missing("chromium is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Opened]:
    """Open the form in a fresh window; afterwards nothing may have left the machine or failed."""
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

    yield open_form
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
