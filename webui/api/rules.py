"""What plans are made from, for programs: the rulebook, the words of each field, this interface."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response, current_app, request

from planner.contract.fields import FIELDS, Field
from planner.contract.limits import MOST_SESSIONS
from planner.contract.values import KINDS
from planner.rulebook.conditions import Conjunction
from planner.rulebook.rulebook import Rule, Rulebook
from webui.api.describing import (
    BAD,
    ETAG,
    JSON,
    SAME,
    TAG,
    TEXT,
    answer,
    described,
    keyed,
    listed,
    mark_of_rules,
    operation,
    or_null,
    ref,
    whole,
)
from webui.api.openapi import document
from webui.knowledge import knowledge
from webui.show.fragments import Fragments, written_once
from webui.words.vocabulary import Vocabulary

blueprint = Blueprint("api_rules", __name__)
NUMBER = {"type": "integer"}
ASKED = keyed(TEXT)
LIST = listed(TEXT)
MAYBE = or_null(TEXT)
RULE = whole({
    **dict.fromkeys(("id", "title"), TEXT), "when": ASKED, "any": listed(ASKED), "verb": TEXT,
    "items": LIST, "codes": LIST, "object": TEXT, **dict.fromkeys(("at", "until", "text"), MAYBE),
    "because": TEXT, "sources": LIST, "formerly": LIST,
})  # fmt: skip
FIELD = whole({
    "name": TEXT, "kind": {"type": "string", "enum": ["choice", "list", "number", "text"]},
    "rupture": MAYBE, "required": {"type": "boolean"},
    "default": {"type": ["string", "integer", "null"]},
    "low": or_null(NUMBER), "high": or_null(NUMBER),
    **dict.fromkeys(("short", "question", "hint", "why"), TEXT), "values": listed(ref("Value")),
})  # fmt: skip
RULEBOOK_SHAPES = {
    "Rulebook": whole({
        **mark_of_rules(), "rules": listed(ref("Rule")), "handout": keyed(ref("HandoutItem")),
        "sources": keyed(ref("Source")),
    }),
    "Rule": RULE,
    "HandoutItem": whole({"title": TEXT, "words": TEXT}),
    "Source": whole({"status": TEXT, "reference": TEXT, "strength": TEXT}),
}  # fmt: skip
VOCABULARY_SHAPES = {
    "Vocabulary": whole({**mark_of_rules(), "fields": listed(ref("Field"))}),
    "Field": FIELD,
    "Value": whole(dict.fromkeys(("value", "label", "hint"), TEXT)),
}


def _reading(name: str, said: str, shape: str, example: Callable[[], Any]) -> dict[str, Any]:
    """Describe a route that gives something of the rulebook, tagged by its edition."""
    found = {**answer(f"{said}_answer", ref(shape), JSON, example), "headers": ETAG}
    answers = {"200": found, "304": SAME}
    return operation(name, said, answers, BAD, description=f"{said}_more", parameters=[TAG])


def _some_rules() -> dict[str, Any]:
    """The first rule, with what it cites, and the first item of the handout."""
    told = json.loads(_rulebook_json(knowledge().rulebook.edition))
    first = told["rules"][0]
    handout = dict(list(told["handout"].items())[:1])
    cited = {key: told["sources"][key] for key in first["sources"] if key in told["sources"]}
    return {**told, "rules": [first], "handout": handout, "sources": cited}


def _some_words() -> dict[str, Any]:
    """The first field and its values."""
    told: dict[str, Any] = json.loads(_vocabulary_json(knowledge().rulebook.edition))
    return {**told, "fields": told["fields"][:1]}


@blueprint.get("/api/v1/rulebook")
@described(_reading("readRulebook", "interface_rulebook", "Rulebook", _some_rules), RULEBOOK_SHAPES)
def rulebook() -> Response:
    """Give the rules that made the plans, tagged by their edition."""
    return _tagged(_rulebook_json)


@blueprint.get("/api/v1/vocabulary")
@described(
    _reading("readVocabulary", "interface_vocabulary", "Vocabulary", _some_words),
    VOCABULARY_SHAPES,
)
def vocabulary() -> Response:
    """Give every field with its question and the words of its values, tagged by the edition."""
    return _tagged(_vocabulary_json)


@blueprint.get("/api/v1/openapi.json")
@described(
    operation(
        "describe",
        "interface_describe",
        {"200": answer("interface_describe_answer", ref("OpenApi"))},
        BAD,
    ),
    {"OpenApi": {"type": "object", "additionalProperties": True}},
)
def openapi() -> Response:
    """Describe this interface."""
    written = written_once("interface as JSON", lambda: json.dumps(description()))
    return Response(written, content_type=JSON)


def description() -> dict[str, Any]:
    """The description of this application's interface, made once for each place it is mounted."""
    kept: Fragments = current_app.extensions["fragments"]
    make = partial(document, current_app, request.script_root or "/")
    found: dict[str, Any] = kept.piece("interface", make)
    return found


def _tagged(write: Callable[[str], str]) -> Response:
    """What is the same as long as the rules are."""
    edition = knowledge().rulebook.edition
    response = Response(write(edition), content_type=JSON)
    response.set_etag(edition)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=4)
def _vocabulary_json(edition: str) -> str:
    """Write the words of the fields once for each edition."""
    words = knowledge().words
    content = {
        "version": knowledge().rulebook.version,
        "edition": edition,
        "fields": list(_fields(words)),
    }
    return json.dumps(content, ensure_ascii=False)


def _fields(words: Vocabulary) -> Iterator[dict[str, Any]]:
    """Every field in the contract's order, then what no rule reads."""
    yield _field(Field("kind", "choice", KINDS, required=True), words, "choice")
    for name, field in FIELDS.items():
        if not name.startswith("ruptures."):
            yield _field(field, words, field.kind)
    yield _field(Field("case", "choice"), words, "text")
    yield _field(Field("session", "number", low=1, high=MOST_SESSIONS), words, "number")
    yield _field(Field("notes", "choice"), words, "text")


def _field(field: Field, words: Vocabulary, kind: str) -> dict[str, Any]:
    """A field as the contract has it, with its words."""
    known = {one.value: one for one in words.options(field.name)}
    return {
        "name": field.name,
        "kind": kind,
        "rupture": field.rupture,
        "required": field.required,
        "default": field.default,
        "low": field.low,
        "high": field.high,
        "short": words.short(field.name),
        "question": words.question(field.name),
        "hint": words.hint(field.name),
        "why": words.why(field.name),
        "values": [
            {"value": value, "label": words.label(field.name, value),
             "hint": known[value].hint if value in known else ""}
            for value in field.values
        ],
    }  # fmt: skip


@lru_cache(maxsize=4)
def _rulebook_json(edition: str) -> str:
    """Write a rulebook once for each edition."""
    book: Rulebook = knowledge().rulebook
    handout = {
        key: {"title": one.title, "words": one.words} for key, one in book.handout.items.items()
    }
    content = {
        "version": book.version,
        "edition": edition,
        "rules": [_rule(rule) for rule in book.rules],
        "handout": handout,
        "sources": {
            key: {"status": one.status, "reference": one.reference, "strength": one.strength}
            for key, one in book.sources.items()
        },
    }
    return json.dumps(content)


def _asked(when: Conjunction) -> dict[str, str]:
    """What is asked of each field; several conditions on one field all have to hold."""
    asked: dict[str, list[str]] = {}
    for condition in when:
        asked.setdefault(condition.field, []).append(str(condition.test))
    return {field: ", and ".join(tests) for field, tests in asked.items()}


def _rule(rule: Rule) -> dict[str, Any]:
    """One rule as data: what it asks, what follows, and why."""
    return {
        "id": rule.id,
        "title": rule.title,
        "when": _asked(rule.when),
        "any": [_asked(case.when) for case in rule.cases],
        "verb": rule.verb,
        "items": list(rule.items),
        "codes": list(rule.codes),
        "object": rule.object,
        "at": rule.at,
        "until": rule.until,
        "text": rule.text,
        "because": rule.because,
        "sources": list(rule.sources),
        "formerly": list(rule.formerly),
    }
