"""The planner: observation -> findings -> conclusions -> plan, in one module."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from planner.contract.facts import Fact, facts_of
from planner.contract.plain import plainly
from planner.plan.parts import RulebookMark, Step
from planner.plan.plan import Plan
from planner.planning.asking import SAMPLED, Asking
from planner.planning.briefing import Briefing, Composed, Ranking
from planner.planning.fitting import Fitting
from planner.planning.lines import Lines
from planner.planning.matching import Matched, Matching
from planner.planning.memo import Memo
from planner.planning.numbering import Numbering
from planner.planning.placing import Placement, Placing
from planner.planning.questions import Questions
from planner.planning.reasons import Reasons, values_of
from planner.planning.stages import Stages
from planner.planning.table import Answers, Compiled, answers_of
from planner.planning.telling import Asked
from planner.planning.viewing import YES
from planner.planning.wording import SEE_WHOLE, Wording, Wordings
from planner.reading.shipped import SHIPPED, rulebook_with
from planner.rulebook.rulebook import Rule, Rulebook, When

if TYPE_CHECKING:
    from planner.contract.observation import Observation
    from planner.planning.sending import Ask

_PLANS = (3.0, 60_000)
"""Megabytes for plans, and bytes of one with its JSON."""
_WORDS = (2.0, 2500)
_STEPS = (4.0, 5000)


class Planner:
    """Turns observations into plans, by the rules that ship or with a clinic's own pack.

    Thread-safe and fork-safe. A plan is a pure function of observation and rulebook, so the last
    plans are kept and handed out again; plans are frozen. They are kept without a lock, which a
    fork could leave locked forever: each step is one that Python does not divide.
    Raises `RulebookError` when the rules cannot be read, `EngineError` when the engine must not
    be given them.
    """

    def __init__(
        self,
        rulebook: Rulebook | None = None,
        *,
        ask: Ask = "sampled",
        answers: Answers | None = None,
    ) -> None:
        """Compile a rulebook; without one, the rules that ship.

        The engine is asked when the rules are compiled, and what it said is kept as a table. With
        `ask` "sampled" one plan in 256 is asked of it again, with "always" each that is made.
        `answers` is what it said of these very rules, where that was kept.
        """
        self._packs: tuple[str, ...] | None = () if rulebook is None else None
        if rulebook is None:
            rulebook, answers = rulebook_with(SHIPPED, (), Answers, answers_of)
        self.rulebook = rulebook
        self._mark = RulebookMark(rulebook.version, rulebook.edition)
        self._numbering = Numbering(rulebook.rules)
        compiled = Compiled(rulebook, answers)
        self._answers = compiled.answers
        self._matching = Matching(rulebook, compiled)
        self._fitting = Fitting(rulebook, compiled)
        self._ask = ask
        asking = Asking(compiled, self._fitting, 1 if ask == "always" else SAMPLED)
        self._wordings = Wordings(
            rulebook.wording,
            rulebook.slots,
            rulebook.handout,
            rulebook.summary.get("see_whole_words", SEE_WHOLE),
        )
        self._placing = Placing(rulebook.rules)
        self._stages = Stages(rulebook, self._matching, self._placing, asking)
        self._questions = Questions(rulebook, self._placing, self._matching)
        self._reasons = Reasons(self._numbering)
        self._lines = Lines(rulebook, self._numbering, self._reasons)
        self._briefing = Briefing(rulebook, self._numbering)
        self._ranking = Ranking(rulebook)
        self._worded: Memo[tuple[str, int, Any], Wording] = Memo(*_WORDS)
        self._made: Memo[tuple[Any, ...], Step] = Memo(*_STEPS)
        self._slots = {item: values_of(self._wordings.asked(item)) for item in rulebook.wording}
        self._kept: Memo[bytes, Plan] = Memo(*_PLANS)

    def __reduce__(self) -> tuple[Callable[..., Planner], tuple[object, ...]]:
        """It travels to another process as the paths of its rules, which are read there once.

        One whose rulebook was handed over travels as that and what the engine said of it.
        """
        from planner.planning.sending import arrived

        if self._packs is None:
            return partial(type(self), ask=self._ask, answers=self._answers), (self.rulebook,)
        return arrived, (type(self).load, self._packs, self._ask, self.rulebook.edition)

    def __copy__(self) -> Planner:
        """The planner itself: it never changes, so that a copy would only be slower."""
        return self

    def __deepcopy__(self, _: object) -> Planner:
        """As above."""
        return self

    @classmethod
    def load(cls, *directories: Path | str, ask: Ask = "sampled") -> Planner:
        """A planner with a clinic's own pack of rules, or several, added to those that ship.

        Raises `RulebookError` with every mistake, where a pack is not there too.
        """
        packs = [Path(one) for one in directories]
        absolute = [one.absolute() for one in packs]
        packs = absolute if len(packs) > 1 else packs  # their order is that of how they are called
        rulebook, answers = rulebook_with(SHIPPED, packs, Answers, answers_of)
        planner = cls(rulebook, ask=ask, answers=answers)
        planner._packs = tuple(map(str, absolute))
        return planner

    def plan(self, observation: Observation | Mapping[str, Any]) -> Plan:
        """The plan for one observation, or `ObservationError` with every problem in it."""
        key = self._key(observation)
        kept = self._kept.get(key) if key is not None else None
        if kept is not None:
            return kept
        plan = self._make(*_read(observation))
        return plan if key is None else self._kept.keep(key, plan)

    def plan_many(self, observations: Iterable[Observation | Mapping[str, Any]]) -> Iterator[Plan]:
        """The plans for many observations, in the same order, one at a time."""
        return map(self.plan, observations)

    def rules_that_hold(self, observation: Observation | Mapping[str, Any]) -> tuple[Rule, ...]:
        """Every rule that holds for an observation, findings among them, in rule order."""
        matched, _ = self._stages.through(_read(observation)[0])
        return self._numbering.split(matched.held)

    def known(self, observation: Observation | Mapping[str, Any]) -> Mapping[str, Fact]:
        """All that rules ask about of an observation: facts, findings, where the items stand.

        Where the items stand is there only where some rule or variant asks for it.
        """
        matched, _ = self._stages.through(_read(observation)[0])
        return MappingProxyType(matched.known())

    def _key(self, observation: Observation | Mapping[str, Any]) -> bytes | None:
        """An observation's own bytes, to know it again; None for what cannot be written so."""
        if type(observation) is not dict:
            return None
        try:
            return marshal.dumps(observation, 2)
        except (ValueError, RecursionError):
            return None

    def _make(self, facts: Mapping[str, Fact], shape: Mapping[str, Any]) -> Plan:
        """Match and place, stage by stage, and compose what they say."""
        matched, placement = self._stages.through(facts)
        stop = placement.disposition == "stop"
        lines = self._lines
        asks = self._numbering.rules(lines.acting("ask", "", matched))
        safety = lines.safety_of(matched, placement)
        questions = () if stop else self._questions.of(matched, asks)
        composed = self._composed(matched, placement, questions)
        return Plan(
            disposition=placement.disposition,
            summary=lines.summary(placement, safety.reasons, _slight(matched)),
            steps=composed.steps,
            held=composed.held,
            barred=lines.ruled_out(matched, placement),
            avoid=composed.avoid,
            safety=safety,
            questions=tuple([one.question for one in questions]),
            follow_up=lines.followed_up(matched, stop=stop),
            supervision=self._supervised(placement, matched),
            observation=shape,
            rulebook=self._mark,
            roots=() if stop else lines.texts("root", matched),
            conflicts=lines.conflicts_of(matched, placement),
            brief=self._briefing.of(composed),
        )

    def _composed(
        self, matched: Matched, placement: Placement, questions: Sequence[Asked]
    ) -> Composed:
        """What both the plan and its brief are made from."""
        lines, stop = self._lines, placement.disposition == "stop"
        steps = tuple(self._steps(placement, matched))
        held = lines.held_back(matched, placement, partial(self._ready, matched=matched))
        avoid = self._ranking.of(lines.avoided(matched, stop=stop), steps[0].item if steps else "")
        leads = lines.leads(matched) if placement.disposition != "proceed" else ()
        check = questions[0].check if questions else None
        return Composed(matched, placement, steps, held, avoid, leads, check)

    def _steps(self, placement: Placement, matched: Matched) -> Iterator[Step]:
        """The steps, each caution at the first that it is for: whoever reads on has read it."""
        told: set[str] = set()
        for item, when, after in placement.steps:
            cautions = self._lines.texts("caution", matched, item)
            if not told.isdisjoint(cautions):
                cautions = tuple([one for one in cautions if one not in told])
            told.update(cautions)
            yield self._step(item, when, after, cautions, matched)

    def _step(
        self,
        item: str,
        when: When,
        after: tuple[str, ...],
        cautions: tuple[str, ...],
        matched: Matched,
    ) -> Step:
        """A step with its words, its cautions and its reasons: as it was made before, or anew."""
        wording = self._wording(item, matched)
        because = self._reasons.each(self._deciding(item, after, matched), matched)
        # Reasons are told apart by which objects they are: the step that is kept holds them.
        key = when, after, wording, cautions, *map(id, because)
        step = self._made.get(key)
        if step is not None:
            return step
        words = self.rulebook.wording[item]
        step = Step(
            item=item,  # type: ignore[arg-type]  # one of rulebook.STEP_ITEMS
            when=when,
            after=after,
            title=words.title,
            purpose=words.purpose,
            words=wording.words,
            short=wording.short,
            line=wording.line,
            blanks=wording.blanks,
            handout=wording.handout,
            changes=wording.changes,
            cautions=cautions,
            because=because,
        )
        return self._made.keep(key, step)

    def _deciding(self, item: str, after: tuple[str, ...], matched: Matched) -> tuple[Rule, ...]:
        """The rules that make an item a step, and when."""
        call, delay, order = (
            self._numbering.rules(self._lines.acting(verb, item, matched))
            for verb in ("call", "delay", "after")
        )
        orders = [rule for rule in order if not set(after).isdisjoint(rule.follows)]
        return (*call, *delay, *orders)

    def _ready(self, item: str, matched: Matched) -> str:
        """The short words of a held item, as it would be worded if it alone became a step.

        A short form asks nothing of where its own item stands, so it is worded by what is known of
        the plan as it is. Nothing where the item would come in a future session only.
        """
        if item not in self.rulebook.wording:
            return ""
        if self._placing.without_hold(item, matched.held) == "future_session":
            return ""
        return self._wording(item, matched).short

    def _wording(self, item: str, matched: Matched) -> Wording:
        """The words of a step: they depend on the variants that fit and on what fills the slots."""
        fits = self._fitting.fitting(item, matched)
        key = item, fits, self._slots[item](matched.facts)
        wording = self._worded.get(key)
        if wording is not None:
            return wording
        wording = self._wordings.by_bits(item, fits, matched.facts)
        return self._worded.keep(key, wording)

    def _supervised(self, placement: Placement, matched: Matched) -> tuple[str, ...]:
        """What to bring to supervision."""
        summary = self.rulebook.summary
        if placement.disposition == "stop":
            return (summary["stop_supervision"],)
        questions = self._lines.texts("supervise", matched)
        return questions if placement.steps else (summary["nothing_fits_supervision"], *questions)


def _slight(matched: Matched) -> bool:
    """Whether the rules found a minor event."""
    return matched.findings.get("finding.minor_event") == YES


def _read(observation: Observation | Mapping[str, Any]) -> tuple[Mapping[str, Fact], Any]:
    """The facts of an observation, and its shape; `ObservationError` with every problem in it."""
    if type(observation) is dict:
        plain = plainly(observation)
        if plain is not None:
            return plain
    checked = _reader()(observation)
    return facts_of(checked), checked.as_read_only()


@cache
def _reader() -> Callable[[object], Observation]:
    """What reads what is not plain: its types are checked by pydantic, which is long to load."""
    from planner.contract.observation import Observation

    return Observation.read
