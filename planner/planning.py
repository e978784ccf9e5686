"""The planner: observation -> findings -> conclusions -> plan, the whole way in one page."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.composing import Placement, Placing
from planner.drafting import (
    Told,
    acting,
    avoided,
    by_verb,
    conflicts_of,
    followed_up,
    held_back,
    ruled_out,
    safety_of,
    summarized,
    texts,
)
from planner.facts import facts_of
from planner.matching import REMEMBERED, Matched, Matching
from planner.observation import Observation
from planner.plan import Because, Plan, RulebookMark, Step
from planner.questions import Questions
from planner.reasoning import Reasons
from planner.rulebook import Rule, Rulebook
from planner.shelf import rulebook_of
from planner.wording import Wordings

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
"""Where the rules that ship stand, in a checkout and where it is installed alike."""
_PLANS_KEPT = 64


class Planner:
    """Turns observations into plans, by the rules that ship or with a clinic's own pack.

    Thread-safe and fork-safe. A plan is a pure function of observation and rulebook, so the last
    plans are kept and handed out again; plans are frozen. They are kept without a lock, which a
    fork could leave locked forever: each step is one that Python does not divide.
    Raises `RulebookError` when the rules cannot be read, `EngineError` when the engine must not
    be given them.
    """

    def __init__(self, rulebook: Rulebook | None = None, *, remember: int = REMEMBERED) -> None:
        """Compile a rulebook; without one, the rules that ship.

        `remember` is how many answers of the engine are kept for each ruleset; 0 asks it each time.
        """
        if rulebook is None:
            rulebook = rulebook_of(SHIPPED)
        self.rulebook = rulebook
        self._mark = RulebookMark(rulebook.version, rulebook.edition)
        self._matching = Matching(rulebook, remember)
        self._wordings = Wordings(rulebook.wording, rulebook.slots, rulebook.handout)
        self._placing = Placing(rulebook.rules)
        self._questions = Questions(rulebook, self._placing)
        self._reasons = Reasons(rulebook)
        self._kept: dict[bytes, Plan] = {}
        self._keep = _PLANS_KEPT if remember else 0

    @classmethod
    def load(cls, directory: Path | str) -> Planner:
        """A planner with a clinic's own pack of rules added to those that ship."""
        return cls(rulebook_of(SHIPPED, [Path(directory)]))

    def plan(self, observation: Observation | Mapping[str, Any]) -> Plan:
        """The plan for one observation, or `ObservationError` with every problem in it."""
        key = self._key(observation)
        kept = self._kept.get(key) if key is not None else None
        if kept is not None:
            return kept
        plan = self._make(Observation.read(observation))
        if key is not None:
            if len(self._kept) >= self._keep:
                self._kept = {}
            self._kept[key] = plan
        return plan

    def plan_many(self, observations: Iterable[Observation | Mapping[str, Any]]) -> Iterator[Plan]:
        """The plans for many observations, in the same order, one at a time."""
        return map(self.plan, observations)

    def rules_that_hold(self, observation: Observation | Mapping[str, Any]) -> tuple[Rule, ...]:
        """Every rule of both stages that holds for an observation, in rule order."""
        return self._matching.holding(facts_of(Observation.read(observation))).rules

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
        matched = self._matching.holding(facts)
        known = {**facts, **matched.findings}
        placement = self._placing.place(self._placing.mask(matched.rules))
        stop = placement.disposition == "stop"
        told = by_verb(matched.rules)

        def why(rule: Rule) -> Because:
            return self._reasons.of(rule, known)

        rulebook = self.rulebook
        safety = safety_of(told, rulebook.leads, placement, why)
        return Plan(
            disposition=placement.disposition,
            summary=summarized(placement, rulebook, safety),
            steps=tuple(self._steps(placement, told, matched, why)),
            held=held_back(told, placement, why),
            barred=ruled_out(told, placement, why),
            avoid=avoided(told, rulebook, why, stop=stop),
            safety=safety,
            questions=() if stop else self._questions.of(facts, told["ask"]),
            follow_up=followed_up(told, rulebook.summary, stop=stop),
            supervision=self._supervised(placement, told),
            observation=observation.as_dict(),
            rulebook=self._mark,
            roots=() if stop else texts(told["root"]),
            conflicts=conflicts_of(told, placement, rulebook.summary),
        )

    def _steps(
        self,
        placement: Placement,
        told: Told,
        matched: Matched,
        why: Callable[[Rule], Because],
    ) -> Iterator[Step]:
        """Each step with its words, its cautions and its reasons."""
        for item, when, after in placement.steps:
            wording = self._wordings.of(item, self._matching.fitting(item, matched), matched.facts)
            words = self.rulebook.wording[item]
            orders = [
                rule for rule in acting(told["after"], item) if set(rule.follows) & set(after)
            ]
            grounds = (*acting(told["call"], item), *acting(told["delay"], item), *orders)
            yield Step(
                item=item,  # type: ignore[arg-type]  # one of rulebook.STEP_ITEMS
                when=when,
                after=after,
                title=words.title,
                purpose=words.purpose,
                words=wording.words,
                handout=wording.handout,
                changes=wording.changes,
                cautions=texts(acting(told["caution"], item)),
                because=tuple([why(rule) for rule in grounds]),
            )

    def _supervised(self, placement: Placement, told: Told) -> tuple[str, ...]:
        """What to bring to supervision."""
        summary = self.rulebook.summary
        if placement.disposition == "stop":
            return (summary["stop_supervision"],)
        questions = texts(told["supervise"])
        return questions if placement.steps else (summary["nothing_fits_supervision"], *questions)
