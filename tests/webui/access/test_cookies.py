"""Behind TLS every cookie is `__Host-`, or `__Secure-` where it is for some addresses alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import TOKEN, Visitor
from webui.access.cookies import HOST, SECURE, handed_out, taken

TLS = "https://localhost"
Visit = Callable[..., Visitor]


class Browser:
    """A browser at an address, plain or over TLS, that remembers every cookie it was given."""

    def __init__(self, site: Flask, address: str) -> None:
        self.client = Client(site, use_cookies=True)
        self.address = address
        self.given: list[str] = []

    def ask(self, path: str, data: object = None) -> TestResponse:
        method = "GET" if data is None else "POST"
        answer = self.client.open(path, self.address, method=method, data=data)
        self.given += answer.headers.getlist("Set-Cookie")
        return answer

    def send(self, path: str, pairs: list[tuple[str, str]], at: str = "/sign-in") -> TestResponse:
        token = TOKEN.search(self.ask(at).text)
        assert token
        from werkzeug.datastructures import MultiDict

        return self.ask(path, MultiDict([("csrf_token", token[1]), *pairs]))


def through(browser: Browser, house: House) -> None:
    """A plan in work, a sign-in, a kept plan, a password change tried, a sign-out."""
    typed = [*LATE, ("notes", "Her own words.")]
    assert browser.send("/plan", typed, "/").status_code == 303
    signed = browser.send("/sign-in", [("name", "Toni"), ("password", PASSWORD)])
    assert signed.status_code == 303
    ref = house.kept()
    assert browser.ask(f"/plans/{ref}").status_code == 200
    assert browser.send("/sign-out", [], "/account").status_code == 303
    assert browser.ask("/plans").status_code == 303


def test_every_cookie_over_tls_has_its_prefix_and_every_attribute(site: Flask, house: House):
    browser = Browser(site, TLS)
    through(browser, house)
    assert len(browser.given) > 4
    for cookie in browser.given:
        attributes = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= attributes, cookie
        assert not any(one.startswith("Domain") for one in attributes)
        typed = cookie.startswith(f"{SECURE}repair_planner_typed=")
        assert typed or (cookie.startswith(f"{HOST}repair_planner") and "Path=/" in attributes)
    names = {cookie.partition("=")[0] for cookie in browser.given}
    assert {f"{HOST}repair_planner", f"{HOST}repair_planner_person",
            f"{HOST}repair_planner_work", f"{SECURE}repair_planner_typed"} <= names  # fmt: skip


def test_on_a_laptop_the_names_are_plain(site: Flask, house: House):
    browser = Browser(site, "http://127.0.0.1")
    through(browser, house)
    assert not any(cookie.startswith("__") or "Secure" in cookie for cookie in browser.given)
    assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in browser.given)


def test_over_tls_a_cookie_without_its_prefix_opens_nothing(site: Flask, visit: Visit):
    """A machine beside this one, or a page without TLS, may have set it."""
    cookie = visit("Toni").client.get_cookie("repair_planner_person")
    assert cookie
    client = site.test_client(use_cookies=False)
    for name, status in (("", 303), (HOST, 200)):
        head = {"Cookie": f"a=b; {name}repair_planner_person={cookie.value}; c"}
        assert client.get("/account", base_url=TLS, headers=head).status_code == status
    plain = {"Cookie": f"repair_planner_person={cookie.value}"}
    assert client.get("/account", headers=plain).status_code == 200


def test_tls_is_asked_for_over_tls_and_not_on_a_laptop(site: Flask):
    client = site.test_client()
    for path in ("/", "/livez", "/nothing", "/static/screen.css", "/plans"):
        told = client.get(path, base_url=TLS).headers.getlist("Strict-Transport-Security")
        assert told == ["max-age=31536000"], path
        assert "Strict-Transport-Security" not in client.get(path).headers


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("repair_planner=a; Path=/", f"{HOST}repair_planner=a; Path=/; Secure"),
        ("repair_planner=a; Secure; Path=/clinic/",
         f"{SECURE}repair_planner=a; Secure; Path=/clinic/"),
        ("other=a; Path=/", "other=a; Path=/"),
    ],
)  # fmt: skip
def test_a_cookie_is_named_by_where_it_is_sent(cookie: str, expected: str) -> None:
    assert handed_out(cookie) == expected


def test_what_others_set_comes_through_and_ours_only_with_a_prefix() -> None:
    sent = f"x=1; repair_planner=evil; {HOST}repair_planner=ours; {SECURE}repair_planner_typed=t"
    assert taken(sent) == "x=1; repair_planner=ours; repair_planner_typed=t"
    assert taken("") == ""
