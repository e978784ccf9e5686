"""Which rules of a rulebook hold, and where the items stand by them, as formulas over a world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self

from planner.planning.placing import PLACING
from planner.proving.logic import Formula, all_of, any_of, no, same
from planner.proving.standing import Standings
from planner.proving.world import World
from planner.rulebook.conditions import AnyOf, Condition, ListAny, ListNone
from planner.rulebook.plan_fields import (
    LAST,
    PLACES,
    PLAN,
    PLAN_FIELDS,
    QUESTION,
    after_all,
    before_last,
)
from planner.rulebook.rulebook import ORDER, Rule, Rulebook, Variant

FINDING = "finding."
_BEFORE = frozenset(before_last(item) for item in ORDER if item != LAST)


class Placed:
    """Which rules hold, and where each item stands, for every observation of a world.

    What is asked of `like`, a model of another rulebook over the same world, is not built again
    where it comes out the same: so a changed rule costs no more than what it changes.
    """

    def __init__(self, rulebook: Rulebook, world: World, like: Self | None = None) -> None:
        self.rulebook = rulebook
        self.world = world
        self._like = like if like is not None and like.world is world else None
        self._all: dict[tuple[Condition, ...], Formula] = {}
        self._held: dict[int, tuple[Rule | Variant, Formula]] = {}
        self.read: dict[int, tuple[Rule | Variant, frozenset[str]]]
        self.read = self._like.read if self._like else {}  # by identity: hashing one is slow
        self._changed: frozenset[str] = frozenset()
        by: dict[str, list[Formula]] = {name: [] for name in rulebook.findings}
        for rule in rulebook.assessment:
            by[rule.object].append(self.holds(rule))
        self.findings = {name: any_of(holds) for name, holds in by.items()}
        self._change(FINDING + name for name in rulebook.findings if self._other_finding(name))
        self.stood: dict[str, Formula] = {}  # when an item stands at a place, where anything asks
        self.first_placed: Standings | None = None
        self.placed_all = self._place(rulebook.planning) if self.asks_places else None

    @cached_property
    def rules(self) -> Mapping[str, Formula]:
        """For each rule, by its id, that it holds."""
        return {rule.id: self.holds(rule) for rule in self.rulebook.rules}

    @cached_property
    def asks_places(self) -> bool:
        """Whether anything asks where an item stands, here or in what this is like."""
        if self._like and self._like.asks_places:
            return True
        told = self.rulebook.rules_and_variants
        return any(field.startswith(PLAN) for one in told for field in self._fields(one))

    def _change(self, fields: Iterable[str]) -> None:
        """Note what means something else here than in the model that this one is like."""
        self._changed = self._changed.union(fields)

    def _place(self, planning: Sequence[Rule]) -> Standings:
        """Where the items stand, stage by stage.

        Rules that ask where the others stand act on C1 alone, so the others stand without them.
        """
        placing = [rule for rule in planning if rule.verb in PLACING]
        late = {one.id for one in placing if not _BEFORE.isdisjoint(self._fields(one))}
        like = self._like
        if late:
            first = [one for one in placing if one.id not in late]
            before = like.first_placed if like else None
            self.first_placed = self._stand(first, before, but=(LAST,))
            self._note(before_last, self.first_placed, before)
        before = like.placed_all if like else None
        placed = self._stand(placing, before)
        self._note(after_all, placed, before)
        return placed

    def _stand(
        self, rules: Sequence[Rule], like: Standings | None, but: Collection[str] = ()
    ) -> Standings:
        """Where each item stands by these rules; the very one of `like` where it rests on them."""
        rests = [(rule, self.holds(rule)) for rule in rules if rule.verb in PLACING]
        return like if like and like.rests_on(rests, but) else Standings(rests, but, like)

    def _note(self, field: Callable[[str], str], placed: Standings, like: Standings | None) -> None:
        """Keep where each item stands, by its field and the place; what is new is asked anew."""
        before = self._like.stood if self._like and like else {}
        for name, item in ((field(item), item) for item in ORDER):
            if like and (placed is like or placed.stands_as_in(like, item)):
                self.stood |= {f"{name} {place}": before[f"{name} {place}"] for place in PLACES}
                continue
            for place in PLACES:
                formula = placed.stands(item, place)
                self.stood[f"{name} {place}"] = formula
                if before.get(f"{name} {place}") is not formula:
                    self._change((name, QUESTION))

    def _other_finding(self, name: str) -> bool:
        """Whether a finding is not the very one of the model that this one is like."""
        before = self._like.findings.get(name) if self._like else None
        return before is None or not same(before, self.findings[name])

    def holds(self, one: Rule | Variant) -> Formula:
        """A rule or a variant holds: its conditions, and one of its cases where it has any."""
        known = self._held.get(id(one))
        if known is None:
            known = self._like.held(one) if self._like else None
            if known is None or not self._changed.isdisjoint(self._fields(one)):
                known = one, any_of([self.all(branch) for branch in one.branches])
            self._held[id(one)] = known
        return known[1]

    def held(self, one: Rule | Variant) -> tuple[Rule | Variant, Formula] | None:
        """When this very rule or variant holds, where it was asked already."""
        return self._held.get(id(one))

    def _fields(self, one: Rule | Variant) -> frozenset[str]:
        """What a rule or a variant asks about; looked for once, for all models that are alike."""
        known = self.read.get(id(one))
        if known is None:
            fields = frozenset(condition.field for when in one.branches for condition in when)
            known = self.read[id(one)] = one, fields
        return known[1]

    def all(self, when: Iterable[Condition]) -> Formula:
        """Every one of these conditions holds."""
        asked = tuple(when)
        known = self._all.get(asked)
        if known is None and self._like and not any(one.field in self._changed for one in asked):
            known = self._like.known(asked)
        if known is None:
            known = all_of([self.meets(condition) for condition in asked])
        self._all[asked] = known
        return known

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
            return any_of([self.stood[f"{condition.field} {place}"] for place in test.values])
        if not isinstance(test, ListAny | ListNone):
            raise TypeError(test)
        asks = [self.stood[f"{after_all(item)} now"] for item in test.values]
        return any_of(asks) if isinstance(test, ListAny) else no(any_of(asks))

    @cached_property
    def standing(self) -> Standings:
        """Where each item stands."""
        like = self._like.standing if self._like else None
        return self.placed_all or self._stand(self.rulebook.planning, like)

    @cached_property
    def after(self) -> Mapping[tuple[str, str], Formula]:
        """Which item waits for which, directly or by what lies between."""
        return self.standing.comes_after()
