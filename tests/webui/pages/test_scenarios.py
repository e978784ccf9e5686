"""The told cases: grouped, searchable, each on a short page; and the lesson of an item."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner import Planner
from planner.rulebook.rulebook import STEP_ITEMS
from webui import create_app
from webui.knowledge import Knowledge


@pytest.fixture(scope="module")
def known(app: Flask) -> Knowledge:
    found: Knowledge = app.extensions["knowledge"]
    return found


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return html.unescape(response.text)


def test_every_case_stands_in_a_group_of_each_way(client, known):
    keys = {case.key for case in known.cases}
    assert len(keys) == len(known.cases) > 1000
    index = read(client, "/scenarios")
    for way in ("kind", "item"):
        found: set[str] = set()
        for path in re.findall(rf'href="(/scenarios/{way}/\w+)"', index):
            found |= set(re.findall(r'href="/scenarios/([0-9a-f]{8})"', read(client, path)))
        assert found == keys


def test_a_case_tells_what_is_known_its_plan_and_its_rules(client, known):
    case = next(case for case in known.cases if case.fits and case.misses)
    plan = known.planner.plan(case.observation)
    page = read(client, f"/scenarios/{case.key}")
    assert case.sentence in page
    assert plan.summary in page
    for part in (*plan.steps, *plan.held, *plan.barred):
        assert f'href="/handout/{part.item}"' in page
    for rule_id in (*case.fits, *case.misses):
        assert f'href="/rules/{rule_id}"' in page


def test_a_case_whose_plan_stops_shows_the_first_actions_and_no_words(client, known):
    [case, *_] = [case for case in known.cases if case.steps == ("stop",)]
    page = read(client, f"/scenarios/{case.key}")
    plan = known.planner.plan(case.observation)
    assert all(action in page for action in plan.safety.first_actions)
    assert "rp-say__words" not in page


def test_what_is_not_known_of_a_case_is_not_listed(client, known):
    case = next(case for case in known.cases if "alliance" not in str(case.observation))
    page = read(client, f"/scenarios/{case.key}")
    assert f"<dt>{known.words.short('context.alliance')}</dt>" not in page
    assert f"<dt>{known.words.short('safety.flags')}</dt>" in page


@pytest.mark.parametrize("path", ["/scenarios/00000000", "/scenarios/kind/joke", "/scenarios/x"])
def test_what_is_not_there_answers_404(client, path):
    assert client.get(path).status_code == 404


def test_a_rule_and_a_search_lead_to_their_cases(client, known):
    case = next(case for case in known.cases if case.fits)
    link = f'href="/scenarios/{case.key}"'
    assert link in read(client, f"/rules/{case.fits[0]}")
    assert link in read(client, f"/rules?q={' '.join(case.sentence.split()[:12])}")


@pytest.mark.parametrize("item", STEP_ITEMS)
def test_an_item_is_told_with_its_reasons_and_cases(client, known, item):
    lesson = known.lessons[item]
    page = read(client, f"/handout/{item}")
    told = (*lesson.use, *lesson.leave, *lesson.wrong, *lesson.why)
    assert all(one.text in page for one in told)
    assert lesson.weight in page
    for key in lesson.evidence:
        assert all(cite.strength in page for cite in known.cited(key))
    for case in lesson.cases:
        assert case.scenario in page
        assert case.see in page
    places = [page.index(one.text) for one in told]
    assert places == sorted(places)
    assert page.index("rp-handout") < places[0]


def test_the_rules_of_an_item_stand_by_premise_and_each_once(client, known):
    page = read(client, "/handout/D2")
    folds = re.findall(r"govuk-details__summary-text\">([^<]+) \(\d+\)<", page)
    premises = {one.sentence for one in known.rulebook.premises.values()}
    assert premises & set(folds)
    listed = re.findall(r'rp-rule__title" href="/rules/([\w.-]+)"', page)
    using = {rule.id for rule in known.rulebook.rules_using("D2")}
    assert using <= set(listed)
    assert all(listed.count(rule_id) == 1 for rule_id in using)


def test_a_stance_has_no_lesson(client):
    assert "lesson-use" not in read(client, "/handout/A3")


def test_with_a_pack_the_lesson_stands_and_a_case_placed_elsewhere_does_not(tmp_path, known):
    """A pack that bars C2 in general takes the case away in which C2 is a step."""
    (tmp_path / "rulebook.yaml").write_text('name: strict\nversion: "1"\n')
    (tmp_path / "rules.yaml").write_text(
        "- id: strict.no-apology\n  title: No apology here\n  when:\n"
        "    finding.therapist_has_a_part: yes\n  bar: C2\n"
        "  brief: not here\n  because: This clinic speaks of it with the supervisor first.\n"
        "  source: derived\n  reasoning: It was agreed on in this clinic.\n"
    )
    app = create_app({"PLANNER": Planner.load(tmp_path)})
    page = read(app.test_client(), "/handout/C2")
    cases = {case.placed: case.scenario for case in known.lessons["C2"].cases}
    assert "lesson-use" in page
    assert cases["step"] not in page
    assert cases["barred"] in page
