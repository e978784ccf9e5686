"""A rule or a handout item in plain words, for the person who doubts it or wants to change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from planner.plan.outline import TIMES, Block
from planner.rulebook.conditions import AnyOf
from planner.rulebook.handout import Item
from planner.rulebook.plan_fields import PLAN_FIELDS, STEP

if TYPE_CHECKING:
    from planner.checking.scenarios import Scenario
    from planner.rulebook.conditions import Case, Condition
    from planner.rulebook.rulebook import Part, Rule, Rulebook, Variant

DID = {
    "find": "finds",
    "call": "calls for",
    "delay": "delays",
    "hold": "holds back",
    "bar": "bars",
    "avoid": "warns against",
    "review": "asks for review first",
    "stop": "stops",
    "after": "orders",
    "caution": "cautions at",
    "ask": "asks about",
    "sign": "names a sign that it helped",
    "plan_b": "names a plan B",
    "check_back": "says when to check back",
    "supervise": "asks in supervision",
    "root": "names a root",
    "before": "says what to see to before the session",
}


def explained(rulebook: Rulebook, scenarios: Sequence[Scenario], name: str) -> Iterator[Block]:
    """What a rule's or variant's id or an item's key stands for; KeyError for any other name."""
    found = named(rulebook, name)
    if isinstance(found, Item):
        return _item(rulebook, found)
    if isinstance(found, tuple):
        return _variant(rulebook, *found)
    return _rule(rulebook, scenarios, found, name)


def named(rulebook: Rulebook, name: str) -> Item | tuple[Part, Variant] | Rule:
    """What bears a name, or bore it: an item, a variant with its part, a rule; else KeyError."""
    key = name.upper()
    if key in rulebook.handout.items:
        return rulebook.handout.item(key)
    for part, variant in _variants(rulebook):
        if name in (variant.id, *variant.formerly):
            return part, variant
    return rulebook.rule(rulebook.now_called(name))


def nearest(rulebook: Rulebook, name: str) -> str | None:
    """The rule, variant or item whose name comes closest, if any does."""
    rules, variants = (one.id for one in rulebook.rules), (one.id for one in rulebook.variants)
    known = [*rulebook.handout.items, *rules, *variants]
    return next(iter(get_close_matches(name, known, n=1)), None)


def _rule(
    rulebook: Rulebook, scenarios: Sequence[Scenario], rule: Rule, name: str
) -> Iterator[Block]:
    """A rule; first is said when it was asked for by an older id."""
    if name != rule.id:
        yield Block("plain", f"{name} was merged into {rule.id}.")
    yield Block("title", f"{rule.id}: {rule.title}")
    yield Block("plain", f"{rule.path}:{rule.line}")
    yield Block("section", "When")
    yield from _premises(rulebook, rule)
    yield from _asked(rulebook, rule.when, rule.cases)
    yield Block("section", "Then")
    yield Block("point", f"it {_done(rulebook, rule)}")
    waits = rule.waits_for if rule.verb == "hold" else ""
    for label, words in (
        ("until", rule.until),
        ("waits for", waits),
        ("cue", rule.cue),
        ("says", rule.text),
        ("in brief", rule.brief),
    ):
        if words:
            yield Block("point", words, label)
    yield Block("section", "Because")
    yield Block("plain", rule.because)
    yield Block("section", "Source")
    for cited in rule.sources:
        yield source_block(rulebook, cited)
    if rule.reasoning:
        yield Block("point", rule.reasoning, "Reasoning")
    yield from _scenarios_of(scenarios, rule.id)


def _variants(rulebook: Rulebook) -> Iterator[tuple[Part, Variant]]:
    """Every variant with its part, in rank."""
    for words in rulebook.wording.values():
        for part in words.every:
            for variant in part.variants:
                yield part, variant


def _variant(rulebook: Rulebook, part: Part, variant: Variant) -> Iterator[Block]:
    """A way to say a part: what its group asks, what it asks itself, and what it says."""
    rank = part.variants.index(variant) + 1
    yield Block("title", f"{variant.id}: {variant.item}, {part.name}")
    yield Block("plain", f"{variant.path}:{variant.line}, number {rank} of {len(part.variants)}")
    yield from _premises(rulebook, variant)
    group = part.group_of(variant)
    shared = group.when if group else ()
    if group:
        yield Block("section", f"When, as all of the group “{group.name}”")
        yield Block("plain", group.because)
    yield from _asked(rulebook, shared, ())
    own = tuple(one for one in variant.when if one not in shared)
    yield Block("section", "When, of its own")
    yield from _asked(rulebook, own, variant.cases)
    if not own and not variant.cases:
        yield Block("plain", "Whenever none before it does.")
    yield Block("section", "Says")
    yield Block("plain", variant.say)
    yield Block("section", "Because")
    yield Block("plain", variant.because)


def _premises(rulebook: Rulebook, one: Rule | Variant) -> Iterator[Block]:
    """The sentence of each premise that a rule or a variant is written with."""
    for premise in one.premises:
        yield Block("point", rulebook.premises[premise].sentence, f"premise {premise}")


def _asked(rulebook: Rulebook, when: Sequence[Condition], cases: Sequence[Case]) -> Iterator[Block]:
    """What is asked: the conditions, and the cases each after the other."""
    for condition in when:
        yield _condition(rulebook, condition)
    for number, case in enumerate(cases):
        yield Block("plain", "or any of:" if number else "any of:")
        for condition in case.when:
            yield _condition(rulebook, condition)


def _condition(rulebook: Rulebook, condition: Condition) -> Block:
    """A condition, with the field's question from the vocabulary beside it."""
    fields: Any = rulebook.vocabulary.get("fields", {})
    asked: Mapping[str, str] = fields.get(condition.field, {})
    question = asked.get("question", "")
    test = str(condition.test)
    if condition.field in PLAN_FIELDS:
        test = test.replace(str(AnyOf(frozenset(STEP))), "step")
    return Block("point", f"{test} ({question})" if question else test, condition.field)


def _done(rulebook: Rulebook, rule: Rule) -> str:
    """What a rule does, as the end of a sentence."""
    what = [DID.get(rule.verb, rule.verb)]
    items = rulebook.handout.items
    named = [f"{item} ({items[item].title})" for item in rule.items if item in items]
    what.append(", ".join([*named, *rule.codes]) or rule.object)
    if rule.at:
        what.append(f"at: {TIMES[rule.at].lower()}")
    if rule.follows:
        what.append(f"after {', '.join(rule.follows)}")
    return " ".join(part for part in what if part)


def source_block(rulebook: Rulebook, cited: str) -> Block:
    """A citation with what stands behind it, and how strong that is."""
    key, _, locator = cited.partition(" ")
    if key == "handout":
        return Block("point", rulebook.handout.item(locator).title, cited)
    source = rulebook.sources.get(key)
    if source is None:
        return Block("point", "by this project, from the reasoning below", cited)
    topic = f" {source.locators[locator]}." if locator in source.locators else ""
    strength = f"{source.status}; {source.strength}".strip("; ")
    return Block("point", f"{source.reference}{topic} ({strength})", cited)


def _scenarios_of(scenarios: Sequence[Scenario], rule_id: str) -> Iterator[Block]:
    """The cases that show the rule: those that it fits, and those that it only nearly fits."""
    yield Block("section", "Scenarios")
    for scenario in scenarios:
        if rule_id in scenario.fits:
            yield Block("point", scenario.name, "fits")
        if rule_id in scenario.misses:
            yield Block("point", scenario.name, "nearest miss")


def _item(rulebook: Rulebook, item: Item) -> Iterator[Block]:
    yield Block("title", f"{item.key}: {item.title}")
    yield Block("plain", rulebook.handout.sections.get(item.section, ""))
    yield Block("section", "The handout's words")
    yield Block("notes", item.words)
    words = rulebook.wording.get(item.key)
    if words:
        yield Block("section", "In a plan")
        yield Block("point", words.purpose, words.title)
    rules = rulebook.rules_using(item.key)
    if rules:
        yield Block("section", "Rules that use it")
    for verb, did in DID.items():
        for rule in rules:
            if rule.verb == verb:
                yield Block("point", f"{did}: {rule.title}", rule.id)
