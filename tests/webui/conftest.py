"""One application for all page tests: the planner is loaded once, and nothing is stored."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.webui.sending import LATE, Pairs, Post
from webui import create_app


@pytest.fixture(scope="session")
def app() -> Flask:
    return create_app({"TESTING": False})


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Send a form with a good token, as a browser would."""

    def send(pairs: Pairs, path: str = "/plan") -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
        assert token
        return client.post(path, data=MultiDict([("csrf_token", token[1]), *pairs]))

    return send


@pytest.fixture
def late() -> Pairs:
    """A common case: the therapist kept the client waiting, and the client went quiet."""
    return LATE
