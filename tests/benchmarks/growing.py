"""Rulebooks of any size: the one that ships, with rules by chance that no two ask alike.

What the added rules say is nothing that anyone should hear. They ask as many conditions as the
rules that ship, of the same fields, and act by the same verbs in the same shares. They place
D5 alone, which no rule that ships places, so that every property holds as it did. What cannot be
written for D5 is a shipped rule once more, in fewer cases.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from planner.contract.fields import FIELDS, Field
from planner.reading.shipped import SHIPPED, rulebook_of
from planner.rulebook.conditions import AnyOf, Condition, Conjunction, ListAny
from planner.rulebook.rulebook import ItemWords, Part, Rule, Rulebook, Variant

ITEM = "D5"
PLACED = ("call", "hold", "bar", "delay", "caution")
"""Verbs of the added rules that act on D5; the others act as the rule that they are drawn from."""
TOLD = ("supervise", "sign")
"""Verbs whose text is what a plan gets; each added rule has one of its own."""
CONTEXT = [
    field
    for name, field in FIELDS.items()
    if name.startswith("context.")
    and field.kind != "number"
    and name not in ("context.happened", "context.next_contact")
]
MOST_OF_CONTEXT = 3
"""Conditions on the context of an added rule; there is at least one."""


def grown(rules: int, seed: int = 1) -> Rulebook:
    """The rulebook that ships with rules added until there are so many; as it is, if it has more.

    Every added rule has conditions that no other rule has. The same for the same seed, whatever
    the size: a larger one begins with the smaller one's rules.
    """
    shipped = rulebook_of(SHIPPED)
    drawn = _drawn(shipped, random.Random(seed))
    added = [next(drawn) for _ in range(rules - len(shipped.rules))]
    found = tuple(rule.object for rule in added if rule.verb == "find")
    wording = {**shipped.wording, ITEM: _words()} if added else shipped.wording
    return replace(
        shipped,
        rules=(*shipped.rules, *added),
        findings=(*shipped.findings, *found),
        wording=wording,
        edition=f"{shipped.edition}+{len(added)}" if added else shipped.edition,
    )


def _words() -> ItemWords:
    """One text for D5, so that it can be a step."""
    said = Variant("grown.d5", ITEM, "words", (), "This is said in a benchmark.", "Grown.")
    return ItemWords(
        ITEM, "A step of benchmarks", "To be weighed.", (Part("words", False, (said,)),)
    )


def _drawn(shipped: Rulebook, chance: random.Random) -> Iterator[Rule]:
    """Rules without end; the first calls D5 in every case, so that all others have their say."""
    met = {frozenset(branch) for rule in shipped.rules for branch in rule.branches}
    always = Condition("ruptures.kinds", ListAny(frozenset(FIELDS["ruptures.kinds"].values)))
    yield _rule(shipped.rules[0], "call", (always,), 0, at="future_session")
    patterns = [one for one in shipped.rules if one.verb in (*PLACED, *TOLD, "find", "avoid")]
    number = 0
    while True:
        pattern = chance.choice(patterns)
        when = _conditions(chance, pattern)
        if frozenset(when) not in met:
            met.add(frozenset(when))
            number += 1
            yield from _rules(pattern, when, number)


def _rules(pattern: Rule, when: Conjunction, number: int) -> Iterator[Rule]:
    """A rule like another one, with these conditions; of a finding, a rule as well that asks it."""
    if pattern.verb == "find":
        name = f"grown_{number}"
        yield _rule(pattern, "find", when, number, object=name, items=())
        finding = Condition(f"finding.{name}", AnyOf(frozenset(("yes",))))
        yield _rule(pattern, "caution", (finding,), number, text=f"Grown, {number}.")
    elif pattern.verb == "avoid":
        yield replace(pattern, id=f"grown.avoid-{number}", when=when, cases=(), formerly=())
    elif pattern.verb == "call":
        yield _rule(pattern, "call", when, number, at="now" if number % 2 else "later_this_session")
    else:
        text = f"Grown, {number}." if pattern.verb in (*TOLD, "caution") else pattern.text
        yield _rule(pattern, pattern.verb, when, number, text=text)


def _rule(pattern: Rule, verb: str, when: Conjunction, number: int, **said: object) -> Rule:
    """A rule of this verb, on D5 where the verb acts on items, and otherwise as the pattern."""
    own: dict[str, object] = {
        "id": f"grown.{verb}-{number}",
        "verb": verb,
        "when": when,
        "items": (ITEM,) if verb in PLACED else (),
        "cases": (),
        "formerly": (),
        "brief": "",
    }
    return replace(pattern, **{**own, **said})  # type: ignore[arg-type]  # fields of a rule by name


def _conditions(chance: random.Random, pattern: Rule) -> Conjunction:
    """What one kind of rupture and the context must be; or beside the pattern's, of the context."""
    kept = pattern.branches[0] if pattern.verb == "avoid" else ()
    asked = {one.field for one in kept}
    context = [one for one in CONTEXT if one.name not in asked]
    fields = chance.sample(context, chance.randint(1, MOST_OF_CONTEXT))
    if not kept:
        kind = chance.choice(FIELDS["ruptures.kinds"].values)
        own = [one for one in FIELDS.values() if one.rupture == kind and one.kind != "number"]
        fields.insert(0, chance.choice(own))
    return (*kept, *(_condition(chance, one) for one in fields))


def _condition(chance: random.Random, field: Field) -> Condition:
    """Some of a field's answers, by chance, and at most half of them."""
    many = chance.randint(1, max(1, min(3, len(field.values) // 2)))
    some = frozenset(chance.sample(field.values, many))
    return Condition(field.name, ListAny(some) if field.kind == "list" else AnyOf(some))
