"""A rulebook as formulas over a world: what is said in its words, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from planner.planning.lines import reads_flags
from planner.planning.placing import PLACING
from planner.proving.fillings import Texts, texts_of
from planner.proving.logic import NO, Formula, all_of, any_of, no, same, unlike
from planner.proving.placed import Placed
from planner.rulebook.rulebook import ORDER, Part, Rule, Variant

Made = TypeVar("Made")

_OF_LINES = ("rules", "_by_verb", "avoided", "leads", "advised")
"""What a model keeps that rests on rules which place nothing and find nothing."""
_SAID_UNLESS_STOPPED = ("sign", "plan_b", "supervise", "root", "ask", "before")


class Model(Placed):
    """What a rulebook says of every observation of a world."""

    @cached_property
    def chosen(self) -> Mapping[str, Formula]:
        """For each wording variant that it is said."""
        return {
            variant.id: all_of([self.standing.step[variant.item], self.first[variant.id]])
            for variant in self.rulebook.variants
        }

    @cached_property
    def first(self) -> Mapping[str, Formula]:
        """For each wording variant that it holds and none before it in its part does."""
        said: dict[str, Formula] = {}
        like = self._like
        for item, words in self.rulebook.wording.items():
            before = like if like and like.rulebook.wording.get(item) is words else None
            for part in words.every:
                said |= self._first_of(part, before)
        return said

    def _first_of(self, part: Part, before: Model | None) -> Mapping[str, Formula]:
        """The same for one part; as it was `before`, where it holds when it did."""
        holds = [self.holds(one) for one in part.variants]
        if before and holds == [before.holds(one) for one in part.variants]:
            return {one.id: before.first[one.id] for one in part.variants}
        return {
            one.id: all_of([holds[place], *map(no, holds[:place])])
            for place, one in enumerate(part.variants)
        }

    @cached_property
    def texts(self) -> Sequence[tuple[Variant, Texts]]:
        """Each wording variant with all that its words may be."""
        known = self._like.texts if self._like and self._same_slots else ()
        return self._of_variants(known, lambda one: texts_of(one, self.rulebook.slots, self.world))

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
        return any_of([chosen, all_of([self.ready[variant.item], self.first[variant.id]])])

    def told(self, verb: str) -> list[tuple[Rule, Formula]]:
        """The rules of a verb with the formulas for their holding."""
        return [(rule, self.holds(rule)) for rule in self._by_verb.get(verb, ())]

    @cached_property
    def _by_verb(self) -> Mapping[str, Sequence[Rule]]:
        told: dict[str, list[Rule]] = {}
        for rule in self.rulebook.rules:
            told.setdefault(rule.verb, []).append(rule)
        return told

    @cached_property
    def avoided(self) -> dict[str, Formula]:
        """For each code that it is among what to avoid; on a stop by rules on flags alone."""
        going = no(self.standing.stop)
        return joined(
            (f"avoid {code}", holds if reads_flags(rule) else all_of([holds, going]))
            for rule, holds in self.told("avoid")
            for code in rule.codes
        )

    @cached_property
    def leads(self) -> dict[str, Formula]:
        """For each lead that it is given."""
        raised = (*self.told("stop"), *self.told("review"))
        return joined((f"lead {rule.object}", holds) for rule, holds in raised)

    @cached_property
    def advised(self) -> dict[str, Formula]:
        """For each sentence beside the steps that it is told."""
        return joined(self._advice())

    def _advice(self) -> Iterator[tuple[str, Formula]]:
        """Each sentence once for each rule that tells it."""
        for verb in (*_SAID_UNLESS_STOPPED, "caution", "check_back"):
            yield from self.advice(verb)

    def advice(self, verb: str, text: str | None = None) -> Iterator[tuple[str, Formula]]:
        """The sentences of a verb, once for each rule that tells it; or those with one text.

        To check back is told once, by the first rule that holds: there every text is given.
        """
        standing, told = self.standing, self.told(verb)
        going = no(standing.stop)
        earlier: list[Formula] = []
        for rule, holds in told:
            if verb == "check_back":
                yield f"{verb} {rule.text}", all_of([holds, going, *map(no, earlier)])
                earlier.append(holds)
            elif text is not None and rule.text != text:
                continue
            elif verb == "caution":
                for item in rule.items:
                    yield f"{verb} {item} {rule.text}", all_of([holds, standing.step[item]])
            else:
                yield f"{verb} {rule.object}{rule.text}", all_of([holds, going])

    def but(self, rule: Rule, changed: Rule | None) -> Model:
        """The same without a rule, or with another one of its verb and id in its place."""
        told = ((changed if one is rule else one) for one in self.rulebook.rules)
        rulebook = replace(self.rulebook, rules=tuple(one for one in told if one is not None))
        if rule.verb == "find" or rule.verb in PLACING:
            return Model(rulebook, self.world, like=self)
        same_but = copy(self)  # where all stands and what is found does not rest on it
        same_but.rulebook = rulebook
        for name in _OF_LINES:
            same_but.__dict__.pop(name, None)
        return same_but

    @cached_property
    def placed(self) -> dict[str, Formula]:
        """Where everything stands, each part of it by a name."""
        return self.standing.outcome()

    @cached_property
    def said(self) -> dict[str, Formula]:
        """Each text that is said, by the item and the part that it is said in."""
        return joined((name, self.given(variant)) for variant, name in self.named)

    @cached_property
    def named(self) -> Sequence[tuple[Variant, str]]:
        """Each wording variant with the name of what it says: its item, its part and its text."""
        known = self._like.named if self._like and self._same_slots else ()
        return self._of_variants(known, lambda one: f"{one.item}.{one.part} {self._text(one)}")

    @property
    def _same_slots(self) -> bool:
        """Whether the model that this one is like fills the words' blanks with the same."""
        return self._like is not None and self._like.rulebook.slots is self.rulebook.slots

    def _of_variants(
        self, known: Iterable[tuple[Variant, Made]], make: Callable[[Variant], Made]
    ) -> list[tuple[Variant, Made]]:
        """Each wording variant with what is made of it, or was made of it before."""
        made = {id(variant): told for variant, told in known}
        return [(one, made.get(id(one)) or make(one)) for one in self.rulebook.variants]

    def _text(self, variant: Variant) -> str:
        """A variant's text with everything that may fill its blanks."""
        slots = [slot for name, slot in self.rulebook.slots.items() if f"{{{name}}}" in variant.say]
        fills = [f"{slot.field}={dict(slot.values)} {slot.otherwise}" for slot in slots]
        return " ".join((variant.say, *fills))


def joined(named: Iterable[tuple[str, Formula]]) -> dict[str, Formula]:
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
