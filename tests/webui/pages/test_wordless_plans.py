"""Two plans hold no words to say: one where nothing fits, and one where safety comes first."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from planner import Planner
from planner.contract.observation import FLAGS
from tests.webui.support.sending import Pairs, read
from webui import create_app

RUN = 6
LATE: Pairs = (("kind", "lateness"), ("lateness.who", "client"))
CALLING = {"call", "delay"}


def sent(app: Flask, pairs: Pairs) -> str:
    """The page that comes back for these answers."""
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/").text)
    assert token
    fields: dict[str, list[str]] = {"csrf_token": [token[1]]}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    response = client.post("/plan", data=fields, follow_redirects=True)
    assert response.status_code == 200
    return response.text


@pytest.fixture(scope="module")
def silent() -> Flask:
    """The application with a rulebook that never suggests a step."""
    book = Planner().rulebook
    rules = tuple(rule for rule in book.rules if rule.verb not in CALLING)
    return create_app({"PLANNER": Planner(replace(book, rules=rules))})


def test_where_nothing_fits_the_page_says_so_and_sends_to_supervision(silent: Flask) -> None:
    book = silent.extensions["knowledge"].rulebook
    page = sent(silent, (("safety.flags", "none"), *LATE))
    text = read(page)
    assert book.vocabulary["pages"]["none_title"] in text
    assert book.summary["nothing_fits"] in text
    assert book.summary["nothing_fits_supervision"] in text
    assert "<blockquote" not in page
    assert "data-copies" not in page
    assert 'id="step-' not in page


def runs(text: str) -> Iterator[str]:
    """Every few words of a text that stand together."""
    words = re.findall(r"\w+", text.lower())
    return (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


@pytest.mark.parametrize("flag", FLAGS)
def test_a_stop_page_holds_no_words_to_say_in_no_form(app: Flask, flag: str) -> None:
    """Not the handout's, not adapted ones: no six words of either stand together on it."""
    page = sent(app, (("safety.flags", flag), *LATE))
    if "Please stop here first" not in page:
        assert "Talk this through first" in page
        return
    book = app.extensions["knowledge"].rulebook
    shown = set(runs(read(page)))
    scripts = [line for item in book.handout.items.values() for line in item.scripts]
    adapted = [variant.say for variant in book.variants]
    assert [run for line in (*scripts, *adapted) for run in runs(line) if run in shown] == []
    assert "<blockquote" not in page
    assert "data-copies" not in page
    assert "What to do first" in page
