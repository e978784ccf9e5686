"""When the server is away nothing typed is lost, an empty form is there, and nothing is stored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from planner import Planner
from tests.browser.entering import BUTTON, enter_lateness, press
from tests.browser.sound import assert_sound
from tests.support.live import served
from tests.webui.support.postgres import free_port
from webui import create_app
from webui.database.address import sqlite_address
from webui.pages.shell import NEEDED

pytestmark = pytest.mark.browser
TITLE = "Repair Planner cannot be reached"
STILL = "Everything that you typed is still here"
READY = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
STORED = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const answer = await cache.match(request)
      found.push([new URL(request.url).pathname, await answer.text()])
    }
  }
  return found
}"""


class Server:
    """A server that can be stopped and started again: a new application on the same data."""

    def __init__(self, planner: Planner, data: Path) -> None:
        self.port = free_port()
        self.config = {"PLANNER": planner, "DATABASE": sqlite_address(data)}
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.running.close()

    def start(self) -> None:
        self.running = ExitStack()
        app = create_app(self.config)
        self.running.callback(app.extensions["store"].database.close)
        assert self.running.enter_context(served(app, self.port)) == self.address


@pytest.fixture
def server(tmp_path: Path, planner: Planner, ready: Path) -> Iterator[Server]:
    made = Server(planner, Path(shutil.copyfile(ready, tmp_path / "plans.sqlite3")))
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Any, server: Server) -> Iterator[Any]:
    """A window on the form, with the worker in place."""
    window = chromium.new_context()
    made = window.new_page()
    made.goto(server.address)
    made.wait_for_function(READY)
    yield made
    window.close()


def test_a_form_that_cannot_be_sent_stays_and_is_sent_once_the_server_is_back(
    server: Server, page: Any
) -> None:
    page.get_by_label("Anything you want to remember").fill("He went quiet.")
    page.get_by_label("None of these").check()
    page.get_by_label("Someone was late, or a session was missed").check()
    page.get_by_label("I was", exact=True).check()
    server.stop()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("alert").filter(has_text=STILL)).to_be_visible()
    expect(page.get_by_label("Anything you want to remember")).to_have_value("He went quiet.")
    expect(page.get_by_label("Someone was late, or a session was missed")).to_be_checked()
    assert_sound(page)
    server.start()
    page.wait_for_timeout(1100)  # the kit takes two presses within a second for one
    press(page, BUTTON)
    page.wait_for_url("**/plan/*")


def test_a_visit_shows_the_empty_form_whose_answers_reach_the_server(
    server: Server, page: Any
) -> None:
    server.stop()
    page.goto(f"{server.address}/handout")
    expect(page).to_have_title(f"{TITLE} - Repair Planner")
    assert_sound(page)
    page.get_by_label("None of these").check()
    page.get_by_label("Someone was late, or a session was missed").check()
    page.get_by_label("I was", exact=True).check()
    page.get_by_label("Anything you want to remember").fill("He went quiet.")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_role("alert").filter(has_text=STILL)).to_be_visible()
    server.start()
    page.wait_for_timeout(1100)  # as above
    press(page, "Send the answers")
    expect(page.locator("main")).to_contain_text("Your answers are all here.")
    expect(page.get_by_label("I was", exact=True)).to_be_checked()
    expect(page.get_by_label("Anything you want to remember")).to_have_value("He went quiet.")
    press(page, BUTTON)
    page.wait_for_url("**/plan/*")


def test_trying_again_leads_to_the_page_that_was_wanted(server: Server, page: Any) -> None:
    server.stop()
    page.goto(f"{server.address}/handout")
    page.get_by_role("link", name="Try again for the page").click()
    expect(page).to_have_title(f"{TITLE} - Repair Planner")
    server.start()
    page.get_by_role("link", name="Try again for the page").click()
    expect(page).to_have_title("The handout - Repair Planner")


class Proxy(BaseHTTPRequestHandler):
    """What stands in front of a server that is away."""

    def do_GET(self) -> None:
        self.send_error(502)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_behind_a_proxy_that_answers_for_it_the_server_is_away_too(
    server: Server, page: Any
) -> None:
    page.get_by_label("Anything you want to remember").fill("He went quiet.")
    server.stop()
    proxy = ThreadingHTTPServer(("127.0.0.1", server.port), Proxy)
    running = Thread(target=proxy.serve_forever)
    running.start()
    try:
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_role("alert").filter(has_text=STILL)).to_be_visible()
        page.goto(f"{server.address}/handout")
        expect(page).to_have_title(f"{TITLE} - Repair Planner")
    finally:
        proxy.shutdown()
        proxy.server_close()
        running.join()


def test_no_plan_and_no_answer_enters_a_cache(server: Server, page: Any) -> None:
    page.get_by_label("Anything you want to remember").fill("He went quiet, said Maria.")
    enter_lateness(page)
    page.wait_for_url("**/plan/*")
    page.goto(f"{server.address}/rules?q=apology")
    page.goto(server.address)
    stored = dict(page.evaluate(STORED))
    static = {path for path in stored if path.startswith("/static/")}
    assert stored.keys() - static == {"/offline"}
    assert len(static) == len(NEEDED)
    everything = "\n".join(stored.values())
    for secret in ("Maria", "He went quiet, said", 'name="csrf_token"', "Say this first"):
        assert secret not in everything


def test_without_the_worker_nothing_is_asked_for_twice(chromium: Any, server: Server) -> None:
    """A browser that has no service workers, or a server without TLS elsewhere."""
    window = chromium.new_context(service_workers="block")
    page = window.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(server.address)
    enter_lateness(page)
    assert wrong == []
    window.close()
