"""Every text of every page comes from the catalog, so that a clinic or a language can replace it.

The rules are copied and the pages' texts are put into other letters. Whatever then still stands in
plain letters on any page, in any state, for any role, is data of the rulebook, was typed, or is a
text that someone wrote into a template or into code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered
from jinja2 import DictLoader
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from planner import Planner
from planner.plan.plan import Plan
from planner.reading.shipped import rulebook_of
from planner.rulebook.learning import Lesson
from planner.rulebook.rulebook import Rulebook
from tests.support.long import LONG
from tests.webui.access.test_roles import BY_PLAN, BY_ROLE, filled
from tests.webui.support import people
from tests.webui.support.people import FLAGGED, PASSWORD, STAFF, STOP, House
from tests.webui.support.pseudo import LANGUAGE, Data, other_rules, pseudo, shown
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor
from webui import create_app
from webui.database.address import sqlite_address
from webui.words.citations import Citation, citations

ROOT = Path(__file__).resolve().parents[3]
Visit = Callable[..., Visitor]
SCRIPTS_BLANK = re.escape("%{count}")
"""What the kit's script fills in."""
REF = re.compile(r"/plans/([a-z0-9]{12})\b")
"""The address of a stored plan, which its pages show."""
TYPED = [
    "He went quiet.",
    "K-114",
    "K-1",
    "K-2",
    "K-3",
    "K-4",
    "Words of my own",
    "no one",
    "zzzqqq",
]
NAMES = [
    "GOV.UK Frontend",
    "MIT",
    "WeasyPrint",
    "UTC",
    "ISO",
    "JSON",
    "Markdown",
    "PDF",
    "CSV",
    "API",
]
NONE = (("safety.flags", "none"), ("kind", "deflection"))
FLAG = (("safety.flags", "formal_complaint"), *LATE[1:])
DANGER = (("safety.flags", "self_harm"), *LATE[1:])
WRONG = (("kind", "lateness"), ("lateness.minutes", "many"), ("session", "-3"))


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    return Planner(rulebook_of(other_rules(tmp_path_factory.mktemp("other"))))


@pytest.fixture(scope="module")
def app(planner: Planner) -> Flask:
    return create_app({"PLANNER": planner})


@pytest.fixture(scope="module")
def clinic(planner: Planner, ready: Path) -> Flask:
    made = create_app({"DATABASE": sqlite_address(ready), "PLANNER": planner})
    made.extensions["store"].database.close()
    return made


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture(scope="module")
def data(app: Flask) -> Data:
    """What may stand in plain letters: all that the rules say, and what these tests type."""
    book = app.extensions["knowledge"].rulebook
    cases = app.extensions["knowledge"].cases
    entering = app.extensions["knowledge"].entering
    found = Data(book, cases, entering, TYPED, NAMES, list(STAFF))
    found.names(["the", "localhost"])  # what is searched for, and where the tests run
    found.names(rule.object.replace("_", " ") for rule in book.assessment)
    found.names(source.strength for source in book.sources.values())
    found.names(one.short for rule in book.rules for one in citations(rule.source, book))
    found.names([*book.sources, "apology", "zzzqqq"])
    found.names(text for name, text in book.summary.items() if name.startswith("was_"))
    lessons = app.extensions["knowledge"].lessons.values()
    found.add([asdict(one) for one in lessons])
    shows = {case.scenario for one in lessons for case in one.cases}
    told = [case.observation for case in cases if case.sentence in shows]
    found.names(cite.short for one in lessons for cite in _cited(one, book))
    for one in (people.LATE, STOP, FLAGGED, *told):
        found.add(json.loads(app.extensions["knowledge"].planner.plan(one).to_json()))
    return found


def _cited(lesson: Lesson, book: Rulebook) -> Iterator[Citation]:
    """What an item's page cites, in its sentences and as evidence."""
    sources = [one.source for one in (*lesson.use, *lesson.leave, *lesson.wrong, *lesson.why)]
    for source in (*sources, *lesson.evidence):
        yield from citations(source, book)


Check = Callable[[TestResponse, str], None]


@pytest.fixture
def check(data: Data) -> Iterator[Check]:
    """Collect what is wrong with each page, and tell all of it at the end."""
    wrong: dict[str, list[str]] = {}

    def look(answer: TestResponse, where: str) -> None:
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
            return  # nobody reads where a redirect leads
        refs = "|".join({"\n", SCRIPTS_BLANK, *REF.findall(answer.text + answer.request.path)})
        for found in shown(answer.text):
            text = re.sub(refs, "", found)
            for run in data.left(text):
                wrong.setdefault(f"{run!r} in {text[:90]!r}", []).append(where)

    def planned(_app: Flask, context: dict[str, Any], **_more: object) -> None:
        data.add([json.loads(one.to_json()) for one in context.values() if isinstance(one, Plan)])

    with template_rendered.connected_to(planned):
        yield look
    assert not wrong, "\n".join(f"{what}: {', '.join(seen[:3])}" for what, seen in wrong.items())


def sent(app: Flask, pairs: Any, path: str = "/plan", **options: Any) -> TestResponse:
    visitor = Visitor(app)
    return visitor.client.post(
        path,
        data=MultiDict([("csrf_token", visitor.token()), *pairs]),
        follow_redirects=True,
        **options,
    )


def test_what_is_no_data_and_no_catalog_is_found(app: Flask, data: Data) -> None:
    """A word in a template, in an attribute, in a sentence with data in it."""
    kept = app.jinja_env.loader
    planted = "<p>{{ pages.menu }} Version</p><p title='Nearly done'>{{ one }} went on</p>"
    app.jinja_env.loader = DictLoader({"planted.html": planted})
    with app.test_request_context():
        page = app.jinja_env.get_template("planted.html").render(one="He went quiet.")
    app.jinja_env.loader = kept
    found = [run for text in shown(page) for run in data.left(text)]
    assert found == ["version", "nearly done", "went on"]


def test_the_whole_catalog_is_replaced_safety_texts_too(app: Flask) -> None:
    """Not as a pack does it, which may not reword those: as a translation of the rules does."""
    shipped: Any = Planner().rulebook.vocabulary["pages"]
    ours = app.extensions["texts"]
    assert set(ours) == set(shipped)
    for name, text in shipped.items():
        assert ours[name] == (LANGUAGE if name == "language" else pseudo(text))
    assert f'<html lang="{LANGUAGE}"' in app.test_client().get("/").text
    assert app.test_client().get("/manifest.webmanifest").get_json()["lang"] == LANGUAGE


def test_the_plans_are_the_same_in_any_language(planner: Planner) -> None:
    assert planner.rulebook.edition == Planner().rulebook.edition


def test_pages_without_an_account(app: Flask, check: Check) -> None:
    client = app.test_client()
    book = app.extensions["knowledge"].rulebook
    verbs = {rule.verb: rule.id for rule in book.rules}
    paths = [
        "/", "/docs", "/handout", "/rules", "/rules?q=apology", "/rules?q=zzzqqq", "/rules?q=the",
        "/rules/changes", "/offline", "/nothing", "/plan", "/rules/none", "/rules/item/every",
        "/rules/kind/every", "/rules/kind/lateness",
        *(f"/handout/{item}" for item in book.handout.items),
        *(f"/rules/does/{verb}" for verb in verbs), *(f"/rules/{rule}" for rule in verbs.values()),
        *(f"/rules/item/{item}" for item in book.wording),
        *(f"/rules/{rule.id}" for rule in book.rules[::12]),
    ]  # fmt: skip
    for path in paths:
        check(client.get(path, follow_redirects=True), path)
    check(client.post("/handout"), "405")
    check(client.post("/plan", data=b"x" * 1_100_000), "413")


def test_practice(app: Flask, check: Check) -> None:
    """Each way in which a plan may lie beside an answer."""
    client = app.test_client()
    check(client.get("/practice?kind=lateness&item=D2"), "/practice")
    answers = ("goes_on=stop&waits=C1", "goes_on=proceed&first=C1&waits=C2&waits=D2&waits=D3",
               "goes_on=review_first&first=D1&waits=C1", "goes_on=proceed&first=none")  # fmt: skip
    for number, case in enumerate(app.extensions["knowledge"].practice.cases[::24]):
        path = f"/practice/{case.key}"
        check(client.get(path), path)
        check(client.get(f"{path}-changed"), f"{path}-changed")
        check(client.get(f"{path}/beside?{answers[number % 4]}"), path)
    check(sent(app, [("waits", "C1"), ("first", "C1")], path), "refused")
    check(sent(app, [("first", "C1"), ("goes_on", "proceed")], path), "answered")
    check(client.get("/practice"), "what differed")


@pytest.mark.parametrize(
    "pairs",
    [LATE, NONE, FLAG, DANGER, WRONG, ()],
    ids=["late", "none", "flag", "stop", "wrong", "empty"],
)
def test_plans_and_refused_forms(app: Flask, check: Check, pairs: Any) -> None:
    for path in ("/plan", "/", "/rules"):
        check(sent(app, [*pairs, ("notes", "He went quiet.")], path), f"{path} {pairs}")
    check(app.test_client().post("/plan", data=MultiDict(pairs)), f"expired {pairs}")


def states(house: House) -> dict[str, str]:
    """A plan of Toni's in each state that a plan can be in."""
    asked = house.submitted(case="K-4")
    house.decide(asked, "ask_for_changes", text="He went quiet.")
    approved = house.submitted(case="K-1", session=3)
    house.decide(approved, text="He went quiet.")
    return {
        "draft": house.kept(notes="He went quiet."),
        "to_review": house.submitted(),
        "changes_asked": asked,
        "approved": approved,
        "flagged": house.submitted(observation=FLAGGED, case="K-2"),
        "stop": house.submitted(observation=STOP, case="K-3"),
    }


@pytest.mark.parametrize("name", list(STAFF))
def test_every_page_of_every_role(
    site: Flask, house: House, visit: Visit, check: Check, name: str
) -> None:
    with site.app_context():
        plans = states(house)
    visitor = visit(name)
    for method, route in BY_ROLE:
        if method == "GET":
            path = filled(route.replace("<int:number>", str(house["Toni"].id)))
            check(visitor.get(path), path)
    for method, route in BY_PLAN:
        if method == "GET":
            for state, ref in plans.items():
                check(visitor.get(filled(route, ref)), f"{route} {state}")


@pytest.mark.parametrize("name", ["Toni", "Sam", "Ada"])
def test_what_follows_every_form_sent_empty_or_in_part(
    site: Flask, house: House, visit: Visit, check: Check, name: str
) -> None:
    """The refusals, the confirmations, and the page after each."""
    for method, route in (*BY_ROLE, *BY_PLAN):
        if method == "GET":
            continue
        for state in states_of(name) if "<ref>" in route else ("",):
            with site.app_context():
                ref = house.kept()
                if state in {"to_review", "approved"}:
                    house.keeping.submit(house["Toni"], ref, 1)
                if state == "approved":
                    house.decide(ref)
            visitor = visit(name)
            path = filled(route.replace("<int:number>", str(house["Ada"].id)), ref)
            data = MultiDict({"csrf_token": visitor.token(), "version": "1"})
            answer = visitor.client.post(path, data=data, follow_redirects=True)
            check(answer, f"POST {route} {state}")


def states_of(name: str) -> tuple[str, ...]:
    """States of a plan in which this person's forms about it are sent.

    Its therapist and their supervisor meet all of them; to anybody else it is the same nothing.
    """
    return ("draft", "to_review", "approved") if LONG or name in {"Toni", "Sam"} else ("draft",)


def test_coming_in(site: Flask, house: House, visit: Visit, check: Check) -> None:
    nobody = visit()
    for path in ("/sign-in", "/docs", "/start", "/join/none", "/sign-in?next=/plans", "/plans"):
        check(nobody.client.get(path, follow_redirects=True), path)
    for path, data in (
        ("/sign-in", {}),
        ("/sign-in", {"name": "Toni", "password": "no one"}),
        ("/start", {}),
        ("/join/none", {}),
    ):
        check(nobody.post(path, data), f"POST {path}")
    with site.app_context():
        number, secret = house.office.add(house["Ada"], "no one", ["therapist"])
    check(nobody.get(f"/join/{secret}"), "/join")
    check(nobody.post(f"/join/{secret}", {"password": "short"}), "POST /join")
    joined = {"csrf_token": nobody.token(), "password": PASSWORD, "again": PASSWORD}
    check(nobody.client.post(f"/join/{secret}", data=joined, follow_redirects=True), "joined")
    check(visit("Ada").get(f"/people/{number}"), "someone")


def test_an_ended_session(site: Flask, house: House, visit: Visit, check: Check) -> None:
    toni = visit("Toni")
    with site.app_context():
        ref = house.kept()
    token = toni.token()
    house.doors.sign_out_everywhere(house["Toni"])
    data = {"csrf_token": token, "version": "1", "words-C2": "Words of my own"}
    check(toni.client.post(f"/plans/{ref}/edit", data=data), "ended")
    check(visit("Toni").client.post(f"/plans/{ref}/edit", data={"version": "1"}), "expired")


def test_the_first_start(planner: Planner, tmp_path: Path, check: Check) -> None:
    """Nobody has an account yet."""
    made = create_app({"DATABASE": sqlite_address(tmp_path / "new.sqlite3"), "PLANNER": planner})
    visitor = Visitor(made)
    for path in ("/", "/start", "/sign-in"):
        check(visitor.client.get(path, follow_redirects=True), path)
    check(visitor.post("/start", {"code": "no one", "name": ""}), "POST /start")
    made.extensions["store"].database.close()
