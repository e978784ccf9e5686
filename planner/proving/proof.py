"""The whole proof of a rulebook: every question asked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.errors import RuleProblem
from planner.proving.asking import Answer, Question, Questions
from planner.proving.digests import content
from planner.proving.kept import Kept
from planner.proving.only import concerned
from planner.proving.spreading import spread, worth_it
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved, what was refuted, and which rules only add a reason to a plan."""

    problems: tuple[RuleProblem, ...]
    proved: int
    only_reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        reasons = len(self.only_reasons)
        told = f"Proved for every observation: {self.proved} properties of plans and rules."
        if reasons:
            told += f" Rules that only add a reason: {', '.join(self.only_reasons)}."
        return told


def prove(
    rulebook: Rulebook,
    properties: Iterable[Property],
    *,
    only: Sequence[str] = (),
    kept: Kept | None = None,
    processes: int = 1,
) -> Proof:
    """Ask everything of a rulebook, or only what concerns some ids of properties and rules.

    What was `kept` is not asked again, and what is proved is kept there and saved. `processes` is
    how many may work at once; a small rulebook takes one. The proof is the same in any case.
    Raises `UnknownNameError` where `only` names nothing, and `PlannerError` where the solver gives
    no answer or one of the processes was killed.
    """
    properties = tuple(properties)
    kept = Kept() if kept is None else kept
    name = content(rulebook, properties)
    if not only and name in kept.rulebooks:
        proved, reasons = kept.rulebooks[name]
        return Proof((), proved, reasons)
    if only or processes < 2 or not worth_it(rulebook):
        questions = Questions(rulebook, properties, kept)
        asked: Iterable[Question] = concerned(questions, only) if only else questions.all
        answers = [one for question in asked for one in question.ask()]
        questions.prover.keep()
    else:
        answers = spread(rulebook, properties, kept, processes)
    proof = _told(answers)
    if not only and not proof.problems:
        kept.rulebooks[name] = proof.proved, proof.only_reasons
    kept.save()
    return proof


def _told(answers: Sequence[Answer]) -> Proof:
    """The proof that these answers make."""
    problems = tuple(one.problem for one in answers if one.problem is not None)
    reasons = tuple(dict.fromkeys(one.only_reason for one in answers if one.only_reason))
    return Proof(problems, len(answers) - len(problems), reasons)
