"""Every judgment that is this project's alone, in plain words, for clinicians to disagree with.

A rule, an avoid code or a property stands on `derived` alone where it cites nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planner.checking.explain import DID
from planner.plan.outline import TIMES, Block
from planner.plan.rendering import escaped, markdown_of
from planner.rulebook.rulebook import STEP_ITEMS

if TYPE_CHECKING:
    from planner.rulebook.judgments import Topic
    from planner.rulebook.properties import Property
    from planner.rulebook.rulebook import Rule, Rulebook

ALONE = ("derived",)
OTHERWISE = "I would do otherwise because"
ROOM = "_" * 20

_SECTIONS: Mapping[str, str] = {
    "find": "What is concluded from the answers",
    "avoid": "What not to do",
    "review": "When to consult first, and when to stop",
    "stop": "When to consult first, and when to stop",
    "ask": "What is asked",
    "root": "What may lie under several strains",
    "sign": "What tells that it helped",
    "plan_b": "If it lands badly",
    "check_back": "When to come back to it",
    "before": "What to see to before the session",
    "supervise": "What to bring to supervision",
}
"""Where a rule stands that is about no item, by its verb, in the order of the sections."""


_DOES = {
    **DID,
    "find": "concludes, for other rules to go by:",
    "avoid": "warns",
    "caution": "says what to mind at",
}


def for_clinicians(
    rulebook: Rulebook, properties: Sequence[Property], topics: Sequence[Topic]
) -> str:
    """The page docs/for-clinicians.md: `judged` as Markdown, with plain lines to write on."""
    page = markdown_of(judged(rulebook, properties, topics))
    return page.replace(escaped(ROOM), ROOM)


def judged(
    rulebook: Rulebook, properties: Sequence[Property], topics: Sequence[Topic]
) -> Iterator[Block]:
    """The first topics, then each judgment by the item that it is about."""
    rules = [rule for rule in rulebook.rules if rule.sources == ALONE]
    always = [one for one in properties if one.sources == ALONE]
    codes = [one for one in rulebook.avoid_codes.values() if one.sources == ALONE]
    yield from _opening(rulebook, len(rules) + len(always) + len(codes))
    yield Block("section", "First: what we are least sure of")
    for number, topic in enumerate(topics, 1):
        yield from _topic(rulebook, topic, number)
    yield from _by_item(rulebook, rules)
    for section in dict.fromkeys(_SECTIONS.values()):
        here = [rule for rule in rules if not rule.items and _SECTIONS.get(rule.verb) == section]
        coded = codes if section == _SECTIONS["avoid"] else []
        if here or coded:
            yield Block("section", section)
        for code in coded:
            yield Block("entry", code.text, code.code)
            yield _room()
        for rule in here:
            yield from _rule(rulebook, rule)
    if always:
        yield Block("section", "What holds in every plan")
    for one in always:
        yield Block("entry", one.sentence, one.id)
        yield from _reasons(one.because, one.reasoning)


def _opening(rulebook: Rulebook, count: int) -> Iterator[Block]:
    """What the pages are, and how to use them."""
    yield Block("title", "For clinicians: where would you do otherwise?")
    yield Block(
        "plain",
        f"The rules of version {rulebook.version} make {count} judgments that no source carries:"
        " this project drew them itself, from the handout and from what is known of ruptures."
        " They may be wrong. Each stands here with its reasoning and a line for your own.",
    )
    yield Block(
        "plain",
        "Where you would do otherwise, write why, and send it with the name in front of the title."
        " A case that you remember says more than a principle.",
    )


def _topic(rulebook: Rulebook, topic: Topic, number: int) -> Iterator[Block]:
    """A topic with the rules that carry it."""
    yield Block("entry", topic.topic, str(number))
    yield Block("plain", topic.text)
    for name in topic.rules:
        rule = rulebook.rule(name)
        yield Block("point", f"{rule.title}. {_done(rulebook, rule)}", rule.id)
    yield _room()


def _by_item(rulebook: Rulebook, rules: Sequence[Rule]) -> Iterator[Block]:
    """The judgments about items, each under the first item that it names."""
    for item in STEP_ITEMS:
        here = [rule for rule in rules if rule.items and rule.items[0] == item]
        if here:
            yield Block("section", f"{item}: {_title(rulebook, item)}")
        for rule in here:
            yield from _rule(rulebook, rule)


def _rule(rulebook: Rulebook, rule: Rule) -> Iterator[Block]:
    """A rule with what it does, its reasons, and room to disagree."""
    yield Block("entry", rule.title, rule.id)
    yield Block("plain", _done(rulebook, rule))
    yield from _reasons(rule.because, rule.reasoning)


def _reasons(because: str, reasoning: str | None) -> Iterator[Block]:
    yield Block("point", because, "Because")
    if reasoning:
        yield Block("point", reasoning, "Reasoning")
    yield _room()


def _room() -> Block:
    return Block("point", ROOM, OTHERWISE)


def _done(rulebook: Rulebook, rule: Rule) -> str:
    """What a rule does, as a sentence of its own."""
    named = [f"{item} ({_title(rulebook, item)})" for item in rule.items]
    whole = f"{_DOES[rule.verb]} {', '.join(named) or _object(rulebook, rule)}".strip()
    if rule.at:
        whole += f", {TIMES[rule.at].lower()}"
    if rule.follows:
        whole += f" after {', '.join(rule.follows)}"
    if rule.until:
        whole += f" until {rule.until}"
    told = f": “{rule.text}”" if rule.text else "."
    return f"The plan {whole}{told}"


def _title(rulebook: Rulebook, item: str) -> str:
    """What an item is called in a plan; in the handout where no plan says it."""
    words = rulebook.wording.get(item)
    return words.title if words else rulebook.handout.item(item).title


def _object(rulebook: Rulebook, rule: Rule) -> str:
    """What a rule without an item is about, in words."""
    if rule.codes:
        told = " ".join(rulebook.avoid_codes[code].text for code in rule.codes)
        return f"“{told.rstrip('.')}”"
    if rule.verb == "ask":
        fields: Any = rulebook.vocabulary.get("fields", {})
        return f"“{fields.get(rule.object, {}).get('question', rule.object)}”"
    return f"“{rule.object.replace('_', ' ')}”" if rule.object else ""
