"""The brief of a plan: what a person needs in the five minutes before the session, by rank.

Every text was written short and is taken whole or left out whole; nothing here cuts words. The
limits of the texts are checked when rules are read, so that their sum holds for every observation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from planner.contract.facts import Fact
from planner.plan.brief import Brief, Check, NotNow, Say, Then
from planner.plan.parts import Avoid, Held, Step
from planner.planning.matching import Matched
from planner.planning.numbering import Numbering
from planner.planning.placing import Placement
from planner.rulebook.conditions import Conjunction
from planner.rulebook.counting import BEFORE, BRIEF, CODE, LEAD, blanks_in, fitting, words_in
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import asking_items, known_after
from planner.rulebook.rulebook import FAMILIES, WAITS, Lead, Rule, Rulebook

SHOWN = 3
"""How many things not to do the brief names."""
ELSEWHERE, MIND = 70, 25
"""Words of all other items together, and of what to mind."""
_KEPT = 256


class Composed(NamedTuple):
    """What of the plan the brief is made from."""

    matched: Matched
    placement: Placement
    steps: tuple[Step, ...]
    held: tuple[Held, ...]
    avoid: tuple[Avoid, ...]
    """What to avoid, ranked."""
    leads: Sequence[Lead]
    """The flags raised, the leading one first."""
    check: Check | None


class Briefing:
    """Makes the briefs of plans by one rulebook."""

    def __init__(self, rulebook: Rulebook, numbering: Numbering) -> None:
        self._rulebook = rulebook
        self._numbering = numbering
        self._asking = asking_items(rulebook.vocabulary)
        self._minding = lru_cache(maxsize=_KEPT)(self._to_mind)
        self._otherwise = lru_cache(maxsize=_KEPT)(self._if_not)
        self._led = lru_cache(maxsize=_KEPT)(self._leading)
        self._before = lru_cache(maxsize=_KEPT)(self._to_see_to)

    def of(self, plan: Composed) -> Brief:
        """The brief; on a stop only what comes before any repair."""
        consult = tuple(self._consult(plan.leads))
        if plan.placement.disposition == "stop":
            return Brief(consult)
        held, saying = plan.matched.held, self._numbering.saying
        first = plan.steps[0] if plan.steps else None
        item = first.item if first else ""
        return Brief(
            consult=consult,
            before=self._before(held & saying("before")),
            say=Say(first.item, first.short, blanks_in(first.short)) if first else None,
            then=tuple([Then(one.item, one.when, one.line, one.short) for one in plan.steps[1:]]),
            mind=self._minding(held & saying("caution", item)) if item else (),
            dont=self._not_to_do(plan),
            not_now=self._not_now(plan),
            check=plan.check,
            if_not=self._otherwise(held & saying("plan_b"), item) if item else None,
        )

    def _consult(self, leads: Sequence[Lead]) -> Iterator[str]:
        """The leading reason with its first actions whole, and a line for each further flag."""
        for lead in leads[:1]:
            yield lead.reason
            yield from lead.first_actions
        other = self._rulebook.summary["brief_flag"]
        lines = (_short(lead.short, lead.reason, LEAD) or other for lead in leads[1:])
        yield from dict.fromkeys(lines)

    def _to_see_to(self, rules: int) -> tuple[str, ...]:
        """What to see to before the session."""
        return fitting((rule.text or "" for rule in self._numbering.rules(rules)), BEFORE)

    def _to_mind(self, rules: int) -> tuple[str, ...]:
        """The cautions of the first step: those that ask for something before those that warn."""
        told = sorted(self._numbering.rules(rules), key=lambda rule: not rule.supplies)
        texts = (_short(rule.brief, rule.text or "", BRIEF["caution"]) for rule in told)
        return fitting(filter(None, texts), MIND)

    def _if_not(self, rules: int, item: str) -> str | None:
        """The plan B that is written for the first step, or else one that fits any."""
        told = [
            (not rule.items, -_asked(rule), text)
            for rule in self._numbering.rules(rules)
            if item in rule.items or not rule.items
            if (text := _short(rule.brief, rule.text or "", BRIEF["plan_b"]))
        ]
        return min(told, key=lambda one: one[:2])[2] if told else None

    def _not_to_do(self, plan: Composed) -> tuple[str, ...]:
        """Up to three codes of different families, in their rank; none that goes without saying."""
        told: dict[str, str] = {}
        known: Mapping[str, Fact] | None = None
        for one in plan.avoid:
            code = self._rulebook.avoid_codes[one.code]
            text = _short(code.brief, code.text, CODE)
            if not text or (code.family or code.code) in told:
                continue
            if code.brief_when is not None:
                known = known or self._known(plan)
                if not _any(code.brief_when, known):
                    continue
            told[code.family or code.code] = text
            if len(told) == SHOWN:
                break
        return tuple(dict.fromkeys(told.values()))

    def _known(self, plan: Composed) -> Mapping[str, Fact]:
        """All that a code may ask: facts, findings, and where the items stand."""
        where: dict[str, str] = {item: when for item, when, _ in plan.placement.steps}
        where |= dict.fromkeys(plan.placement.held, "held")
        where |= dict.fromkeys(plan.placement.barred, "barred")
        matched = plan.matched
        return {**matched.facts, **matched.findings, **known_after(where, self._asking)}

    def _not_now(self, plan: Composed) -> tuple[NotNow, ...]:
        """Each held or barred item, with why; and the cues of what is ready, as far as they fit."""
        rules = plan.matched.held
        why = {
            item: self._led(rules & self._numbering.saying(verb, item), verb)
            for verb, items in (("hold", plan.placement.held), ("bar", plan.placement.barred))
            for item in items
        }
        room = ELSEWHERE - sum(words_in(one.line) for one in plan.steps[1:])
        room -= sum(map(words_in, why.values()))
        ready: dict[str, str] = {one.item: one.ready.cue for one in plan.held if one.ready}
        told: list[NotNow] = []
        for item, text in why.items():
            cue = ready.get(item)
            length = words_in(cue) if cue else 0
            if length > room:
                cue, length = None, 0
            room -= length
            told.append(NotNow(item, text, cue))
        return tuple(told)

    def _leading(self, rules: int, verb: str) -> str:
        """Why an item is not used now: of the rules that wait longest, the first that says it."""
        told = self._numbering.rules(rules)
        ranked = sorted(told, key=lambda rule: -WAITS.index(rule.waits_for))
        usual = self._rulebook.summary["brief_held" if verb == "hold" else "brief_barred"]
        return next((rule.brief for rule in ranked if rule.brief), usual)


class Ranking:
    """The order in which a plan names what not to do: by family, then by how well it fits."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._families = rulebook.families
        self._family = {key: code.family for key, code in rulebook.avoid_codes.items()}
        self._rank = lru_cache(maxsize=_KEPT)(self._rank_of)

    def of(self, avoid: Sequence[Avoid], first: str) -> tuple[Avoid, ...]:
        """The lines, those of the families first that matter most beside the first step."""
        return tuple(sorted(avoid, key=lambda one: (self._rank(one.code, first), -_matched(one))))

    def _rank_of(self, code: str, first: str) -> int:
        """The place of a code's family; those without a family come last."""
        order = self._families.get(first, FAMILIES)
        family = self._family[code]
        return order.index(family) if family in order else len(order)


def _matched(one: Avoid) -> int:
    """How many facts the rule matched that fits best."""
    return max([len(reason.facts) for reason in one.because], default=0)


def _asked(rule: Rule) -> int:
    """How many fields a rule asks about, in the case that asks most."""
    return max(len({condition.field for condition in when}) for when in rule.branches)


def _any(cases: Sequence[Conjunction], known: Mapping[str, Fact]) -> bool:
    """Whether any of these cases holds."""
    return any(hold(case, known) for case in cases)


def _short(written: str, whole: str, most: int) -> str:
    """The text written for the brief, or the whole one where it is short enough; else nothing."""
    return written or (whole if words_in(whole) <= most else "")
