"""The lines of a plan beside its steps: what to avoid, safety, follow-up, summary, conflicts.

Every sentence comes from the rulebook; here it is only decided which stand in this plan. Which
rules hold is one number (see `numbering`), so a line that another plan had is known by the number
of its rules and the values that they asked about, and is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, TypeVar

from planner.plan.parts import Avoid, Barred, Because, FollowUp, Held, Item, PlanSafety, Ready
from planner.planning.matching import Matched
from planner.planning.memo import Memo
from planner.planning.numbering import Numbering
from planner.planning.placing import Placement
from planner.planning.reasons import Reasons
from planner.rulebook.conditions import asks_flags
from planner.rulebook.rulebook import WAITS, Lead, Rule, Rulebook

_KEPT = 256
"""Lines kept of each kind, most of which are asked for again by the next observations."""

_LINES = (1.5, 2000)
"""Megabytes for the lines of each kind, and bytes of one."""

_NOTHING_RAISED = PlanSafety("none", (), (), ())

Line = TypeVar("Line", Avoid, Held, Barred)
Written = Callable[[str, Sequence[Rule], tuple[Because, ...]], Line]
"""A line is made of its item or code, the rules that ask for it, and their reasons."""


class Lines:
    """Writes the lines of plans by one rulebook."""

    def __init__(self, rulebook: Rulebook, numbering: Numbering, reasons: Reasons) -> None:
        self._rulebook = rulebook
        self._numbering = numbering
        self._reasons = reasons
        avoiding = [rule for rule in rulebook.rules if rule.verb == "avoid"]
        self._avoiding = self._by_code(avoiding)
        self._avoiding_on_stop = self._by_code(filter(reads_flags, avoiding))
        self._avoid: Memo[tuple[str, int, Any], Avoid] = Memo(*_LINES)
        self._held: Memo[tuple[str, int, Any], Held] = Memo(*_LINES)
        self._barred: Memo[tuple[str, int, Any], Barred] = Memo(*_LINES)
        self._cue = lru_cache(maxsize=_KEPT)(self._cue_of)
        self._texts = lru_cache(maxsize=_KEPT)(self._sentences)
        self._followed_up = lru_cache(maxsize=_KEPT)(self._following)
        self.summary = lru_cache(maxsize=_KEPT)(partial(summarized, rulebook))
        """A plan in a few short sentences, of its placement, of the reasons to stop or consult, and
        of whether the event is slight."""
        says = numbering.saying
        self._later = says("sign") | says("plan_b") | says("check_back")

    def _by_code(self, rules: Iterable[Rule]) -> tuple[tuple[str, int], ...]:
        """The rules that name each avoid code, in the order of the codes."""
        known = list(rules)
        return tuple(
            (code, mask)
            for code in self._rulebook.avoid_codes
            if (mask := self._numbering.mask(rule for rule in known if code in rule.codes))
        )

    def _line(
        self,
        kept: Memo[tuple[str, int, Any], Line],
        write: Written[Line],
        of: tuple[str, int],
        matched: Matched,
    ) -> Line:
        """A line of an item or code and its rules: as it was written before, or anew."""
        name, rules = of
        key = name, rules, self._reasons.read(rules)(matched.known())
        line = kept.get(key)
        if line is not None:
            return line
        why = self._reasons.of(rules, matched)
        return kept.keep(key, write(name, self._numbering.rules(rules), why))

    def avoided(self, matched: Matched, *, stop: bool) -> tuple[Avoid, ...]:
        """What to avoid, in the order of the codes; on a stop only what the flags ask."""
        codes = self._avoiding_on_stop if stop else self._avoiding
        held = matched.held
        return tuple(
            [
                self._line(self._avoid, self._to_avoid, (code, held & rules), matched)
                for code, rules in codes
                if held & rules
            ]
        )

    def _to_avoid(self, code: str, _: Sequence[Rule], because: tuple[Because, ...]) -> Avoid:
        """A code with its sentence."""
        return Avoid(code, self._rulebook.avoid_codes[code].text, because)

    def held_back(
        self, matched: Matched, placement: Placement, words: Callable[[str], str]
    ) -> tuple[Held, ...]:
        """Each held item, with every condition that it waits for.

        `words` gives the short words of an item that the client can set free in the room, or ""
        where it would come in a future session all the same.
        """
        return tuple([self._held_item(item, matched, words) for item in placement.held])

    def _held_item(self, item: str, matched: Matched, words: Callable[[str], str]) -> Held:
        """One held item."""
        rules = self.acting("hold", item, matched)
        held = self._line(self._held, self._waiting, (item, rules), matched)
        cue = self._cue(rules) if held.waits_for == "client" else ""
        short = words(item) if cue else ""
        return replace(held, ready=Ready(cue, short)) if short else held

    def _cue_of(self, rules: int) -> str:
        """What the client shows when each of these holds falls."""
        told = dict.fromkeys(rule.cue for rule in self._numbering.rules(rules))
        return f" {self._rulebook.summary['cue_and']} ".join(told)

    def _waiting(self, item: str, rules: Sequence[Rule], because: tuple[Because, ...]) -> Held:
        """A held item with all that it waits for, each once, and the slowest of it."""
        until = "; and ".join(dict.fromkeys(rule.until or "" for rule in rules))
        slowest = max((rule.waits_for for rule in rules), key=WAITS.index)
        return Held(_item(item), until, because, waits_for=slowest)

    def ruled_out(self, matched: Matched, placement: Placement) -> tuple[Barred, ...]:
        """Each barred item, with every reason against it."""
        return tuple(
            [
                self._line(
                    self._barred, _against, (item, self.acting("bar", item, matched)), matched
                )
                for item in placement.barred
            ]
        )

    def acting(self, verb: str, item: str, matched: Matched) -> int:
        """The rules of a verb that hold and act on an item."""
        return matched.held & self._numbering.saying(verb, item)

    def texts(self, verb: str, matched: Matched, item: str = "") -> tuple[str, ...]:
        """The sentences of a verb, each once, in rule order."""
        return self._texts(self.acting(verb, item, matched))

    def _sentences(self, rules: int) -> tuple[str, ...]:
        """The sentences of some rules, each once, in rule order."""
        return tuple(dict.fromkeys([rule.text or "" for rule in self._numbering.rules(rules)]))

    def safety_of(self, matched: Matched, placement: Placement) -> PlanSafety:
        """What comes before any repair.

        On a stop only what stops is acted upon: what to do before the next session, or with the
        plan, would contradict it. Whatever else was flagged is named, and goes to supervision.
        """
        if placement.disposition == "proceed":
            return _NOTHING_RAISED
        stops = self._numbering.rules(self.acting("stop", "", matched))
        reviews = self._numbering.rules(self.acting("review", "", matched))
        raised = (*stops, *reviews)
        first = self._led_by(stops or reviews)
        return PlanSafety(
            placement.disposition,
            (*(lead.reason for lead in first), *self._beside(stops, reviews)),
            _each(lead.first_actions for lead in first),
            _each(lead.contacts for lead in first),
            _each(lead.record for lead in self._led_by(raised)),
            self._reasons.each(raised, matched),
        )

    def leads(self, matched: Matched) -> tuple[Lead, ...]:
        """Every lead that is raised, what stops first."""
        raised = self.acting("stop", "", matched), self.acting("review", "", matched)
        return tuple(self._led_by(one for rules in raised for one in self._numbering.rules(rules)))

    def _led_by(self, rules: Iterable[Rule]) -> list[Lead]:
        """What the plan says where these rules hold, each once."""
        return [self._rulebook.leads[key] for key in dict.fromkeys(rule.object for rule in rules)]

    def _beside(self, stops: Sequence[Rule], reviews: Sequence[Rule]) -> tuple[str, ...]:
        """What was flagged beside something that stops the plan, in one sentence."""
        if not stops or not reviews:
            return ()
        matters = "; ".join(f"{rule.title[:1].lower()}{rule.title[1:]}" for rule in reviews)
        return (self._rulebook.summary["stop_also"].format(matters=matters),)

    def conflicts_of(self, matched: Matched, placement: Placement) -> tuple[str, ...]:
        """Where one rule asks for an item and another, that goes first, speaks against it."""
        against = [(item, "bar") for item in placement.barred]
        against += [(item, "hold") for item in placement.held]
        rules, pattern = self._numbering.rules, self._rulebook.summary["conflict"]
        return tuple(
            [
                pattern.format(
                    caller=rules(calls)[0].title,
                    item=item,
                    holder=rules(self.acting(verb, item, matched))[0].title,
                )
                for item, verb in against
                if (calls := self.acting("call", item, matched))
            ]
        )

    def followed_up(self, matched: Matched, *, stop: bool) -> FollowUp:
        """How to tell that it helped, and what else; on a stop, only when to look again."""
        return self._followed_up(matched.held & self._later, stop)

    def _following(self, rules: int, stop: bool) -> FollowUp:  # a key of a memo
        """The same, of the rules that say so; the first rule that names a time sets it."""
        if stop:
            return FollowUp((), (), self._rulebook.summary["stop_check_back"])
        signs, lands_badly, back = (
            self._sentences(rules & self._numbering.saying(verb))
            for verb in ("sign", "plan_b", "check_back")
        )
        return FollowUp(signs, lands_badly, back[0] if back else "")


def reads_flags(rule: Rule) -> bool:
    """Whether a rule speaks of the safety flags: in each of its cases, if it has any."""
    return all(map(asks_flags, rule.branches))


def _against(item: str, _: Sequence[Rule], because: tuple[Because, ...]) -> Barred:
    """A barred item."""
    return Barred(_item(item), because)


def _each(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All sentences of several lists, each once."""
    return tuple(dict.fromkeys(text for one in lists for text in one))


def _item(item: str) -> Item:
    """An item's name, as its type knows it: reading has refused every other."""
    return item  # type: ignore[return-value]  # one of rulebook.STEP_ITEMS


def summarized(
    rulebook: Rulebook, placement: Placement, reasons: tuple[str, ...], slight: bool
) -> str:
    """The plan in a few short sentences; one for a slight event that one step answers."""
    summary = rulebook.summary
    titles = {item: words.title.lower() for item, words in rulebook.wording.items()}
    if placement.disposition == "stop":
        return summary["stop"].format(reasons=" ".join(reasons))
    lines: list[str] = []
    if reasons:
        lines.append(summary["review_first"].format(reasons=" ".join(reasons)))
    if not placement.steps:
        return " ".join((*lines, summary["nothing_fits"]))
    for when, key in (
        ("now", "now"),
        ("later_this_session", "later"),
        ("future_session", "future"),
    ):
        named = [
            f"{titles.get(item, item)} ({item})" for item, at, _ in placement.steps if at == when
        ]
        if named:
            alone = slight and key == "now" and len(placement.steps) == 1
            line = "one_step" if alone else f"steps_{key}"
            lines.append(summary[line].format(**{key: ", then ".join(named)}))
    for key, items in (("held", placement.held), ("barred", placement.barred)):
        if items:
            lines.append(summary[key].format(**{key: ", ".join(items)}))
    return " ".join(lines)
