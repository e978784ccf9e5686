"""The Questionnaire in LHC-Forms, the form that clinics' records show it with, in a real browser.

LHC-Forms (npm `lforms`) is served from this machine, answered by clicks, and its own response read.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from planner import Observation, Planner
from planner.contract.values import FLAGS
from planner.interop.fhir import ResponseError, observation_of, questionnaire
from tests.support.missing import missing
from tests.support.npm import MODULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LFORMS = MODULES / "lforms" / "dist" / "lforms"
SCRIPTS = (
    "webcomponent/assets/lib/zone.min.js",
    "webcomponent/runtime.js",
    "webcomponent/polyfills.js",
    "webcomponent/main.js",
    "fhir/R4/lformsFHIR.min.js",
)
PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/webcomponent/styles.css"></head><body><main id="form"></main>
{"".join(f'<script src="/{script}"></script>' for script in SCRIPTS)}</body></html>"""
SHOW = """async () => LForms.Util.addFormToPage(
    await (await fetch("/questionnaire.json")).json(), "form")"""
RESPONSE = "() => LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4')"


@pytest.fixture(scope="module")
def forms(planner: Planner) -> Iterator[str]:
    """Where LHC-Forms and the Questionnaire are served: on this machine, by a port of its own."""
    if not LFORMS.exists():
        missing("LHC-Forms (npm lforms) is not installed")
    own = {
        "/": ("text/html", PAGE),
        "/questionnaire.json": ("application/json", json.dumps(questionnaire(planner.rulebook))),
    }

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(LFORMS))

        def do_GET(self) -> None:
            if self.path not in own:
                super().do_GET()
                return
            media, text = own[self.path]
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked for is looked at in the browser."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def form(chromium: Any, forms: str) -> Iterator[Any]:
    """The form, shown; afterwards no request may have left the machine and no script failed."""
    wrong: list[str] = []
    window = chromium.new_context(viewport={"width": 1200, "height": 1400})
    window.set_default_timeout(15_000)
    page = window.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: wrong.extend(_elsewhere(sent.url, forms)))
    page.goto(forms)
    page.evaluate(SHOW)
    expect(item(page, "safety.flags.self_harm")).to_be_visible()
    yield page
    window.close()
    assert wrong == []


def _elsewhere(url: str, own: str) -> list[str]:
    """The address of a request that left the machine."""
    return [] if url.startswith((own, "data:", "blob:")) else [url]


def item(page: Any, link_id: str) -> Any:
    return page.locator(f'[id^="item-{link_id}/1"]')


def field(page: Any, link_id: str) -> Any:
    return page.locator(f'[id="{link_id}/1"], [id="{link_id}/1/1"]')


def tick(page: Any, link_id: str, label: str) -> None:
    item(page, link_id).get_by_text(label, exact=True).click()


def choose(page: Any, link_id: str, label: str) -> None:
    field(page, link_id).click()
    numbered = re.compile(rf"\d:\s+{re.escape(label)}$")
    page.locator("#completionOptions li").filter(has_text=numbered).click()
    answered(page, link_id)


def answered(page: Any, link_id: str, *, so: bool = True) -> None:
    """Wait until the form itself has an answer to a question, or has none any more."""
    holds = f'JSON.stringify(({RESPONSE})()).includes(\'"linkId":"{link_id}"\')'
    page.wait_for_function(f"() => ({holds}) === {str(so).lower()}")


def told(page: Any) -> dict[str, Any]:
    response: dict[str, Any] = page.evaluate(RESPONSE)
    return response


def deny_all_but(page: Any, raised: dict[str, str]) -> None:
    for flag in FLAGS:
        tick(page, f"safety.flags.{flag}", raised.get(flag, "No"))


def test_an_empty_form_says_completed_and_is_refused(form: Any, planner: Planner) -> None:
    response = told(form)
    assert response["status"] == "completed"
    with pytest.raises(ResponseError) as refused:
        observation_of(response, planner.rulebook)
    assert refused.value.unanswered == FLAGS
    tick(form, "kind", "Someone was late, or a session was missed, called off or cut short")
    tick(form, "lateness.who", "I was")
    tick(form, "safety.flags.self_harm", "No")
    with pytest.raises(ResponseError) as refused:
        observation_of(told(form), planner.rulebook)
    assert refused.value.unanswered == FLAGS[1:]


def answer_what_happened(page: Any) -> None:
    tick(page, "kind", "Someone was late, or a session was missed, called off or cut short")
    tick(page, "kind", "Something that I did, or that went cold between us")
    tick(page, "lateness.who", "Both of us")
    field(page, "lateness.minutes").fill("20")
    field(page, "lateness.occurrences").fill("3")
    field(page, "lateness.own_occurrences").fill("2")
    choose(page, "lateness.notice_given", "No, they waited without knowing")
    tick(page, "disconnection.act", "I lost my temper")
    choose(page, "disconnection.happened", "Longer ago")


def answer_what_else_is_known(page: Any) -> None:
    choose(page, "context.phase", "Early")
    choose(page, "context.happened", "In the last session")
    tick(page, "context.feelings", "Hurt")
    tick(page, "context.feelings", "Angry")
    field(page, "case").fill("K-114")
    field(page, "session").fill("12")
    field(page, "notes").fill("two\nlines")


EXPECTED = {
    "case": "K-114",
    "session": 12,
    "ruptures": [
        {
            "kind": "lateness", "who": "both", "minutes": 20, "notice_given": "no",
            "occurrences": 3, "own_occurrences": 2,
        },
        {"kind": "disconnection", "act": "lost_temper", "happened": "longer_ago"},
    ],
    "context": {"phase": "early", "happened": "last_session", "feelings": ["angry", "hurt"]},
    "safety": {"flags": {}},
    "notes": "two\nlines",
}  # fmt: skip


def test_what_a_person_answers_is_the_observation_and_gives_its_plan(
    form: Any, planner: Planner
) -> None:
    deny_all_but(form, {})
    assert not item(form, "lateness.who").count()
    answer_what_happened(form)
    answer_what_else_is_known(form)
    read = observation_of(told(form), planner.rulebook)
    assert read.observation == Observation.read(EXPECTED).as_dict()
    assert read.notes == (
        "lateness.happened has no answer; it was read as context.happened, last_session.",
    )
    plan = planner.plan(read.observation)
    assert plan.disposition == "review_first"
    assert plan.to_json() == planner.plan(EXPECTED).to_json()


def test_not_sure_about_safety_stops_the_plan(form: Any, planner: Planner) -> None:
    """Danger alone is enough: no kind has to be ticked."""
    deny_all_but(form, {"self_harm": "Not sure"})
    read = observation_of(told(form), planner.rulebook)
    assert read.observation["safety"] == {"flags": {"self_harm": "unsure"}}
    assert planner.plan(read.observation).disposition == "stop"


@pytest.fixture
def late(form: Any) -> Callable[[], dict[str, Any]]:
    """A form with a lateness, and what is answered in it now."""
    deny_all_but(form, {})
    answer_what_happened(form)
    return lambda: told(form)


def test_an_answer_that_is_taken_back_is_unknown_again(
    form: Any, late: Callable[[], dict[str, Any]], planner: Planner
) -> None:
    """So an optional question is no radio button: what was ticked by mistake would stay."""
    choose(form, "context.leaving", "No")
    assert observation_of(late(), planner.rulebook).observation["context"]["leaving"] == "no"
    field(form, "context.leaving").fill("")
    field(form, "context.leaving").press("Tab")
    answered(form, "context.leaving", so=False)
    assert observation_of(late(), planner.rulebook).observation["context"]["leaving"] == "unknown"


def test_a_kind_that_is_taken_back_takes_its_answers_along(
    form: Any, late: Callable[[], dict[str, Any]], planner: Planner
) -> None:
    tick(form, "kind", "Someone was late, or a session was missed, called off or cut short")
    ruptures = observation_of(late(), planner.rulebook).observation["ruptures"]
    assert [rupture["kind"] for rupture in ruptures] == ["disconnection"]
