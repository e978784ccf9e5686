"""The ways into the form: danger alone, an example of one press, a line of free text."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner.contract.observation import FLAGS, STOP_FLAGS
from tests.webui.support.sending import Post, read
from tests.webui.support.visiting import hidden

ASKED = re.compile(r'name="([^"]+)"[^>]*value="([^"]+)" checked')


def ticked(page: str) -> set[tuple[str, str]]:
    return {(name, html.unescape(value)) for name, value in ASKED.findall(page)}


@pytest.mark.parametrize("flag", STOP_FLAGS)
@pytest.mark.parametrize("field", ["safety.flags", "safety.unsure"])
def test_a_sign_of_danger_alone_is_enough(post: Post, flag: str, field: str) -> None:
    answer = post(((field, flag),))
    assert answer.status_code == 200
    assert "Please stop here first" in answer.text


@pytest.mark.parametrize("flag", STOP_FLAGS)
def test_a_sign_of_danger_alone_is_enough_for_programs(client: FlaskClient, flag: str) -> None:
    answer = client.post("/api/v1/plans", json={"ruptures": [], "safety": {"flags": {flag: "yes"}}})
    assert (answer.status_code, answer.json["disposition"]) == (200, "stop")  # type: ignore[index]  # it is JSON


@pytest.mark.parametrize("flag", sorted(set(FLAGS) - set(STOP_FLAGS)))
def test_any_other_flag_needs_what_was_noticed(post: Post, flag: str) -> None:
    answer = post((("safety.flags", flag),))
    assert answer.status_code == 422
    assert "Tick at least one thing that you noticed" in answer.text


def test_the_stop_page_has_first_actions_before_the_answers(post: Post) -> None:
    page = post((("safety.flags", "self_harm"), ("context.phase", "late"))).text
    assert page.index('class="rp-first-action"') < page.index('id="answers-title"')
    assert page.index('class="rp-first-action"') < page.index(
        "Keep this plan" if "Keep this plan" in page else "Forget this plan"
    )


@pytest.mark.parametrize("flag", STOP_FLAGS)
def test_the_form_has_the_first_actions_of_each_flag_in_place(
    app: Flask, client: FlaskClient, flag: str
) -> None:
    page = client.get("/").text
    block = page.partition(f'data-for="{flag}"')[2].partition("</div>")[0]
    actions = app.extensions["knowledge"].first_actions(flag)
    assert actions
    assert all(
        html.escape(one, quote=False) in html.unescape(block) or one in html.unescape(block)
        for one in actions
    )


def test_every_flag_has_a_name_and_none_of_these_stands_last(client: FlaskClient) -> None:
    page = client.get("/").text
    boxes = re.findall(r'name="safety.flags" type="checkbox" value="(\w+)"', page)
    assert sorted(boxes[:-1]) == sorted(FLAGS)
    assert boxes[-1] == "none"


def test_each_example_fills_the_form_and_leaves_safety_to_be_asked(
    app: Flask, client: FlaskClient
) -> None:
    for one in app.extensions["knowledge"].entering.examples:
        page = client.get(f"/?example={one.name}").text
        chosen = ticked(page)
        assert ("kind", one.observation["ruptures"][0]["kind"]) in chosen
        assert not any(name.startswith("safety") for name, _value in chosen)
        assert html.escape(one.label) in page


def test_an_example_that_there_is_not_is_an_empty_form(client: FlaskClient) -> None:
    assert ticked(client.get("/?example=none").text) == set()


def test_a_line_is_shown_as_answers_and_makes_no_plan_unseen(post: Post) -> None:
    page = post((("line", "I was twenty minutes late, second time, she said fine"),)).text
    assert 'id="say-words"' not in page
    assert ticked(page) == {
        ("kind", "lateness"),
        ("lateness.who", "therapist"),
        ("context.signs", "denial"),
    }
    assert 'value="20"' in page
    assert "Your line, as answers" in read(page)
    assert "second time" in read(page)


def test_a_line_that_was_looked_at_makes_a_plan(post: Post) -> None:
    line = ("line", "I was late")
    first = post((line, ("safety.flags", "none"))).text
    again = [*ticked(first), line, ("line_read", dict(hidden(first))["line_read"])]
    assert 'id="say-words"' in post(tuple(again)).text


def test_a_line_that_was_changed_is_read_again(post: Post) -> None:
    pairs = (("line", "I was late, by phone"), ("line_read", "I was late"), ("kind", "lateness"))
    page = post(pairs).text
    assert ("context.setting", "phone") in ticked(page)


def test_what_was_answered_already_wins_over_the_line(post: Post) -> None:
    page = post((("line", "I was late"), ("kind", "lateness"), ("lateness.who", "client"))).text
    assert ("lateness.who", "client") in ticked(page)
    assert ("lateness.who", "therapist") not in ticked(page)


def test_words_of_danger_ask_and_tick_nothing(post: Post) -> None:
    page = post((("line", "she said she wants to die and laughed it off"),)).text
    assert not any(name.startswith("safety") for name, _value in ticked(page))
    assert "wants to die" in page
    assert "Suicide or self-harm?" in read(page)


def test_a_line_that_says_nothing_says_so(post: Post) -> None:
    assert "Nothing in your line" in read(post((("line", "hm"),)).text)


def test_the_line_is_shown_as_text(post: Post) -> None:
    page = post((("line", '"><script>alert(1)</script> late'),)).text
    assert "<script>alert" not in page
