"""A rulebook as formulas over a world: findings, rules, where items stand, what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from planner.planning.lines import reads_flags
from planner.planning.placing import PLACING
from planner.proving.logic import NO, Formula, all_of, any_of, no, same, unlike
from planner.proving.standing import Standings
from planner.proving.world import World
from planner.rulebook.conditions import AnyOf, Condition, ListAny, ListNone
from planner.rulebook.plan_fields import (
    LAST,
    PLACES,
    PLAN_FIELDS,
    QUESTION,
    after_all,
    before_last,
    reads_before,
    reads_plan,
)
from planner.rulebook.rulebook import ORDER, Rule, Rulebook, Variant

FINDING = "finding."
_SAID_UNLESS_STOPPED = ("sign", "plan_b", "supervise", "root", "ask", "before")


class Model:
    """What a rulebook says of every observation of a world.

    What is asked of `like`, a model of another rulebook over the same world, is not built again
    where it comes out the same: so a changed rule costs no more than what it changes.
    """

    def __init__(self, rulebook: Rulebook, world: World, like: Model | None = None) -> None:
        self.rulebook = rulebook
        self.world = world
        self._like = like if like is not None and like.world is world else None
        self._all: dict[tuple[Condition, ...], Formula] = {}
        self.findings: dict[str, Formula] = {}
        self.rules = {rule.id: self.holds(rule) for rule in rulebook.assessment}
        for name in rulebook.findings:
            by = [self.rules[rule.id] for rule in rulebook.assessment if rule.object == name]
            self.findings[name] = any_of(by)
        self._changed = {FINDING + name for name in rulebook.findings if self._other_finding(name)}
        self._stood: dict[str, Formula] = {}
        self._placed = self._place(rulebook.planning)
        self.rules |= {rule.id: self.holds(rule) for rule in rulebook.planning}

    def _place(self, planning: Sequence[Rule]) -> Standings | None:
        """Where the items stand, stage by stage; None where nothing asks for it, till it is asked.

        Rules that ask where the others stand act on C1 alone, so the others stand without them.
        """
        told = self.rulebook.rules_and_variants
        if not any(reads_plan(when) for one in told for when in one.branches):
            return None
        placing = [rule for rule in planning if rule.verb in PLACING]
        waiting = [one for one in placing if any(map(reads_before, one.branches))]
        holds = {one.id: self.holds(one) for one in placing if one not in waiting}
        if waiting:
            first = [one for one in placing if one not in waiting]
            others = Standings(first, holds, but=(LAST,))
            self._note({before_last(item): (others, item) for item in ORDER if item != LAST})
            holds |= {one.id: self.holds(one) for one in waiting}
        placed = Standings(placing, holds)
        self._note({after_all(item): (placed, item) for item in ORDER})
        return placed

    def _note(self, fields: Mapping[str, tuple[Standings, str]]) -> None:
        """Keep where each item stands, by field and place; what is new here is asked anew."""
        for field, (standings, item) in fields.items():
            for place in PLACES:
                formula = standings.stands(item, place)
                self._stood[f"{field} {place}"] = formula
                before = self._like.stood(field, place) if self._like else None
                if before is None or not same(before, formula):
                    self._changed |= {field, QUESTION}

    def stood(self, field: str, place: str) -> Formula | None:
        """When an item stands at a place, where anything asks for it."""
        return self._stood.get(f"{field} {place}")

    def _other_finding(self, name: str) -> bool:
        """Whether a finding is not the very one of the model that this one is like."""
        before = self._like.findings.get(name) if self._like else None
        return before is None or not same(before, self.findings[name])

    def holds(self, one: Rule | Variant) -> Formula:
        """A rule or a variant holds: its conditions, and one of its cases where it has any."""
        return any_of([self.all(branch) for branch in one.branches])

    def all(self, when: Iterable[Condition]) -> Formula:
        """Every one of these conditions holds."""
        asked = tuple(when)
        known = self._all.get(asked)
        if known is None and self._like and not any(one.field in self._asked_anew for one in asked):
            known = self._like.known(asked)
        if known is None:
            known = all_of([self.meets(condition) for condition in asked])
        self._all[asked] = known
        return known

    @property
    def _asked_anew(self) -> set[str]:
        """The findings that mean something else here; none while only fields are asked about."""
        return getattr(self, "_changed", set())

    def known(self, when: tuple[Condition, ...]) -> Formula | None:
        """A conjunction that was built already."""
        return self._all.get(when)

    def meets(self, condition: Condition) -> Formula:
        """A condition holds, on a field, on a finding, or on where an item stands."""
        if condition.field in PLAN_FIELDS:
            return self._meets_standing(condition)
        if not condition.field.startswith(FINDING):
            return self.world.meets(condition)
        finding = self.findings[condition.field.removeprefix(FINDING)]
        yes = isinstance(condition.test, AnyOf) and "yes" in condition.test.values
        return finding if yes else no(finding)

    def _meets_standing(self, condition: Condition) -> Formula:
        """A condition on where an item stands, or on the steps now that end with a question."""
        test = condition.test
        if isinstance(test, AnyOf):
            return any_of([self._stood[f"{condition.field} {place}"] for place in test.values])
        if not isinstance(test, ListAny | ListNone):
            raise TypeError(test)
        asks = [self._stood[f"{after_all(item)} now"] for item in test.values]
        return any_of(asks) if isinstance(test, ListAny) else no(any_of(asks))

    @cached_property
    def standing(self) -> Standings:
        """Where each item stands."""
        return self._placed or Standings(self.rulebook.planning, self.rules)

    @cached_property
    def after(self) -> Mapping[tuple[str, str], Formula]:
        """Which item waits for which, directly or by what lies between."""
        return self.standing.comes_after()

    @cached_property
    def chosen(self) -> Mapping[str, Formula]:
        """For each wording variant that it is said."""
        return {
            variant.id: all_of([self.standing.step[variant.item], first])
            for variant, first in self.first.items()
        }

    @cached_property
    def first(self) -> Mapping[Variant, Formula]:
        """For each wording variant that it holds and none before it in its part does."""
        said: dict[Variant, Formula] = {}
        for words in self.rulebook.wording.values():
            for part in words.every:
                earlier: list[Formula] = []
                for variant in part.variants:
                    holds = self.holds(variant)
                    said[variant] = all_of([holds, *map(no, earlier)])
                    earlier.append(holds)
        return said

    @cached_property
    def ready(self) -> Mapping[str, Formula]:
        """For each item that it is held, and by nothing but what the client can lift.

        Whether it would come in a future session all the same is not asked here: then nothing is
        given to be said, so that less is said than is proved.
        """
        others: dict[str, list[Formula]] = {item: [] for item in ORDER}
        for rule, holds in self.told("hold"):
            for item in rule.items if rule.waits_for != "client" else ():
                others[item].append(holds)
        held = self.standing.held
        return {item: all_of([held[item], no(any_of(others[item]))]) for item in ORDER}

    def given(self, variant: Variant) -> Formula:
        """A variant is given to be said: of a step, or in few words of an item that is ready."""
        chosen = self.chosen[variant.id]
        if variant.part != "short":
            return chosen
        return any_of([chosen, all_of([self.ready[variant.item], self.first[variant]])])

    def told(self, verb: str) -> list[tuple[Rule, Formula]]:
        """The rules of a verb with the formulas for their holding."""
        rules = self.rulebook.rules
        return [(rule, self.rules[rule.id]) for rule in rules if rule.verb == verb]

    @cached_property
    def avoided(self) -> dict[str, Formula]:
        """For each code that it is among what to avoid; on a stop by rules on flags alone."""
        going = no(self.standing.stop)
        return _joined(
            (f"avoid {code}", holds if reads_flags(rule) else all_of([holds, going]))
            for rule, holds in self.told("avoid")
            for code in rule.codes
        )

    @cached_property
    def leads(self) -> dict[str, Formula]:
        """For each lead that it is given."""
        raised = (*self.told("stop"), *self.told("review"))
        return _joined((f"lead {rule.object}", holds) for rule, holds in raised)

    @cached_property
    def advised(self) -> dict[str, Formula]:
        """For each sentence beside the steps that it is told."""
        return _joined(self._advice())

    def _advice(self) -> Iterator[tuple[str, Formula]]:
        """Each sentence once for each rule that tells it."""
        standing = self.standing
        going = no(standing.stop)
        for verb in _SAID_UNLESS_STOPPED:
            for rule, holds in self.told(verb):
                yield f"{verb} {rule.object}{rule.text}", all_of([holds, going])
        for rule, holds in self.told("caution"):
            for item in rule.items:
                yield f"caution {item} {rule.text}", all_of([holds, standing.step[item]])
        earlier: list[Formula] = []
        for rule, holds in self.told("check_back"):
            yield f"check_back {rule.text}", all_of([holds, going, *map(no, earlier)])
            earlier.append(holds)

    @cached_property
    def placed(self) -> dict[str, Formula]:
        """Where everything stands, each part of it by a name."""
        return self.standing.outcome()

    @cached_property
    def said(self) -> dict[str, Formula]:
        """Each text that is said, by the item and the part that it is said in."""
        named = (
            (f"{variant.item}.{variant.part} {self._text(variant)}", self.given(variant))
            for variant in self.rulebook.variants
        )
        return _joined(named)

    def _text(self, variant: Variant) -> str:
        """A variant's text with everything that may fill its blanks."""
        slots = [slot for name, slot in self.rulebook.slots.items() if f"{{{name}}}" in variant.say]
        fills = [f"{slot.field}={dict(slot.values)} {slot.otherwise}" for slot in slots]
        return " ".join((variant.say, *fills))


def _joined(named: Iterable[tuple[str, Formula]]) -> dict[str, Formula]:
    """A sentence of several rules stands where any of them holds."""
    told: dict[str, list[Formula]] = {}
    for name, holds in named:
        told.setdefault(name, []).append(holds)
    return {name: any_of(by) for name, by in told.items()}


def differing(one: Mapping[str, Formula], other: Mapping[str, Formula]) -> dict[str, Any]:
    """The parts that may differ between two models, each with when it does."""
    parts: dict[str, Any] = {}
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name, NO), other.get(name, NO)
        if not same(before, after):
            parts[name] = unlike(before, after)
    return parts
