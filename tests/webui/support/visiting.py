"""A browser without a screen: signs in, follows forms with their tokens, keeps its cookies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.webui.support.people import PASSWORD

Pairs = Iterable[tuple[str, str]]
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Visitor:
    """Someone at a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self._token = ("", "")

    def sign_in(self, name: str, password: str = PASSWORD) -> Visitor:
        answer = self.post("/sign-in", {"name": name, "password": password})
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str, query: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(path, query_string=query)

    def post(self, path: str, data: Mapping[str, object] | Pairs = ()) -> TestResponse:
        """Send a form with a good token."""
        pairs = MultiDict(data if isinstance(data, Mapping) else list(data))
        pairs["csrf_token"] = self.token()
        return self.client.post(path, data=pairs)

    def token(self) -> str:
        """The token of this browser, from the lightest page that it may see.

        It is looked for again only when the cookie that it belongs to is another one.
        """
        if self._token[0] != self._cookie() or not self._token[0]:
            seen = map(TOKEN.search, map(self._page, ("/account", "/sign-in", "/")))
            found = next(found[1] for found in seen if found)
            self._token = (self._cookie(), found)
        return self._token[1]

    def known_token(self) -> str:
        """The last token that a page had; nothing is asked for."""
        return self._token[1]

    def _cookie(self) -> str:
        """What the browser keeps for its forms; empty where it keeps nothing."""
        kept = self.client.get_cookie(self.client.application.config["SESSION_COOKIE_NAME"])
        return kept.value if kept else ""

    def _page(self, path: str) -> str:
        return self.client.get(path).text


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of a page, as a browser would send them."""
    return [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(page)]
