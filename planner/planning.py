"""The planner: observation -> findings -> conclusions -> plan, the whole way in one page."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from planner.composing import Placement, place, reason
from planner.drafting import (
    avoided,
    conflicts_of,
    followed_up,
    held_back,
    ruled_out,
    safety_of,
    summarized,
    texts,
)
from planner.facts import Fact, facts_of
from planner.matching import REMEMBERED, Matching, View
from planner.observation import Observation
from planner.plan import Because, Plan, RulebookMark, Step
from planner.questions import Questions
from planner.rulebook import Rule, Rulebook
from planner.wording import Wordings

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
"""Where the rules that ship stand, in a checkout and where it is installed alike."""
_PLANS_KEPT = 128


class Planner:
    """Turns observations into plans, by the rules that ship or with a clinic's own pack.

    Thread-safe and fork-safe. A plan is a pure function of observation and rulebook, so the last
    plans are kept and handed out again; plans are frozen.
    Raises `RulebookError` when the rules cannot be read, `EngineError` when they cannot be compiled.
    """

    def __init__(self, rulebook: Rulebook | None = None, *, remember: int = REMEMBERED) -> None:
        """Compile a rulebook; without one, the rules that ship.

        `remember` is how many answers of the engine are kept for each ruleset; 0 asks it each time.
        """
        if rulebook is None:
            from planner.reading import read_rulebook

            rulebook = read_rulebook(SHIPPED)
        self.rulebook = rulebook
        self._mark = RulebookMark(rulebook.version, rulebook.edition)
        self._matching = Matching(rulebook, remember)
        self._wordings = Wordings(rulebook.wording, rulebook.slots, rulebook.handout)
        self._questions = Questions(rulebook)
        self._kept: OrderedDict[bytes, Plan] = OrderedDict()
        self._keep = _PLANS_KEPT if remember else 0
        self._lock = Lock()

    @classmethod
    def load(cls, directory: Path | str) -> Planner:
        """A planner with a clinic's own pack of rules added to those that ship."""
        from planner.reading import read_rulebook

        return cls(read_rulebook(SHIPPED, [Path(directory)]))

    def plan(self, observation: Observation | Mapping[str, Any]) -> Plan:
        """The plan for one observation, or `ObservationError` with every problem in it."""
        key = self._key(observation)
        if key is not None:
            with self._lock:
                kept = self._kept.get(key)
                if kept is not None:
                    self._kept.move_to_end(key)
                    return kept
        plan = self._make(Observation.read(observation))
        if key is not None:
            with self._lock:
                self._kept[key] = plan
                if len(self._kept) > self._keep:
                    self._kept.popitem(last=False)
        return plan

    def plan_many(self, observations: Iterable[Observation | Mapping[str, Any]]) -> Iterator[Plan]:
        """The plans for many observations, in the same order, one at a time."""
        return map(self.plan, observations)

    def rules_that_hold(self, observation: Observation | Mapping[str, Any]) -> tuple[Rule, ...]:
        """Every rule of both stages that holds for an observation, in rule order."""
        return self._matching.holding(facts_of(Observation.read(observation)))[1]

    def _key(self, observation: Observation | Mapping[str, Any]) -> bytes | None:
        """An observation's own bytes, to know it again; None for what cannot be written so."""
        if not self._keep or type(observation) is not dict:
            return None
        try:
            return marshal.dumps(observation, 2)
        except (ValueError, RecursionError):
            return None

    def _make(self, observation: Observation) -> Plan:
        """Match both stages and compose what they say."""
        facts = facts_of(observation)
        view, rules = self._matching.holding(facts)
        placement = place(rules)
        stop = placement.disposition == "stop"

        def why(rule: Rule) -> Because:
            return reason(rule, facts, view)

        rulebook = self.rulebook
        safety = safety_of(rules, rulebook.leads, placement, why)
        return Plan(
            disposition=placement.disposition,
            summary=summarized(placement, rulebook, safety),
            steps=tuple(self._steps(placement, rules, facts, view)),
            held=held_back(rules, placement, why),
            barred=ruled_out(rules, placement, why),
            avoid=avoided(rules, rulebook, why, stop=stop),
            safety=safety,
            questions=() if stop else self._asked(facts, rules),
            follow_up=followed_up(rules, rulebook.summary, stop=stop),
            supervision=self._supervised(placement, rules),
            observation=observation.as_dict(),
            rulebook=self._mark,
            roots=() if stop else texts(rules, "root"),
            conflicts=conflicts_of(rules, placement, rulebook.summary),
        )

    def _steps(
        self, placement: Placement, rules: Iterable[Rule], facts: Mapping[str, Fact], view: View
    ) -> Iterator[Step]:
        """Each step with its words, its cautions and its reasons."""
        for item, when, after in placement.steps:
            acting = [rule for rule in rules if item in rule.items]
            wording = self._wordings.of(item, self._matching.words(item, view), facts)
            words = self.rulebook.wording[item]
            yield Step(
                item=item,  # type: ignore[arg-type]  # one of rulebook.STEP_ITEMS
                when=when,
                after=after,
                title=words.title,
                purpose=words.purpose,
                words=wording.words,
                handout=wording.handout,
                changes=wording.changes,
                cautions=texts(acting, "caution"),
                because=tuple(
                    reason(rule, facts, view)
                    for verb in ("call", "delay", "after")
                    for rule in acting
                    if rule.verb == verb and (verb != "after" or set(rule.follows) & set(after))
                ),
            )

    def _asked(self, facts: Mapping[str, Fact], rules: Iterable[Rule]) -> Any:
        """The questions whose answers would change this plan."""
        return self._questions.of(facts, [rule for rule in rules if rule.verb == "ask"])

    def _supervised(self, placement: Placement, rules: Iterable[Rule]) -> tuple[str, ...]:
        """What to bring to supervision."""
        summary = self.rulebook.summary
        if placement.disposition == "stop":
            return (summary["stop_supervision"],)
        questions = texts(rules, "supervise")
        return questions if placement.steps else (summary["nothing_fits_supervision"], *questions)
