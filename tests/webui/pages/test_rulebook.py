"""The rulebook as pages: every item and every rule can be read, searched and weighed."""

import html
import re
import shutil
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner import Observation, Planner
from planner.reading.shipped import SHIPPED
from planner.rulebook.plan_fields import PLAN_FIELDS
from planner.rulebook.rulebook import Rule
from tests.planner.support.cased import cased, staged
from tests.webui.support.sending import Pairs, Post
from webui import create_app
from webui.commands.serve import changed_since
from webui.show.near_misses import standing
from webui.words import conditions as telling
from webui.words.vocabulary import Vocabulary


def test_every_item_has_a_page_with_its_exact_words(app: Flask, client: FlaskClient) -> None:
    for key, item in app.extensions["knowledge"].rulebook.handout.items.items():
        page = html.unescape(client.get(f"/handout/{key}").text)
        assert item.words in page


def test_every_rule_has_a_page_with_its_reason_and_its_cases(
    app: Flask, client: FlaskClient
) -> None:
    desk = app.extensions["knowledge"]
    for rule in desk.rulebook.rules:
        response = client.get(f"/rules/{rule.id}")
        assert response.status_code == 200
        page = html.unescape(response.text)
        assert rule.because in page
        assert "finding." not in re.sub(r"<[^>]+>", " ", page)


def test_a_premise_is_told_in_its_sentence_and_in_all_its_conditions(
    app: Flask, client: FlaskClient
) -> None:
    book = app.extensions["knowledge"].rulebook
    rule = next(rule for rule in book.rules if "past_may_be_named" in rule.premises)
    page = html.unescape(client.get(f"/rules/{rule.id}").text)
    assert f"<li>{book.premises['past_may_be_named'].sentence}</li>" in page
    assert len(rule.when) > 6
    cases = sum(len(case.when) for case in rule.cases)
    assert page.count("<dt>") == len(rule.when) + cases


def test_what_a_change_changes_is_told_and_how_to_ask(client: FlaskClient) -> None:
    assert 'href="/rules/changes"' in client.get("/rules").text
    page = client.get("/rules/changes").text
    assert "repair-planner diff OLD NEW" in page
    assert "data-copies" not in page


@pytest.mark.slow
def test_what_changed_since_an_earlier_rulebook_stands_there(app: Flask, tmp_path: Path) -> None:
    """The real difference between these rules and others, as `serve --since` asks for it."""
    pytest.importorskip("z3", reason="z3-solver is not installed")
    old = tmp_path / "rules"
    shutil.copytree(SHIPPED, old)
    file = old / "assessment.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("at_most: 5", "at_most: 6"), encoding="utf-8")
    changes = changed_since(str(old))
    config = {"PLANNER": app.extensions["knowledge"].planner, "CHANGES": changes}
    page = html.unescape(create_app(config).test_client().get("/rules/changes").text)
    assert changes in page
    assert "No observation gets another plan." not in page


def test_a_search_finds_rules_and_cases(client: FlaskClient) -> None:
    page = client.get("/rules?q=apology").text
    assert "/rules/" in page
    none = client.get("/rules?q=zzzqqq").text
    assert "No rule has these words." in none


def test_a_search_is_shown_as_text(client: FlaskClient) -> None:
    page = client.get("/rules?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page


def test_the_index_counts_every_group_and_each_rule_is_in_one_of_each_way(
    app: Flask, client: FlaskClient
) -> None:
    every = {rule.id for rule in app.extensions["knowledge"].rulebook.rules}
    index = client.get("/rules").text
    assert len(re.findall(r'href="/rules/[\w-]+\.', index)) == 0
    for way in ("item", "kind", "does"):
        listed = re.findall(
            rf'href="(/rules/{way}/\w+)">[^<]+</a> <span class="rp-quiet">(\d+)<', index
        )
        seen: set[str] = set()
        for path, number in listed:
            answer = client.get(path)
            assert answer.status_code == 200
            found = re.findall(r'rp-rule__title" href="/rules/([^"]+)"', answer.text)
            assert len(found) == len(set(found)) == int(number), path
            seen |= set(found)
        assert seen == every, way


@pytest.mark.parametrize("path", ["item/Z9", "kind/none", "does/nothing", "other/C2", "item/"])
def test_a_group_that_is_none_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(f"/rules/{path}").status_code == 404


def test_a_rule_without_an_item_or_a_kind_is_found_too(client: FlaskClient) -> None:
    assert "/rules/item/every" in client.get("/rules").text
    assert client.get("/rules/kind/every").status_code == 200


def test_many_finds_are_shown_in_part_and_whole_on_demand(client: FlaskClient) -> None:
    page = client.get("/rules?q=the").text
    assert page.count("rp-rule__title") == 20
    number = re.search(r"Show all (\d+)", page)
    assert number
    whole = client.get("/rules?q=the&all=1").text
    assert whole.count("rp-rule__title") == int(number[1])
    assert "Show all" not in whole


def test_rules_that_fire_and_nearly_fire_are_named(post: Post, late: Pairs) -> None:
    page = post(late, "/rules").text
    assert 'id="fires"' in page
    assert 'id="nearly"' in page
    assert "Missing: " in page


def test_the_rules_that_decided_stand_first_and_the_rest_is_folded(
    app: Flask, post: Post, late: Pairs
) -> None:
    page = post(late, "/rules").text
    first, _, rest = page.partition('id="fires"')
    decided = re.findall(r'rp-rule__title" href="/rules/([^"]+)"', first)
    assert 1 <= len(decided) <= 12
    planner = app.extensions["knowledge"].planner
    observation = Observation.read(
        {
            "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20, "occurrences": 1}],
            "context": {"signs": ["denial", "minimal_response"]},
            "safety": {"flags": {}},
        }
    )
    plan = planner.plan(observation)
    cited = {one.rule for step in plan.steps for one in step.because}
    assert cited <= set(decided)
    outside = re.sub(r"<details.*?</details>", "", rest, flags=re.DOTALL)
    assert "rp-rule__title" in rest
    assert "rp-rule__title" not in outside


def test_a_near_rule_lacks_exactly_what_it_says(app: Flask) -> None:
    """Firing is the engine's word; nearness agrees with it, rule by rule."""
    planner = app.extensions["knowledge"].planner
    observation = Observation.read(
        {"ruptures": [{"kind": "lateness", "who": "both"}], "safety": {"flags": {}}}
    )
    stands = standing(observation, planner)
    assert stands.fires
    assert stands.near
    assert not {rule.id for rule in stands.fires} & {one.rule.id for one in stands.near}
    asked = [(one.missing, {*chain(*one.rule.branches)}) for one in stands.near]
    assert all(missing in conditions for missing, conditions in asked)


def test_a_near_rule_with_cases_lacks_one_condition_of_the_case_that_comes_near() -> None:
    planner = Planner(cased())
    observation = Observation.read(
        {"ruptures": [{"kind": "lateness", "who": "both"}], "safety": {"flags": {}}}
    )
    fires = {rule.id for rule in planner.rules_that_hold(observation)}
    near = [one for one in standing(observation, planner).near if one.rule.cases]
    assert near
    for one in near:
        assert one.rule.id not in fires
        assert one.missing in {*chain(*one.rule.branches)}


@pytest.fixture(scope="module")
def with_cases() -> tuple[Rule, FlaskClient]:
    """A rule with cases and an older id, and the pages of its rulebook."""
    rulebook = cased()
    rule = next(one for one in rulebook.rules if len(one.cases) == 3)
    merged = replace(rule, formerly=("own-part.of-old",))
    rules = tuple(merged if one.id == rule.id else one for one in rulebook.rules)
    # an edition of its own: the interface keeps what it told of an edition, for every application
    changed = replace(rulebook, rules=rules, edition="sha256:with-cases")
    app = create_app({"PLANNER": Planner(changed)})
    return merged, app.test_client()


def test_a_rule_with_cases_shows_each_of_them(with_cases: tuple[Rule, FlaskClient]) -> None:
    rule, client = with_cases
    page = client.get(f"/rules/{rule.id}").text
    assert "Any of:" in page
    assert page.count("<dl ") == (1 if rule.when else 0) + 3
    (told,) = [
        one for one in client.get("/api/v1/rulebook").get_json()["rules"] if one["id"] == rule.id
    ]
    assert [list(case) for case in told["any"]] == [
        list(dict.fromkeys(one.field for one in case.when)) for case in rule.cases
    ]


def test_what_a_rule_asks_of_the_plan_is_told_without_codes() -> None:
    rulebook = staged()
    words = Vocabulary(rulebook.vocabulary)
    asked = {
        (telling.field_name(one.field, words), telling.asked(one, words))
        for rule in rulebook.rules
        for branch in rule.branches
        for one in branch
        if one.field in PLAN_FIELDS
    }
    assert ("In the plan: C2, before C1 has its place", "a future session") in asked
    assert ("In the plan: D4, before C1 has its place", "a step") in asked
    assert ("In the plan: C2", "held or barred") in asked
    assert not any("_" in told or "plan." in told for pair in asked for told in pair)
    assert telling.fact("plan.C2", "none", words) == "not in it"
    assert telling.fact("plan.question", ["C1", "C3"], words) == "C1, C3"


def test_rules_that_ask_the_plan_nearly_fire_as_others_do() -> None:
    planner = Planner(staged())
    observation = Observation.read(
        {"ruptures": [{"kind": "lateness", "who": "both"}], "safety": {"flags": {}}}
    )
    near = standing(observation, planner).near
    assert any(one.missing.field in PLAN_FIELDS for one in near)


def test_an_id_of_a_merged_rule_leads_to_the_rule(with_cases: tuple[Rule, FlaskClient]) -> None:
    """A plan that was stored before the merging cites the old id, and still links."""
    rule, client = with_cases
    answer = client.get("/rules/own-part.of-old")
    assert (answer.status_code, answer.location) == (301, f"/rules/{rule.id}")
    with client.application.app_context():
        page = client.application.jinja_env.from_string("{{ known_rule('own-part.of-old') }}")
        assert page.render() == rule.title
    assert client.get("/rules/own-part.never-there").status_code == 404


def test_every_word_of_every_condition_is_told_without_codes(
    app: Flask, client: FlaskClient
) -> None:
    for rule in app.extensions["knowledge"].rulebook.rules[:60]:
        page = client.get(f"/rules/{rule.id}").text
        for shown in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL):
            assert "_" not in re.sub(r"<[^>]+>", "", shown)
