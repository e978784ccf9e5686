"""The entry page: every question once, in plain words, and nothing typed is ever lost."""

import importlib
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from planner.contract.fields import FIELDS, Field
from tests.webui.support.sending import Pairs, Post
from webui.form import layout
from webui.form.forms import NEVER_ASKED, SAFETY


class Page(HTMLParser):
    """The ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.fragments: list[str] = []
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value and value.startswith("#"):
                self.fragments.append(value[1:])


def laid_out() -> list[str]:
    kinds = [
        f"{kind}.{name}"
        for table in (layout.SHOWN, layout.FOLDED)
        for kind, names in table.items()
        for name in names
    ]
    rest = (*layout.UP_FRONT, *layout.OWN, *layout.OWN_FOLDED, *layout.CLIENT, *layout.MORE)
    return [SAFETY, *kinds, *rest]


def test_every_field_of_the_contract_is_asked_exactly_once() -> None:
    assert sorted(laid_out()) == sorted(set(FIELDS) - set(NEVER_ASKED))


@pytest.mark.parametrize("kind", list(layout.SHOWN))
def test_a_common_case_shows_at_most_twelve_questions(kind: str) -> None:
    safety, noticed = 1, 1
    shown = len(layout.SHOWN[kind]) + len(layout.OWN) + len(layout.CLIENT)
    assert safety + len(layout.UP_FRONT) + noticed + shown <= 12


def test_safety_comes_first_then_ones_own_part_then_the_client(client: FlaskClient) -> None:
    page = client.get("/").text
    order = [
        "section-safety",
        "section-front",
        "section-noticed",
        "section-own",
        "section-client",
        "section-filing",
    ]
    places = [page.index(f'id="{name}"') for name in order]
    assert places == sorted(places)


def test_every_question_and_answer_is_in_the_vocabularys_words(
    app: Flask, client: FlaskClient
) -> None:
    page = client.get("/").text.replace("&#34;", '"').replace("&#39;", "'")
    words = app.extensions["knowledge"].words
    for name in laid_out():
        assert words.question(name) in page
        for option in words.options(name):
            assert option.label in page


def test_no_answer_is_chosen_beforehand(client: FlaskClient) -> None:
    assert " checked" not in client.get("/").text


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(client: FlaskClient) -> None:
    page = Page(client.get("/").text)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.fragments) <= set(page.ids)


def test_an_empty_form_is_answered_with_what_is_missing(post: Post) -> None:
    response = post(())
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    page = Page(response.text)
    assert {"safety-flags", "kind"} <= set(page.fragments)
    assert set(page.fragments) <= set(page.ids)


WRONG: list[tuple[str, str, str]] = [
    ("lateness.minutes", "601", "lateness-minutes"),
    ("lateness.minutes", "twenty", "lateness-minutes"),
    ("lateness.minutes", "\uff19", "lateness-minutes"),
    ("lateness.occurrences", "0", "lateness-occurrences"),
    ("lateness.occurrences", "9" * 5000, "lateness-occurrences"),
    ("lateness.who", "nobody", "lateness-who"),
    ("lateness.cause", "bus", "lateness-cause"),
    ("context.phase", "x", "context-phase"),
    ("context.signs", "x", "context-signs"),
    ("safety.flags", "x", "safety-flags"),
    ("safety.unsure", "x", "safety-flags"),
    ("kind", "x", "kind"),
    ("case", "c" * 65, "case"),
    ("session", "0", "session"),
    ("notes", "n" * 4001, "notes"),
]


@pytest.mark.parametrize(("name", "value", "place"), WRONG)
def test_a_wrong_answer_is_told_beside_its_field_and_the_rest_is_kept(
    post: Post, late: Pairs, name: str, value: str, place: str
) -> None:
    pairs = [pair for pair in late if pair[0] != name or name in {"kind", "context.signs"}]
    notes = () if name == "notes" else (("notes", "kept <b>text</b>"),)
    response = post((*pairs, (name, value), *notes))
    assert response.status_code == 422
    page = Page(response.text)
    assert place in page.fragments
    assert set(page.fragments) <= set(page.ids)
    if notes:
        assert "kept &lt;b&gt;text&lt;/b&gt;</textarea>" in response.text


def test_none_of_these_and_a_flag_together_are_asked_about(post: Post, late: Pairs) -> None:
    response = post((*late, ("safety.flags", "self_harm")))
    assert response.status_code == 422
    assert "safety-flags" in Page(response.text).fragments


def test_an_expired_token_keeps_every_answer_and_says_so(client: FlaskClient, late: Pairs) -> None:
    pairs = MultiDict([("csrf_token", "old"), *late, ("notes", "long thought")])
    response = client.post("/plan", data=pairs)
    assert response.status_code == 422
    assert "long thought</textarea>" in response.text
    assert "Your answers are all here" in response.text
    assert "There is a problem" not in response.text
    checked = re.findall(r'name="([^"]+)"[^>]*value="([^"]+)" checked', response.text)
    assert ("lateness.who", "therapist") in checked
    assert ("safety.flags", "none") in checked


def test_the_token_of_another_visitor_is_not_taken(app: Flask, late: Pairs) -> None:
    mine, theirs = app.test_client(), app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', mine.get("/").text)
    assert token
    theirs.get("/")
    response = theirs.post("/plan", data=MultiDict([("csrf_token", token[1]), *late]))
    assert response.status_code == 422


def test_windows_line_ends_and_stray_controls_in_notes_do_no_harm(post: Post, late: Pairs) -> None:
    response = post((*late, ("notes", "one\r\ntwo\x00\x1b")))
    assert response.status_code == 200
    assert "one\ntwo" in response.text


def test_more_than_a_megabyte_is_refused_with_a_page(client: FlaskClient) -> None:
    response = client.post("/plan", data={"notes": "x" * 1_100_000})
    assert response.status_code == 413
    assert "<h1" in response.text


def test_what_the_layout_does_not_name_is_asked_in_its_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So a field of the contract is on the page by itself: last in its kind's fold, or in More."""
    monkeypatch.setitem(
        FIELDS, "lateness.later", Field("lateness.later", "choice", rupture="lateness")
    )
    monkeypatch.setitem(FIELDS, "context.later", Field("context.later", "choice"))
    anew = importlib.reload(layout)
    try:
        first = ("form", "notice_given", "cause", "reason_asked")
        rest = ("own_occurrences", "happened")
        assert anew.FOLDED["lateness"] == (*first, *rest, "later")
        assert anew.MORE[-1] == "context.later"
    finally:
        monkeypatch.undo()
        importlib.reload(layout)
