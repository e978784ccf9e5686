"""What of a proof concerns a property, a rule, a variant or a field, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from planner.errors import PlannerError
from planner.proving.asking import Question, Questions
from planner.proving.liveness import with_rules
from planner.proving.logic import same
from planner.proving.prover import Prover
from planner.rulebook.holding import fields_of
from planner.rulebook.rulebook import Rulebook

_NEAREST = 3


def concerned(questions: Questions, ids: Sequence[str]) -> list[Question]:
    """The questions that concern any of these, in their order.

    An id of a property, of a demand on any plan or of a variant: the questions about it. Of a rule:
    those about it, and each property and demand whose formula is another one without the rule.
    Raises `PlannerError` with the nearest ids where one is not known.
    """
    rulebook = questions.prover.rulebook
    told = dict.fromkeys(one.of for one in questions.all if one.kind != "field")
    rules = {rule.id for rule in rulebook.rules}
    asked: set[str] = set()
    for name in ids:
        now = _now_called(rulebook, name)
        if now not in told:
            raise unknown(name, [*told])
        asked |= {now, *_touched(questions, now)} if now in rules else {now}
    return [question for question in questions.all if question.of in asked]


def _now_called(rulebook: Rulebook, name: str) -> str:
    """The id of the rule that an older id stands for, or the id as it is."""
    try:
        return rulebook.now_called(name)
    except KeyError:
        return name


def _touched(questions: Questions, rule_id: str) -> Iterator[str]:
    """The properties, demands and fields that a rule has to do with."""
    prover = questions.prover
    rule = prover.rulebook.rule(rule_id)
    yield from fields_of(rule)
    rules = tuple(one for one in prover.rulebook.rules if one is not rule)
    without = Prover(with_rules(prover.rulebook, rules), like=prover)
    for prop in questions.properties:
        if not same(prover.violation(prop)[1], without.violation(prop)[1]):
            yield prop.id
    for name, (_, formula) in prover.demands.items():
        if not same(formula, without.demands[name][1]):
            yield name


def unknown(name: str, known: Sequence[str]) -> PlannerError:
    """That nothing has this id, with the nearest that there are."""
    near = get_close_matches(name, known, n=_NEAREST, cutoff=0.6)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    some = "" if near else " Name one as it stands in the files, like own-part.own-it."
    return PlannerError(f'--only "{name}": no property and no rule has this id.{meant}{some}')
