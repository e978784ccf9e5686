"""The plan page: everything the plan says, in the order a person needs, and nothing else."""

import html
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from planner import Observation
from planner.plan.plan import Plan
from tests.webui.support.sending import Pairs, Post, read

AUTHORITY: Pairs = (
    ("safety.flags", "none"),
    ("kind", "authority_frustration"),
    ("authority_frustration.toward", "outside_authority"),
    ("context.alliance", "weak"),
)


def said(response: TestResponse) -> str:
    """A page's text as a person reads it."""
    return read(response.text)


def plan_for(app: Flask, ruptures: list[dict[str, object]], **rest: object) -> Plan:
    data = {"ruptures": ruptures, "safety": {"flags": {}}, **rest}
    plan: Plan = app.extensions["knowledge"].planner.plan(Observation.read(data))
    return plan


def test_everything_in_the_plan_is_on_the_page(app: Flask, post: Post, late: Pairs) -> None:
    plan = plan_for(
        app,
        [{"kind": "lateness", "who": "therapist", "minutes": 20, "occurrences": 1}],
        context={"signs": ["denial", "minimal_response"]},
    )
    page = said(post(late))
    assert plan.steps
    texts = [plan.summary, *plan.supervision, *plan.follow_up.signs_it_helped]
    texts += [step.words for step in plan.steps] + [step.purpose for step in plan.steps]
    texts += [one.until for one in plan.held] + [one.text for one in plan.avoid]
    texts += [question.would_change for question in plan.questions]
    texts += [reason.text for step in plan.steps for reason in step.because]
    for text in texts:
        assert re.sub(r"\s+", " ", text) in page


def test_the_words_are_whole_and_unbroken_where_they_are_copied(
    app: Flask, post: Post, late: Pairs
) -> None:
    text = post(late).text
    for item, block in re.findall(r'id="words-(\w+)">(.*?)</blockquote>', text, re.DOTALL):
        shown = html.unescape(re.sub(r"</?ins>", "", block))
        plan = plan_for(
            app,
            [{"kind": "lateness", "who": "therapist", "minutes": 20, "occurrences": 1}],
            context={"signs": ["denial", "minimal_response"]},
        )
        assert shown == next(step.words for step in plan.steps if step.item == item)
        assert "<ins>" in block


def test_answers_stand_in_one_line_below_the_words_each_with_a_way_to_change_it(
    post: Post, late: Pairs
) -> None:
    page = post(late).text
    assert page.index('id="say-words"') < page.index('id="answers-title"')
    anchors = re.findall(r'href="/plan/\w+/change#([\w-]+)"', page)
    assert {"safety-flags", "kind", "lateness-who", "lateness-minutes"} <= set(anchors)


def test_change_brings_the_form_back_with_every_answer(post: Post, late: Pairs) -> None:
    page = post((*late, ("notes", "a thought"), ("case", "K-7")), "/").text
    checked = set(re.findall(r'name="([^"]+)"[^>]*value="([^"]+)" checked', page))
    assert checked >= {
        pair for pair in late if pair[0] not in ("lateness.minutes", "lateness.occurrences")
    }
    assert "a thought</textarea>" in page
    assert 'value="K-7"' in page
    assert 'value="20"' in page


def hidden(page: str) -> Pairs:
    """What the plan page would send again."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return tuple((name, html.unescape(value)) for name, value in found)


def test_a_question_answered_in_place_makes_the_plan_again_and_says_what_changed(
    post: Post,
) -> None:
    first = post(AUTHORITY).text
    asked = re.findall(r'name="([^"]+)" value="([^"]+)" form="answers"', first)
    assert asked
    moved = []
    for pair in asked:
        again = post((pair, *hidden(first))).text
        changed = again.partition('id="changed-title"')[2].partition("</section>")[0]
        assert changed
        moved.append("<del>" in changed)
    assert any(moved)


def test_the_same_answers_again_change_nothing(post: Post, late: Pairs) -> None:
    first = post(late)
    again = post(hidden(first.text))
    assert "The plan stays as it was." in again.text
    mark = r"Plan [0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}"
    assert re.findall(mark, first.text) == re.findall(mark, again.text) != []


def test_a_tampered_comparison_is_ignored(post: Post, late: Pairs) -> None:
    for before in ("{", "[]", '{"ruptures":[]}', "\x00", "{" * 9000):
        assert post((*late, ("before", before))).status_code == 200


def test_stop_shows_first_steps_and_no_word_of_the_handout(app: Flask, post: Post) -> None:
    page = said(
        post(
            (("safety.flags", "self_harm"), ("kind", "deflection"), ("deflection.response", "joke"))
        )
    )
    handout = app.extensions["knowledge"].rulebook.handout
    for item in handout.items.values():
        for script in item.scripts:
            assert script not in page
    assert "What to do first" in page
    assert "Whom to tell" in page
    assert "Copy" not in page


def test_not_sure_about_a_flag_counts_as_yes(post: Post) -> None:
    pairs: Pairs = (
        ("safety.unsure", "self_harm"),
        ("kind", "deflection"),
        ("deflection.response", "joke"),
    )
    page = said(post(pairs))
    assert "Please stop here first" in page
    assert "Suicide or self-harm (not sure)" in page


def test_review_first_says_so_before_the_steps(post: Post, late: Pairs) -> None:
    pairs = tuple(("safety.flags", "formal_complaint") if p[1] == "none" else p for p in late)
    page = said(post(pairs))
    assert page.index("Talk this through first") < page.index(
        "Words to say, after you have consulted"
    )


def test_no_percentage_stands_on_a_plan(post: Post, late: Pairs) -> None:
    assert not re.search(r"\d\s?%", said(post(late)))


@pytest.mark.parametrize("name", ["notes", "case"])
def test_script_in_what_was_typed_is_shown_as_text(post: Post, late: Pairs, name: str) -> None:
    attack = '"><script>alert(1)</script><img src=x>'
    page = post((*late, (name, attack))).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_notes_that_may_name_someone_are_marked_and_never_block(post: Post, late: Pairs) -> None:
    response = post((*late, ("notes", "I called Maria at 212-555-0134.")))
    assert response.status_code == 200
    assert "<mark>Maria</mark>" in response.text
    assert "<mark>212-555-0134</mark>" in response.text
    assert "looks like a phone number" in said(response)


def test_what_was_typed_stands_in_no_address(post: Post, late: Pairs) -> None:
    page = post((*late, ("notes", "secretword"))).text
    for link in re.findall(r'(?:href|action|formaction)="([^"]*)"', page):
        assert "secretword" not in link


def test_the_footer_names_plan_version_and_edition(app: Flask, post: Post, late: Pairs) -> None:
    book = app.extensions["knowledge"].rulebook
    page = said(post(late))
    assert f"Rulebook {book.version} · Edition {book.edition}" in page
