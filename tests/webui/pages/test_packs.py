"""With a clinic's own pack the pages say what is the clinic's, and never call it the handout's."""

from pathlib import Path

import pytest
from flask import Flask

from planner import Planner
from tests.webui.support.sending import Pairs, Post, read
from webui import create_app

EXAMPLE = Path(__file__).resolve().parents[2] / "example_pack"
ENDING: Pairs = (
    ("safety.flags", "none"),
    ("kind", "deflection"),
    ("deflection.response", "topic_change"),
    ("deflection.trigger", "difficult_topic"),
    ("deflection.occurrences", "2"),
    ("context.phase", "ending"),
    ("context.alliance", "good"),
    ("context.setting", "in_person"),
)


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app({"TESTING": False, "PLANNER": Planner.load(EXAMPLE)})


def test_an_idea_stands_as_the_clinics_beside_the_handouts_steps(post: Post) -> None:
    page = post(ENDING).text
    start = page.index('id="step-D5"')
    following = page.find('id="step-', start + 20)
    card = page[start : following if following > 0 else page.index("</ol>", start)]
    assert "Idea of the Harbor Training Clinic" in read(card)
    assert "There are some stones in that bowl." in read(card)
    assert "rp-compare" not in card
    assert "rp-compare" in page


def test_the_pages_have_the_clinics_words_and_the_plan_its_name(app: Flask, post: Post) -> None:
    form = read(app.test_client().get("/").text)
    assert "What happened between you, here at the Harbor?" in form
    assert "At this clinic the last four sessions of a semester" in form
    assert "Harbor Training Clinic 2.1" in read(post(ENDING).text)


def test_contacts_are_the_clinics(post: Post) -> None:
    flagged = (("safety.flags", "self_harm"), *ENDING[1:])
    assert "The supervisor on duty, room 3" in read(post(flagged).text)


def test_the_clinics_rules_are_read_beside_the_others(app: Flask) -> None:
    page = app.test_client().get("/rules/harbor.stone-on-the-table")
    assert page.status_code == 200
    assert "Some clients find it easier to say a goodbye" in read(page.text)
