"""Practice in the browser, without an account: a case, the answers, the plan laid beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner import Planner
from planner.practice.practice import Practice, Wanted
from planner.reading.shipped import SHIPPED
from tests.webui.support.visiting import TOKEN
from webui.access import sitting

CASE = "/practice/545a03ab"
ANSWERS = {"goes_on": "proceed", "first": "C1", "waits": ["D2", "D3"]}


@pytest.fixture(scope="module")
def cases(planner: Planner) -> Practice:
    return Practice.of(planner, [SHIPPED])


def plain(page: str) -> str:
    """What a reader reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def answered(client: FlaskClient, path: str = CASE, **answers: object) -> str:
    """Send the form with a good token; gives the address that it leads to."""
    token = TOKEN.search(client.get(path).text)
    assert token
    sent = client.post(path, data={"csrf_token": token[1], **(answers or ANSWERS)})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def test_a_case_is_told_without_its_plan(client: FlaskClient, planner: Planner) -> None:
    page = client.get(CASE)
    text = plain(page.text)
    assert "The therapist dozed off for a moment" in text
    assert "I was not attending" in text
    assert "no client of yours" in text
    assert "What was not told is not a no." in text
    plan = planner.plan({"ruptures": [{"kind": "disconnection", "act": "inattentive"}],
                         "safety": {"flags": {}}})  # fmt: skip
    assert plan.steps[0].short not in text
    assert plan.steps[0].because[0].text not in text


def test_the_field_for_ones_own_words_has_no_name(client: FlaskClient) -> None:
    page = client.get(CASE).text
    fields = re.findall(r"<textarea[^>]*>", page)
    assert len(fields) == 1
    assert "name=" not in fields[0]


def test_the_answers_lead_to_the_plan_laid_beside(client: FlaskClient) -> None:
    where = answered(client)
    assert where == f"{CASE}/beside?goes_on=proceed&first=C1&waits=D2&waits=D3"
    page = plain(client.get(where).text)
    for words in (
        "You go on, and so does the plan.",
        "You begin with C1 (Check in).",
        "The plan begins with C2 (Apologize, process, repair), because:",
        "Strength: ethics code",
        "D2 would wait, if:",
        "The plan's short words (C2) I was not with you for a moment.",
        "No machine compares them.",
        "What if it had been the third time?",
        "Then the plan waits for consultation.",
    ):
        assert words in page, words
    assert not re.search(
        r"\b(right|wrong|correct|score|percent)\b|%", page.replace("was wrong of me", "")
    )


def test_a_stop_has_what_comes_first_instead_and_no_words(
    client: FlaskClient, cases: Practice
) -> None:
    """Cases with danger are practice as well: the answer that is practiced is to stop."""
    stop = next(one for one in cases.cases if "self_harm" in one.observation["safety"]["flags"])
    where = answered(client, f"/practice/{stop.key}", goes_on="stop")
    page = client.get(where).text
    text = plain(page)
    assert "You stop, and so does the plan." in text
    assert "What comes first instead" in text
    assert "<blockquote" not in page
    first = cases.planner.plan(stop.observation).safety.first_actions[0]
    assert first in text


def test_what_is_missing_stands_beside_its_field_and_nothing_is_lost(client: FlaskClient) -> None:
    token = TOKEN.search(client.get(CASE).text)
    assert token
    sent = client.post(CASE, data={"csrf_token": token[1], "goes_on": "proceed", "waits": "D2"})
    assert sent.status_code == 422
    assert 'href="#first"' in sent.text
    assert "Tell which step comes first" in sent.text
    assert re.search(r'value="D2" checked', sent.text)
    assert re.search(r'value="proceed" checked', sent.text)


@pytest.mark.parametrize("query", ["", "?goes_on=maybe&first=C2", "?goes_on=proceed&first=%3Cb%3E"])
def test_an_address_without_answers_leads_to_the_case(client: FlaskClient, query: str) -> None:
    found = client.get(f"{CASE}/beside{query}")
    assert (found.status_code, found.headers["Location"]) == (303, CASE)


@pytest.mark.parametrize("key", ["none", "545a03ab-change", "..", "none-changed"])
def test_an_unknown_case_is_not_there(client: FlaskClient, key: str) -> None:
    for path in (f"/practice/{key}", f"/practice/{key}/beside?goes_on=stop"):
        assert client.get(path).status_code == 404


def test_the_changed_case_asks_what_if_and_leads_back(client: FlaskClient) -> None:
    page = plain(client.get(f"{CASE}-changed").text)
    assert "What if it had been the third time?" in page
    assert "Times so far 3" in page
    beside = client.get(answered(client, f"{CASE}-changed"))
    assert f'href="{CASE}"' in beside.text
    assert "You go on." in plain(beside.text)


@pytest.fixture
def fresh(app: Flask) -> Iterator[FlaskClient]:
    """A browser in which nothing was practiced yet."""
    with app.test_client() as client:
        yield client


def test_by_kind_and_by_item_and_never_the_same_twice_in_a_row(
    fresh: FlaskClient, cases: Practice
) -> None:
    there = {one.key for one in cases.fitting(Wanted("disconnection", "D4"))}
    told: list[str] = []
    for _ in range(2 * len(there)):
        found = fresh.get("/practice/next?kind=disconnection&item=d4")
        told.append(found.headers["Location"].rpartition("/")[2])
        assert told[-2:-1] != told[-1:]
    assert set(told) == there
    assert sorted(told[: len(there)]) == sorted(there)


def test_the_page_takes_kind_and_item_from_its_address(client: FlaskClient) -> None:
    page = client.get("/practice?item=c2&kind=lateness").text
    assert '<option value="C2" selected>' in page
    assert '<option value="lateness" selected>' in page
    assert "selected" not in client.get("/practice?item=Z9&kind=none").text


def test_what_differed_in_this_sitting_can_be_practiced(
    fresh: FlaskClient, cases: Practice
) -> None:
    assert 'name="differed"' not in fresh.get("/practice").text
    answered(fresh)
    page = fresh.get("/practice").text
    assert "What comes first: C2" in plain(page)
    for _ in range(5):
        key = fresh.get("/practice/next?differed=yes").headers["Location"].rpartition("/")[2]
        case = next(one for one in cases.cases if one.key == key)
        with fresh.session_transaction() as session:
            assert set(session[sitting.SITTING]["differed"]) & cases.points(case)
    again = fresh.get(f"{CASE}/beside?goes_on=stop")
    assert "differed=yes" in again.text


def test_a_sitting_keeps_choices_alone_and_no_more_than_a_cookie_holds(fresh: FlaskClient) -> None:
    for _ in range(70):
        fresh.get("/practice/next")
    answered(fresh)
    with fresh.session_transaction() as session:
        kept = session[sitting.SITTING]
        assert set(kept) == {"seen", "kind", "item", "points", "differed"}
        assert len(kept["seen"]) == sitting.LONGEST
        session[sitting.SITTING] = "something else"
    assert fresh.get("/practice").status_code == 200
    cookie = fresh.get_cookie("repair_planner")
    assert cookie is not None
    assert len(cookie.value) < 3000


def test_an_expired_token_still_shows_the_plan(fresh: FlaskClient) -> None:
    sent = fresh.post(CASE, data={**ANSWERS, "csrf_token": "old"})
    assert sent.status_code == 303
    assert "The plan beside your answers" in fresh.get(sent.headers["Location"]).text


def test_without_accounts_nothing_offers_to_keep(client: FlaskClient) -> None:
    assert 'name="keep"' not in client.get(CASE).text
    assert "/practiced" not in client.get("/practice").text
    answered(client, goes_on="stop", keep="yes")


def test_every_page_leads_to_practice(client: FlaskClient) -> None:
    assert 'href="/practice"' in client.get("/handout").text


def test_a_pack_that_makes_the_scenarios_unreadable_leaves_no_case(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.errors import RulebookError
    from webui import create_app

    def unreadable(*_: object) -> object:
        raise RulebookError(())

    monkeypatch.setattr("webui.knowledge.read_scenarios", unreadable)
    client = create_app({"PLANNER": planner}).test_client()
    assert "No case can be told with these rules." in client.get("/practice").text
    assert client.get("/practice/next").status_code == 303
    assert client.get(CASE).status_code == 404
