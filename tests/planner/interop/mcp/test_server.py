"""What an assistant finds: three tools that only read, resources, a prompt; and mends for slips."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp.shared.exceptions import MCPError
from mcp_types import ResourceTemplateReference, TextResourceContents

from planner import Planner
from planner.interop.mcp import tools
from planner.interop.mcp.asked import Served
from tests.planner.interop.mcp.support.assistant import (
    ALL_NO,
    LATE,
    MODES,
    Person,
    at_hand,
    called,
    data_of,
    has_no_plan,
    planned,
    talked,
    text_of,
)

PACK = Path(__file__).resolve().parents[3] / "example_pack"
RULEBOOK = Planner().rulebook


def listed() -> dict[str, Any]:
    return {one.name: one for one in talked(lambda client: client.list_tools()).tools}


def read(uri: str, served: Served | None = None) -> str:
    async def talk(client):
        [content] = (await client.read_resource(f"repair-planner://{uri}")).contents
        assert isinstance(content, TextResourceContents)
        return content.text

    text: str = talked(talk, served=served)
    return text


def test_there_are_three_tools_that_read_only_and_may_be_called_again():
    found = listed()
    assert set(found) == {"check_told", "make_plan", "explain"}
    for tool in found.values():
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.idempotent_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is False
        assert len(tool.description) > 100
        assert tool.title
        assert tool.input_schema["additionalProperties"] is False


def test_every_schema_is_valid_and_stands_in_one_piece():
    for tool in listed().values():
        Draft202012Validator.check_schema(tool.input_schema)
        assert "$ref" not in json.dumps(tool.input_schema)


def test_the_observations_schema_takes_what_the_contract_takes_but_for_safety():
    schema = listed()["make_plan"].input_schema["properties"]["observation"]
    takes = Draft202012Validator(schema).is_valid
    assert takes(LATE)
    assert takes({"ruptures": []})
    assert not takes({**LATE, "safety": {"flags": {}}})
    assert not takes({"ruptures": [{"kind": "lateness"}]})
    assert not takes({"ruptures": [{"kind": "lateness", "who": "nobody"}]})
    assert not takes({"context": {}})
    lateness = schema["properties"]["ruptures"]["items"]["oneOf"][0]["properties"]
    fields: Any = RULEBOOK.vocabulary["fields"]
    assert lateness["who"]["description"].startswith(fields["lateness.who"]["question"])


@pytest.mark.parametrize(
    ("observation", "field", "words"),
    [
        ({"ruptures": [{"kind": "lateness"}]}, "ruptures[0].who", "lateness needs `who`"),
        (
            {**LATE, "context": {"alliance": "stong"}},
            "context.alliance",
            'Did you mean "strong"?',
        ),
        ({**LATE, "context": {"reactant": False}}, "context.reactant", "not true or false"),
        ({"context": {}}, "ruptures", "needs `ruptures`"),
        ({**LATE, "mood": "low"}, "mood", "has no `mood`"),
        ([LATE], "", "mapping"),
        ("late again", "", "mapping"),
        (None, "", "mapping"),
        (7, "", "mapping"),
    ],
)
def test_a_slip_comes_back_with_field_value_and_mend(observation, field, words):
    person = Person(ALL_NO)
    result = planned(person, observation)
    problem = data_of(result)["problems"][0]
    assert result.is_error
    assert problem["field"] == field
    assert words in problem["message"]
    assert set(problem) == {"field", "value", "message", "nearest"}
    assert words in text_of(result)
    assert person.forms == [], "nobody is asked about safety where there would be no plan"
    assert has_no_plan(result)


def test_every_problem_is_told_at_once():
    wrong = {"ruptures": [{"kind": "lateness"}], "context": {"phase": "mid"}, "safety": {}}
    result = planned(None, wrong, raised_flags=["harm"])
    fields = [one["field"] for one in data_of(result)["problems"]]
    assert fields == ["raised_flags[0]", "safety", "ruptures[0].who", "context.phase"]


def test_an_observation_as_json_text_is_read_as_some_assistants_send_it():
    assert data_of(planned(Person(ALL_NO), json.dumps(LATE)))["disposition"] == "proceed"


def test_what_is_left_out_stays_unknown():
    plan = data_of(planned(Person(ALL_NO)))
    assert plan["observation"]["context"]["reactant"] == "unknown"
    assert plan["observation"]["ruptures"][0]["notice_given"] == "unknown"


def test_what_the_therapist_felt_is_in_no_output():
    observation = {
        "ruptures": [{"kind": "boundary_request", "nature": "social"}],
        "context": {"therapist_feelings": ["drawn_in", "guilty"]},
    }
    result = planned(Person(ALL_NO), observation)
    assert data_of(result)["disposition"] == "review_first", "what follows from it stays"
    said = json.dumps(result.model_dump(by_alias=True))
    assert "therapist_feelings" not in said
    assert "drawn_in" not in said
    assert "guilty" not in said


@pytest.mark.parametrize("mode", MODES)
def test_many_plans_at_once_do_not_mix(mode):
    async def talk(client):
        calls = [
            client.call_tool("make_plan", {"observation": {**LATE, "case": f"K-{number}"}})
            for number in range(8)
        ]
        return await asyncio.gather(*calls)

    found = talked(talk, Person(ALL_NO), mode=mode)
    cases = [data_of(one)["observation"]["case"] for one in found]
    assert cases == [f"K-{number}" for number in range(8)]


def test_what_fails_inside_is_told_without_its_text(monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise RuntimeError("Zebulon")

    monkeypatch.setattr(tools, "checkable", broken)
    result = called("check_told", {"narrative": "Zebulon", "answers": []})
    assert result.is_error
    assert "Zebulon" not in text_of(result)
    assert caplog.records, "it is logged, and on standard error by its kind and place alone"


@pytest.mark.parametrize("name", ["C2", "c2", "own-part.own-it", "c1.opening.raised"])
def test_explain_tells_a_rule_a_variant_or_an_item(name):
    text = text_of(called("explain", {"name": name}))
    assert text.startswith("# ")
    assert name.lower() in text.lower()


def test_explain_of_a_rule_has_reason_source_and_scenarios():
    text = text_of(called("explain", {"name": "own-part.own-it"}))
    for heading in ("When", "Then", "Because", "Source", "Scenarios"):
        assert f"## {heading}" in text
    assert "**fits:**" in text
    assert "**nearest miss:**" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own-part.own-itt", "Did you mean own-part.own-it?"),
        ("", "Name one like own-part.own-it or C2."),
        ("x" * 100_000, "Name one like"),
        ("\x1b[2J", "Name one like"),
    ],
)
def test_explain_of_no_name_says_what_comes_nearest(name, words):
    result = called("explain", {"name": name})
    assert result.is_error
    assert words in text_of(result)
    assert len(text_of(result)) < 300
    assert "\x1b" not in text_of(result)


def test_resources_and_templates_are_these():
    async def talk(client):
        whole = [str(one.uri) for one in (await client.list_resources()).resources]
        named = (await client.list_resource_templates()).resource_templates
        return whole, [one.uri_template for one in named]

    base = "repair-planner://"
    assert talked(talk) == (
        [f"{base}vocabulary", f"{base}schema/observation", f"{base}sources"],
        [f"{base}handout/{{item}}", f"{base}rules/{{id}}"],
    )


def test_the_vocabulary_and_the_sources_are_the_rulebooks():
    assert json.loads(read("vocabulary")) == json.loads(json.dumps(RULEBOOK.vocabulary["fields"]))
    sources = json.loads(read("sources"))
    assert set(sources) == set(RULEBOOK.sources)
    assert sources["handout"]["strength"] == RULEBOOK.sources["handout"].strength


def test_the_schema_has_no_safety_and_is_the_tools_own():
    schema = json.loads(read("schema/observation"))
    assert "safety" not in json.dumps(schema["properties"])
    assert schema == listed()["make_plan"].input_schema["properties"]["observation"]


@pytest.mark.parametrize("item", list(RULEBOOK.handout.items))
def test_the_handout_is_exact_to_the_character(item):
    found = RULEBOOK.handout.item(item)
    assert read(f"handout/{item}") == f"{item}: {found.title}\n\n{found.words}\n"


def test_a_rule_can_be_read_by_the_id_that_a_plan_names():
    plan = data_of(planned(Person(ALL_NO)))
    rule = plan["steps"][0]["because"][0]["rule"]
    assert read(f"rules/{rule}").startswith(f"# {rule}")


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("handout/Z9", "Items: A1, A2"),
        ("rules/own-part.own-itt", "Did you mean own-part.own-it"),
        ("rules/..%2F..%2Fpyproject.toml", "resource"),
        ("nothing", "resource"),
    ],
)
def test_what_is_not_there_is_refused(uri, words):
    async def talk(client):
        with pytest.raises(MCPError, match=words) as refused:
            await client.read_resource(f"repair-planner://{uri}")
        return refused.value.code

    assert talked(talk) == -32602


def test_names_are_completed():
    async def talk(client):
        rules = ResourceTemplateReference(uri="repair-planner://rules/{id}")
        items = ResourceTemplateReference(uri="repair-planner://handout/{item}")
        return (
            await client.complete(rules, {"name": "id", "value": "own-part.own-it"}),
            await client.complete(items, {"name": "item", "value": "c"}),
            await client.complete(rules, {"name": "id", "value": ""}),
        )

    rules, items, every = talked(talk)
    assert rules.completion.values == ["own-part.own-it", "own-part.own-it-again"]
    assert items.completion.values == ["C1", "C2", "C3"]
    assert len(every.completion.values) == 100
    assert every.completion.has_more


def test_the_prompt_asks_for_no_names_for_quotes_and_never_for_safety():
    async def talk(client):
        [prompt] = (await client.list_prompts()).prompts
        plain = await client.get_prompt("tell_a_rupture")
        with_story = await client.get_prompt("tell_a_rupture", {"narrative": "I was late."})
        return prompt, plain.messages[0].content.text, with_story.messages[0].content.text

    prompt, plain, with_story = talked(talk)
    assert prompt.name == "tell_a_rupture"
    assert "no names" in plain
    assert "do not answer them" in plain
    assert with_story.startswith(plain)
    assert with_story.endswith("I was late.")


def test_a_clinics_pack_is_served():
    served = Served.load(str(PACK), relayed=False)
    added = {one.id for one in served.planner.rulebook.rules} - {one.id for one in RULEBOOK.rules}
    rule = min(added)
    assert read(f"rules/{rule}", served).startswith(f"# {rule}")
    plan = talked(
        lambda client: client.call_tool("make_plan", {"observation": LATE}),
        Person(ALL_NO),
        served=served,
    )
    assert data_of(plan)["rulebook"]["edition"] == served.planner.rulebook.edition


def test_instructions_tell_the_principle():
    async def talk(client):
        return client.instructions

    assert "answer a safety question for the person" in talked(talk)


def test_what_is_served_is_read_once():
    assert at_hand().scenarios is at_hand().scenarios
