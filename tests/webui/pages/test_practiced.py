"""What one practiced is kept where one wants it, for oneself alone; practice in supervision."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from html import unescape

from sqlalchemy import select, text

from planner.practice.saying import Saying
from planner.practice.turning import turns_of
from tests.webui.support.people import STOP, House
from tests.webui.support.visiting import Visitor
from webui.database.history import audit
from webui.database.practice_tables import Practiced
from webui.database.tables import HistoryRow, Version
from webui.form.forms import without_typed

Visit = Callable[..., Visitor]
CASE = "/practice/545a03ab"
STORY = "The therapist dozed off for a moment"
ANSWERS = {"goes_on": "proceed", "first": "C1", "waits": "D2"}


def plain(page: str) -> str:
    """What a reader reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(house: House) -> list[Practiced]:
    with house.database.read() as session:
        return list(session.scalars(select(Practiced)))


def test_nothing_is_kept_without_the_tick(house: House, visit: Visit) -> None:
    toni = visit("Toni")
    assert re.search(r'<input[^>]* name="keep"(?![^>]*checked)', toni.get(CASE).text)
    toni.post(CASE, ANSWERS)
    assert rows(house) == []
    assert "Nothing is kept." in toni.get("/practiced").text


def test_what_is_kept_is_seen_by_the_person_alone_and_forgotten_by_one_press(
    house: House, visit: Visit
) -> None:
    toni = visit("Toni")
    where = toni.post(CASE, {**ANSWERS, "keep": "yes"}).headers["Location"]
    assert "This is kept for you." in toni.get(where).text
    house.clock.forward(minutes=5)
    toni.post(CASE, {"goes_on": "stop", "keep": "yes"})
    toni.post(f"{CASE}-changed", {**ANSWERS, "keep": "yes"})
    assert [one.goes_on for one in rows(house) if one.case_key == "545a03ab"] == ["stop"]
    page = toni.get("/practiced").text
    assert page.count(STORY) == 2
    assert "You said: stop" in page
    assert "You said: go on; first C1; waiting: D2" in page
    for other in ("Tess", "Sam", "Sue", "Ada"):
        visitor = visit(other)
        assert STORY not in visitor.get("/practiced").text
        visitor.post("/practiced/forget")
    assert len(rows(house)) == 2
    toni.post("/practiced/forget")
    assert rows(house) == []
    assert "What you practiced is forgotten." in toni.get("/practiced").text


def test_the_history_tells_nothing_of_practice(house: House, visit: Visit) -> None:
    def told() -> int:
        with house.database.read() as session:
            return len(session.scalars(select(HistoryRow.id)).all())

    toni, before = visit("Toni"), told()
    toni.post(CASE, {**ANSWERS, "keep": "yes"})
    toni.get("/practiced")
    toni.post("/practiced/forget")
    assert told() == before
    with house.database.read() as session:
        assert audit(session).bad_row is None


def test_whoever_is_not_signed_in_keeps_nothing(house: House, visit: Visit) -> None:
    visitor = visit()
    assert 'name="keep"' not in visitor.get(CASE).text
    sent = visitor.post(CASE, {**ANSWERS, "keep": "yes"})
    assert sent.status_code == 303
    assert rows(house) == []


def test_with_an_old_token_nothing_is_kept_and_it_is_said(house: House, visit: Visit) -> None:
    toni = visit("Toni")
    where = toni.client.post(CASE, data={**ANSWERS, "keep": "yes", "csrf_token": "x"})
    assert rows(house) == []
    assert "so nothing was kept" in toni.get(where.headers["Location"]).text


def test_a_kept_case_that_is_no_longer_told_says_so(house: House, visit: Visit) -> None:
    toni = visit("Toni")
    toni.post(CASE, {**ANSWERS, "keep": "yes"})
    with house.database.write() as session:
        session.execute(text("UPDATE practiced SET case_key = 'gone'"))
    assert "This case is no longer told." in toni.get("/practiced").text


def test_a_supervisor_practices_with_a_changed_answer_beside_the_plan(
    house: House, visit: Visit
) -> None:
    ref = house.submitted(notes="She mentioned Maria.")
    sam = visit("Sam")
    for path in (f"/plans/{ref}", f"/plans/{ref}/review"):
        assert f'href="/plans/{ref}/practice"' in sam.get(path).text, path
    page = sam.get(f"/plans/{ref}/practice").text
    told = without_typed(house.plan().to_dict()["observation"])
    turns, said = turns_of(told, house.planner), Saying(house.planner.rulebook)
    assert said.what_if(turns[0]) == "What if it had been the third time?"
    assert said.what_if(turns[0]) in plain(page)
    assert f'href="/plans/{ref}/practice?answer=1"' in page
    turn, page = turns[1], sam.get(f"/plans/{ref}/practice?answer=1").text
    assert said.what_if(turn) in plain(page)
    assert said.then(turn) not in plain(page)
    assert "The plan as it is kept" in page
    assert "C2, now: " in plain(page).replace("C2 ,", "C2,")
    assert "Maria" not in page
    before = house.keeping.open(house["Sam"], ref)
    where = sam.post(f"/plans/{ref}/practice?answer=1", ANSWERS).headers["Location"]
    beside = plain(sam.get(where).text)
    first = house.planner.plan(turn.observation).steps[0]
    assert first.because[0].text in beside
    assert said.then(turn) in beside
    after = house.keeping.open(house["Sam"], ref)
    assert after.kept.revision == before.kept.revision
    assert after.content == before.content
    assert rows(house) == []


def test_the_form_beside_a_plan_says_what_is_missing(house: House, visit: Visit) -> None:
    ref, sam = house.submitted(), visit("Sam")
    sent = sam.post(f"/plans/{ref}/practice", {"goes_on": "proceed"})
    assert sent.status_code == 422
    assert "Tell which step comes first" in sent.text
    back = sam.get(f"/plans/{ref}/practice/beside?goes_on=nothing")
    assert back.headers["Location"] == f"/plans/{ref}/practice"


def test_the_owner_and_others_do_not_find_it(house: House, visit: Visit) -> None:
    ref = house.submitted()
    assert f"/plans/{ref}/practice" not in visit("Toni").get(f"/plans/{ref}").text
    own = house.submitted("Sam", reviewer="Sue")
    assert visit("Sam").get(f"/plans/{own}/practice").status_code == 404
    assert visit("Sue").get(f"/plans/{own}/practice").status_code == 200


def test_own_feelings_are_shown_as_on_the_plan_itself(house: House, visit: Visit) -> None:
    """They are the supervisor's to read once the plan was handed in, and nobody else's."""
    context = {"signs": ["denial"], "therapist_feelings": ["guilty"]}
    ref = house.submitted(context=context)
    sam = visit("Sam")
    shown = ["Guilty" in sam.get(path).text for path in (f"/plans/{ref}", f"/plans/{ref}/practice")]
    assert shown[0] == shown[1]


def test_danger_alone_says_that_no_answer_turns_it(house: House, visit: Visit) -> None:
    ref = house.submitted(observation={**STOP, "ruptures": []})
    page = visit("Sam").get(f"/plans/{ref}/practice").text
    assert "No single other answer would turn this plan." in page


def test_answers_of_an_older_version_are_refused_in_words(house: House, visit: Visit) -> None:
    ref = house.submitted()
    with house.database.write() as session:
        kept = session.scalars(select(Version)).one()
        kept.plan_json = kept.plan_json.replace('"kind":"lateness"', '"kind":"tardiness"')
        assert "tardiness" in kept.plan_json
        said = f"{kept.plan_json}\n{kept.steps_json}"
        kept.content_hash = sha256(said.encode()).hexdigest()
    sam = visit("Sam")
    assert "older version" in sam.get(f"/plans/{ref}/practice").text
    back = sam.get(f"/plans/{ref}/practice/beside?goes_on=stop")
    assert back.headers["Location"] == f"/plans/{ref}/practice"
