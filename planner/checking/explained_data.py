"""A rule, a variant or a handout item as data: what `explain` tells, for another program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planner.checking.explain import named
from planner.checking.judgments import ALONE
from planner.rulebook.handout import Item

if TYPE_CHECKING:
    from planner.checking.scenarios import Scenario
    from planner.rulebook.conditions import Condition
    from planner.rulebook.judgments import Topic
    from planner.rulebook.properties import Property
    from planner.rulebook.rulebook import Part, Rule, Rulebook, Variant

Data = dict[str, Any]


def explained_data(rulebook: Rulebook, scenarios: Sequence[Scenario], name: str) -> Data:
    """What a rule's or variant's id or an item's key stands for; KeyError for any other name.

    `kind` is "item", "variant" or "rule", and says which other keys there are.
    """
    found = named(rulebook, name)
    if isinstance(found, Item):
        return _item(rulebook, found)
    if isinstance(found, tuple):
        return _variant(rulebook, *found)
    return _rule(rulebook, found) | {
        "fits": [one.name for one in scenarios if found.id in one.fits],
        "misses": [one.name for one in scenarios if found.id in one.misses],
    }


def derived_data(
    rulebook: Rulebook, properties: Iterable[Property], topics: Iterable[Topic]
) -> Data:
    """Every judgment that stands on `derived` alone, as `explain --derived` tells it."""
    codes = rulebook.avoid_codes.values()
    return {
        "kind": "derived",
        "version": rulebook.version,
        "topics": [
            {"topic": one.topic, "text": one.text, "rules": list(one.rules)} for one in topics
        ],
        "rules": [_rule(rulebook, one) for one in rulebook.rules if one.sources == ALONE],
        "avoid": [{"code": one.code, "text": one.text} for one in codes if one.sources == ALONE],
        "properties": [
            {
                "id": one.id,
                "sentence": one.sentence,
                "because": one.because,
                "reasoning": one.reasoning,
            }
            for one in properties
            if one.sources == ALONE
        ],
    }


def _rule(rulebook: Rulebook, rule: Rule) -> Data:
    """A rule; what its verb does not use is null or empty."""
    return {
        "kind": "rule",
        "id": rule.id,
        "title": rule.title,
        **_asked(rulebook, rule),
        "verb": rule.verb,
        "items": list(rule.items),
        "codes": list(rule.codes),
        "object": rule.object or None,
        "at": rule.at,
        "after": list(rule.follows),
        "until": rule.until,
        "waits_for": rule.waits_for if rule.verb == "hold" else None,
        "cue": rule.cue or None,
        "text": rule.text,
        "brief": rule.brief or None,
        "because": rule.because,
        "sources": [_source(rulebook, one) for one in rule.sources],
        "reasoning": rule.reasoning,
    }


def _variant(rulebook: Rulebook, part: Part, variant: Variant) -> Data:
    """A way to say a part of an item's words; `rank` is its place among those of the part."""
    group = part.group_of(variant)
    return {
        "kind": "variant",
        "id": variant.id,
        "item": variant.item,
        "part": part.name,
        "rank": part.variants.index(variant) + 1,
        "group": {"name": group.name, "because": group.because} if group else None,
        **_asked(rulebook, variant),
        "say": variant.say,
        "because": variant.because,
    }


def _item(rulebook: Rulebook, item: Item) -> Data:
    """An entry of the handout, and the rules that use it."""
    words = rulebook.wording.get(item.key)
    return {
        "kind": "item",
        "item": item.key,
        "title": item.title,
        "section": rulebook.handout.sections.get(item.section, ""),
        "words": item.words,
        "plan": {"title": words.title, "purpose": words.purpose} if words else None,
        "rules": [
            {"id": rule.id, "verb": rule.verb, "title": rule.title}
            for rule in rulebook.rules_using(item.key)
        ],
    }


def _asked(rulebook: Rulebook, one: Rule | Variant) -> Data:
    """Where it stands and what it asks: all of `when`, and one of the `cases` where there are."""
    return {
        "formerly": list(one.formerly),
        "path": one.path,
        "line": one.line,
        "premises": [
            {"name": name, "sentence": rulebook.premises[name].sentence} for name in one.premises
        ],
        "when": _conditions(rulebook, one.when),
        "cases": [_conditions(rulebook, case.when) for case in one.cases],
    }


def _conditions(rulebook: Rulebook, when: Iterable[Condition]) -> list[Data]:
    """Conditions by field, what each must be, and the field's question in the vocabulary."""
    fields: Any = rulebook.vocabulary.get("fields", {})
    asked: Mapping[str, Mapping[str, str]] = fields
    return [
        {
            "field": one.field,
            "test": str(one.test),
            "question": asked.get(one.field, {}).get("question"),
        }
        for one in when
    ]


def _source(rulebook: Rulebook, cited: str) -> Data:
    """A citation with what stands behind it; null where this project stands for it alone."""
    key, _, locator = cited.partition(" ")
    if key == "handout":
        item = rulebook.handout.item(locator)
        told = {"reference": item.title, "status": "handout", "strength": None, "topic": None}
        return {"cited": cited, **told}
    found = rulebook.sources.get(key)
    return {
        "cited": cited,
        "reference": found.reference if found else None,
        "status": found.status if found else "derived",
        "strength": found.strength if found else None,
        "topic": found.locators.get(locator) if found else None,
    }
