"""The schema that editors get says what the reader says, as far as a schema can."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from planner import Planner
from planner.cli.new_pack import START
from planner.contract.fields import FIELDS
from planner.reading.rule_schema import rules_schema
from planner.reading.rules import VERBS
from planner.rulebook.plan_fields import QUESTION, after_all
from planner.rulebook.rulebook import STEP_ITEMS

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = rules_schema(Planner().rulebook.sets.values())
KINDS = {"premises", "safety", "avoid", "wording", "sources", "rulebook", "vocabulary"}
EXAMPLE = ROOT / "tests" / "example_pack"
FILES = [
    path
    for directory in (ROOT / "rules", EXAMPLE, START)
    for path in sorted(directory.rglob("*.yaml"))
    if path.stem not in ("entering", "handout", "judgments", "learning", "properties")
]
RULE: dict[str, Any] = {
    "id": "ours.one",
    "title": "One",
    "when": {"lateness.who": "client"},
    "bar": "D2",
    "because": "Twenty letters or a little more.",
    "source": "handout C2",
}


def of(kind: str) -> Draft202012Validator:
    """The validator of one kind of file, as an editor would use it."""
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]})


def kind_of(path: Path) -> str:
    if path.parent.name in ("pages", "scenarios", "wording"):
        return path.parent.name
    return path.stem if path.stem in KINDS else "rules"


def told(kind: str, tree: object) -> list[str]:
    return [error.message for error in of(kind).iter_errors(tree)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_the_reader_takes_fits(path: Path) -> None:
    tree = YAML(typ="safe").load(path)
    assert told(kind_of(path), tree) == []
    if kind_of(path) not in ("vocabulary", "pages"):
        assert Draft202012Validator(SCHEMA).is_valid(tree)


def test_it_is_a_schema_itself_and_knows_every_verb_and_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(VERBS) <= set(SCHEMA["$defs"]["rule"]["properties"])
    standing = {QUESTION, *map(after_all, STEP_ITEMS)}
    assert set(SCHEMA["$defs"]["when"]["properties"]) == {*FIELDS, *standing, "premise", "any"}


@pytest.mark.parametrize(
    "change",
    [
        {"when": {"lateness.who": "therapis"}},
        {"when": {"lateness.whom": "client"}},
        {"when": {}},
        {"when": {"any": [{"lateness.who": "client"}]}},
        {"when": {"plan.C2": "steps"}},
        {"when": {"plan.C9": "step"}},
        {"when": {"plan.question": "held"}},
        {"when": {"any": [{"lateness.who": "client"}, {"any": []}]}},
        {"when": {"lateness.minutes": {"at_leats": 3}}},
        {"when": {"lateness.minutes": 601}},
        {"when": {"finding.x": "maybe"}},
        {"when": {"context.phase": "painful"}},
        {"when": {"premise": "Open request"}},
        {"when": {"premise": []}},
        {"hold": "D2", "until": "later"},
        {"bar": "D9"},
        {"because": "Short."},
        {"colour": "red"},
        {"id": "Not an id"},
    ],
)
def test_what_the_reader_refuses_is_underlined(change: dict[str, Any]) -> None:
    rule = copy.deepcopy(RULE) | change
    assert told("rules", [rule]) != []


def test_a_sound_rule_is_not_and_a_verb_needs_its_companions() -> None:
    assert told("rules", [RULE]) == []
    cases = {"any": [{"lateness.who": "client"}, {"context.phase": "late"}]}
    assert told("rules", [RULE | {"when": cases, "formerly": ["ours.older"]}]) == []
    shorter = {"context.feelings": {"none_of": ["painful", "longing"]}, "premise": "open_request"}
    assert told("rules", [RULE | {"when": shorter}]) == []
    calling = {key: value for key, value in RULE.items() if key != "bar"} | {"call": "C1"}
    assert told("rules", [calling]) != []
    assert told("rules", [calling | {"at": "now"}]) == []
