"""What `repair-planner check` proves: rules read, scenarios come out, properties always hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from planner.checking.equal_texts import equal_texts
from planner.checking.lessons import prove_lessons
from planner.checking.scenarios import (
    Scenario,
    prove_scenarios,
    read_scenarios,
    run_scenarios,
    without_scenarios,
)
from planner.errors import RulebookError, RuleProblem
from planner.planning.planner import Planner
from planner.reading.cases import kinds_apart
from planner.reading.judgments import read_topics
from planner.reading.learning import read_lessons
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED, rulebook_of
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rule, Rulebook, Variant

SKIPPED = "Proof skipped: z3-solver is not installed (pip install '.[proof]')."


@dataclass(frozen=True, slots=True)
class Checked:
    """What holds: how many rules and scenarios, of which edition, and what to look at again."""

    rules: int
    scenarios: int
    edition: str
    look_at: tuple[RuleProblem, ...]

    def __str__(self) -> str:
        """A line on what was checked, after a line for each thing to look at again."""
        counted = f"{self.rules} rules and {self.scenarios} scenarios hold"
        return "\n".join([*map(str, self.look_at), f"{counted} (edition {self.edition})."])


def check(packs: Sequence[Path]) -> str:
    """What `checked` tells, as lines."""
    return str(checked(packs))


def checked(packs: Sequence[Path]) -> Checked:
    """What holds of the rules; RulebookError with every problem where there is any.

    The rules that ship are checked by themselves; a pack is checked with them, because it may hold
    back what they allow. Its own rules need their two scenarios as much as those that ship.
    """
    rulebook = read_rulebook(SHIPPED, packs)
    _raise(equal_texts(rulebook))
    shipped = read_rulebook(SHIPPED) if packs else rulebook
    read_topics(SHIPPED, shipped)  # a topic may name a rule that is gone
    planner = Planner(shipped)
    _raise(prove_scenarios(SHIPPED, shipped, planner))
    scenarios = list(read_scenarios(SHIPPED, shipped))
    lessons = read_lessons(SHIPPED, shipped).values()
    _raise(prove_lessons(lessons, scenarios, planner, SHIPPED.name))
    if packs:
        own = [one for pack in packs for one in read_scenarios(pack, rulebook)]
        scenarios += own
        _raise(_of_packs(own, scenarios, Planner(rulebook)))
    look = _to_look_at(rulebook, shipped.rules_and_variants if packs else ())
    return Checked(len(rulebook.rules), len(scenarios), rulebook.edition, tuple(look))


def _to_look_at(rulebook: Rulebook, settled: Sequence[Rule | Variant]) -> Iterator[RuleProblem]:
    """What may be meant and is no mistake: cases of one rule that ask about different ruptures.

    Nothing is told of what is `settled`: the rules that ship, where a pack is added to them.
    """
    passed = {one.id for one in settled}
    for kind, told in (("rule", rulebook.rules), ("variant", rulebook.variants)):
        for one in told:
            apart = kinds_apart(one)
            if apart and one.id not in passed:
                what = "some of its cases ask about this and others do not"
                told_of = f'{kind} "{one.id}": {what}: {", ".join(apart)}.'
                yield RuleProblem(one.path, one.line, told_of)


def can_prove() -> bool:
    """Whether the solver is there; looked for without loading it."""
    return find_spec("z3") is not None


def proved(packs: Sequence[Path], only: Sequence[str] = ()) -> str:
    """One line on what was proved of every observation; RulebookError with every counterexample.

    `only` names properties and rules, and what concerns none of them is left out; PlannerError
    with the nearest ids where one is not known. Every processor is used, and what is proved is kept
    beside the rules, so that only what an edit touches is proved again.
    Needs the solver: ask `can_prove` before.
    """
    from planner.proving.kept import Kept
    from planner.proving.proof import prove
    from planner.proving.spreading import cores
    from planner.reading.properties import read_properties

    rulebook: Rulebook = rulebook_of(SHIPPED, packs)
    properties = _properties_with(packs, read_properties(SHIPPED, packs))
    kept = Kept.beside(SHIPPED)
    proof = prove(rulebook, properties, only=only, kept=kept, processes=cores())
    _raise(proof.problems)
    return str(proof)


def _properties_with(packs: Sequence[Path], properties: Sequence[Property]) -> tuple[Property, ...]:
    """The properties that a pack has to keep: its own, and those that do not forbid strictness.

    A pack may hold, bar, delay, review and stop where the rules that ship do not.
    """
    shipped = f"{SHIPPED.name}/"
    return tuple(
        one
        for one in properties
        if not packs or not one.path.startswith(shipped) or not _against_strictness(one)
    )


def _against_strictness(one: Property) -> bool:
    """Whether a property claims that nothing stricter than something is ever concluded."""
    if one.claim is None:
        return False
    kind, names = one.claim.kind, one.claim.names
    if one.verb == "never":
        later = kind == "step" and "future_session" in one.claim.at
        strict = kind in ("held", "barred") or (kind == "disposition" and "proceed" not in names)
        return strict or later
    return kind in ("step", "words") or (kind == "disposition" and "proceed" in names)


def _of_packs(
    own: Sequence[Scenario], scenarios: Sequence[Scenario], planner: Planner
) -> Iterable[RuleProblem]:
    """The problems of packs: scenarios that fail, and rules without a scenario."""
    yield from run_scenarios(own, planner.rulebook, planner)
    yield from without_scenarios(scenarios, planner.rulebook, planner)


def _raise(problems: Iterable[RuleProblem]) -> None:
    """Refuse the rulebook if there is anything to mend."""
    found = tuple(problems)
    if found:
        raise RulebookError(found)
