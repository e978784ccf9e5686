"""With a clinic's own pack the pages say what is the clinic's, and never call it the handout's."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from planner import Planner
from tests.webui.support.people import House
from tests.webui.support.sending import Pairs, Post, read
from tests.webui.support.visiting import Visitor
from webui import create_app
from webui.knowledge import Knowledge
from webui.register.steps import FreeStep

EXAMPLE = Path(__file__).resolve().parents[2] / "example_pack"
LAST_SESSIONS = {
    "case": "K-114",
    "ruptures": [
        {"kind": "deflection", "response": "topic_change", "trigger": "difficult_topic",
         "occurrences": 2}
    ],
    "context": {"phase": "ending", "alliance": "good", "setting": "in_person"},
    "safety": {"flags": {}},
}  # fmt: skip
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


CAUTION = """
- id: harbor.stone-is-not-a-gift
  title: The stone is the client's to refuse
  when:
    context.phase: ending
  caution: D5
  text: Leave the stone where it is when the client does not reach for it.
  because: What must be taken is no longer offered.
  source: harbor-handbook
"""


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    """The clinic's pack, with something to take care of in its idea."""
    pack = tmp_path_factory.mktemp("packs") / "harbor"
    shutil.copytree(EXAMPLE, pack)
    with (pack / "harbor.yaml").open("a", encoding="utf-8") as rules:
        rules.write(CAUTION)
    return Planner.load(pack)


@pytest.fixture
def harbor(house: House, site: Flask, careful: Planner) -> Iterator[House]:
    """The house with the clinic's pack, whose idea for an ending is a planned D5."""
    shipped, site.extensions["knowledge"] = site.extensions["knowledge"], Knowledge(careful)
    house.planner = careful
    yield house
    site.extensions["knowledge"] = shipped


def test_a_step_of_ones_own_has_nothing_of_the_packs_idea_beside_it(
    harbor: House, visit: Callable[[str], Visitor]
) -> None:
    """Both are a D5; only the planned one has a purpose, cautions and reasons of the rules."""
    toni = harbor["Toni"]
    ref = harbor.kept(observation=LAST_SESSIONS)
    planned = {step["item"]: step for step in harbor.keeping.open(toni, ref).content.plan["steps"]}
    purpose, (caution, *_more) = planned["D5"]["purpose"], planned["D5"]["cautions"]
    added = FreeStep("Bring the clock", "now", "I brought a clock for us.")
    harbor.keeping.edit(toni, ref, 1, {}, added)
    assert harbor.keeping.open(toni, ref).content.steps[-1].key == "D5-2"

    def told(page: str, text: str) -> int:
        return read(page).count(text)

    visitor, sam = visit("Toni"), visit("Sam")
    assert told(visitor.get(f"/plans/{ref}").text, purpose) == 1
    assert told(visitor.get(f"/plans/{ref}/edit").text, caution) == 1
    harbor.keeping.submit(toni, ref, 2)
    assert told(sam.get(f"/plans/{ref}/review").text, purpose) == 1
    harbor.decide(ref)
    assert told(visitor.get(f"/plans/{ref}/sheet").text, purpose) == 1
    rooms = [visitor.get(f"/plans/{ref}/room?step={at}").text for at in range(1, 9)]
    own = next(page for page in rooms if "I brought a clock" in page)
    assert caution not in read(own)
