"""Rules and words made by hand, for tests that need no files."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from planner.contract.facts import NOTHING_SEEN, Fact
from planner.planning.matching import Matched
from planner.planning.numbering import Numbering
from planner.rulebook.conditions import Among, AnyOf, Condition, ListAny
from planner.rulebook.handout import Handout, Item
from planner.rulebook.rulebook import AvoidCode, ItemWords, Lead, Part, Rule, Rulebook, Variant

_NUMBERS = count(1)

SUMMARY = {
    "stop": "Stop: {reasons}",
    "review_first": "Consult: {reasons}",
    "nothing_fits": "Nothing fits.",
    "steps_now": "Now: {now}.",
    "one_step": "One sentence: {now}.",
    "steps_later": "Later: {later}.",
    "steps_future": "Future: {future}.",
    "held": "Held: {held}.",
    "barred": "Barred: {barred}.",
    "stop_also": "Also: {matters}.",
    "stop_check_back": "Come back later.",
    "conflict": "{caller} asks for {item}; {holder} speaks against it.",
    "nothing_fits_supervision": "Tell it.",
    "question_pattern": "If {answer}: {changes}.",
    "question_new": "{item} becomes a step {when}",
    "question_and": "and",
    "question_list": "An answer changes: {changes}.",
    "brief_held": "not yet",
    "brief_barred": "not here",
    "brief_flag": "One more flag.",
    "check_contradiction": "Two answers disagree.",
    "cue_and": "and",
    "stands_now": "now",
    "was_now": "now",
}
PHASE = {"question": "When?", "options": {"ending": {"label": "At the end"}}}


def rule(verb: str, *items: str, **more: Any) -> Rule:
    """A rule of a verb on some items; it gets an id of its own."""
    name = f"hand.{verb}-{next(_NUMBERS)}"
    more = {"id": name, "title": name, "when": (), "because": name, "sources": ("derived",)} | more
    return Rule(verb=verb, items=items, **more)


def when(**asked: Any) -> tuple[Condition, ...]:
    """Conditions: `context__phase="late"`, a set of values for a list, a pair for a number."""
    return tuple(_condition(name.replace("__", "."), value) for name, value in asked.items())


def _condition(field: str, value: Any) -> Condition:
    if isinstance(value, tuple):
        return Condition(field, Among(*value))
    if isinstance(value, set):
        return Condition(field, ListAny(frozenset(value)))
    return Condition(field, AnyOf(frozenset(value.split())))


def lead(key: str) -> Lead:
    """A lead whose every line names it; all leads share one action."""
    lines = (f"{key} action", "call")
    return Lead(key, f"{key} reason.", lines, (f"{key} contact",), (f"{key} record",), ("derived",))


def part(name: str, *variants: Variant, optional: bool = False) -> Part:
    """A part of an item's words."""
    return Part(name, optional, variants)


def variant(name: str, say: str, handout: str = "", **asked: Any) -> Variant:
    """A way to say a part of C2."""
    part_name = name.partition(".")[0]
    return Variant(f"c2.{name}", "C2", part_name, when(**asked), say, "because", handout)


def handout(**scripts: tuple[str, ...]) -> Handout:
    """A handout in which items have these scripts."""
    items = {key: Item(key, key[0], key, lines, "") for key, lines in scripts.items()}
    return Handout("", {}, items)


def rulebook(rules: Iterable[Rule] = (), **more: Any) -> Rulebook:
    """A rulebook of these rules."""
    told = tuple(rules)
    given: dict[str, Any] = {
        "rules": told,
        "findings": tuple(dict.fromkeys(one.object for one in told if one.verb == "find")),
        "wording": {
            item: ItemWords(item, f"The {item}", "to help", ()) for item in ("C1", "C2", "D2")
        },
        "slots": {},
        "summary": SUMMARY,
        "leads": {key: lead(key) for key in ("one", "two")},
        "avoid_codes": {
            code: AvoidCode(code, f"Do not {code}.", ("derived",)) for code in ("defend", "blame")
        },
        "handout": handout(),
        "sources": {},
        "vocabulary": {"fields": {"context.phase": PHASE}},
        "version": "hand",
        "edition": "sha256:0",
    }
    return Rulebook(**(given | more))


def holding(rules: Sequence[Rule], known: Mapping[str, Fact], numbering: Numbering) -> Matched:
    """An observation of which only this is known, and for which exactly these rules hold."""
    whole = {**NOTHING_SEEN, **known}
    return cast("Matched", SimpleNamespace(held=numbering.mask(rules), known=lambda: whole))
