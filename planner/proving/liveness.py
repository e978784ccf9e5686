"""Nothing in the rulebook is dead: every rule can hold and can matter, everything can be reached.

A rule matters where the plan would be another one without it. So each is taken out in turn, and
what changes is looked for among everything that a reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import z3

from planner.contract.fields import FIELDS
from planner.planning.placing import PLACING
from planner.planning.unknown import UNKNOWN
from planner.proving.logic import NO, Formula, all_of, any_of, no
from planner.proving.model import FINDING, Model, differing
from planner.proving.world import World
from planner.rulebook.holding import fields_of
from planner.rulebook.rulebook import WHENS, Rule, Rulebook, Variant


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that must be possible, where it stands, and the ways in which it may happen.

    `only_reason` is what suffices where a rule, or a case of it, changes no step and no line: that
    it adds a reason. `rule` is then the rule's id.
    """

    what: str
    happens: Callable[[], Iterator[Formula]]
    path: str = ""
    line: int = 0
    rule: str = ""
    only_reason: Callable[[], Formula] = lambda: NO


def demands(model: Model) -> Iterator[Demand]:
    """Everything that some observation must make happen."""
    for rule in model.rulebook.rules:
        where = (rule.path, rule.line)
        yield Demand(f'rule "{rule.id}" can hold', _just(model.rules[rule.id]), *where)
        what = f'rule "{rule.id}" can matter, so that without it some plan is another'
        reason = partial(gives_a_reason, model, rule)
        yield Demand(what, partial(matters, model, rule), *where, rule.id, reason)
        yield from _cases(model, rule)
    for variant in model.rulebook.variants:
        what = f'variant "{variant.id}" can be said'
        yield Demand(what, _just(model.given(variant)), variant.path, variant.line)
        yield from _said_cases(model, variant)
    yield from _reached(model)


def _cases(model: Model, rule: Rule) -> Iterator[Demand]:
    """Each case of a rule can hold, and without it some plan is another."""
    for number, (case, branch) in enumerate(zip(rule.cases, rule.branches, strict=False)):
        name = f'case {number + 1} of rule "{rule.id}"'
        where = (rule.path, case.line)
        yield Demand(f"{name} can hold", _just(model.all(branch)), *where)
        cases = (*rule.cases[:number], *rule.cases[number + 1 :])
        changed = replace(rule, cases=cases)
        what = f"{name} can matter, so that without it some plan is another"
        reason = partial(gives_a_reason, model, rule, changed)
        yield Demand(what, partial(matters, model, rule, changed), *where, rule.id, reason)


def _said_cases(model: Model, variant: Variant) -> Iterator[Demand]:
    """Each case of a variant can be the only one for which the variant is said."""
    holds = [model.all(branch) for branch in variant.branches]
    for number, case in enumerate(variant.cases):
        others = [no(one) for one in (*holds[:number], *holds[number + 1 :])]
        what = f'case {number + 1} of variant "{variant.id}" can be what it is said for'
        happens = _just(all_of([model.chosen[variant.id], holds[number], *others]))
        yield Demand(what, happens, variant.path, case.line)


def _reached(model: Model) -> Iterator[Demand]:
    """Items, times, codes and leads can be reached."""
    standing, rulebook = model.standing, model.rulebook
    for item in rulebook.wording:
        yield Demand(f"{item} can be a step", _just(standing.step[item]))
    for rank, at in enumerate(WHENS):
        steps = [standing.at(item, rank) for item in rulebook.wording]
        yield Demand(f"a step can come {at}", _just(any_of(steps)))
    avoided, leads = model.avoided, model.leads
    for code, known in rulebook.avoid_codes.items():
        happens = avoided.get(f"avoid {code}", NO)
        yield Demand(f'the code "{code}" can be avoided', _just(happens), known.path, known.line)
    for key, lead in rulebook.leads.items():
        happens = leads.get(f"lead {key}", NO)
        yield Demand(f'the lead "{key}" can be given', _just(happens), lead.path, lead.line)


def _just(formula: Formula) -> Callable[[], Iterator[Formula]]:
    """A demand with one formula."""
    return lambda: iter((formula,))


def matters(model: Model, rule: Rule, changed: Rule | None = None) -> Iterator[Formula]:
    """Ways in which a plan may be another one without this rule, the likeliest first.

    Or with a changed one in its place.
    """
    without = _instead(model, rule, changed)
    parts: tuple[Part, ...] = PARTS
    if rule.verb != "find":
        parts = PARTS[:2] if rule.verb in PLACING else _BESIDE.get(rule.verb, PARTS[-1:])
    for part in parts:
        yield any_of(differing(part(model), part(without)).values())


Part = Callable[[Model], Mapping[str, Formula]]
PARTS: tuple[Part, ...] = (
    lambda model: model.placed,
    lambda model: model.leads,
    lambda model: model.avoided,
    lambda model: model.said,
    lambda model: model.advised,
)
_BESIDE = {"avoid": PARTS[2:3]}


def _instead(model: Model, rule: Rule, changed: Rule | None) -> Model:
    """The model without a rule, or with a changed one in its place."""
    told = ((changed if one.id == rule.id else one) for one in model.rulebook.rules)
    rules = tuple(one for one in told if one is not None)
    return Model(with_rules(model.rulebook, rules), model.world, like=model)


def gives_a_reason(model: Model, rule: Rule, changed: Rule | None = None) -> Formula:
    """The rule stands in a plan as a reason, at least; or it does not when it is so changed."""
    going = no(model.standing.stop)
    without = _instead(model, rule, changed)
    if rule.verb != "find":
        after = without.rules.get(rule.id, NO)
        return all_of([model.rules[rule.id], no(after), going])
    planning = [one.id for one in model.rulebook.planning]
    before, after = ({name: one.rules[name] for name in planning} for one in (model, without))
    return all_of([going, any_of(differing(before, after).values())])


def with_rules(rulebook: Rulebook, rules: tuple[Rule, ...]) -> Rulebook:
    """The rulebook with other rules."""
    return replace(rulebook, rules=rules)


def asked_fields(rulebook: Rulebook) -> Iterator[str]:
    """The fields that may be not known and that can move an item, as far as rules ask of them."""
    placing = [rule for rule in rulebook.planning if rule.verb in PLACING]
    read = {field for rule in placing for field in fields_of(rule)}
    found = [rule for rule in rulebook.assessment if FINDING + rule.object in read]
    asked = read.union(field for rule in found for field in fields_of(rule))
    yield from (name for name in UNKNOWN if name in asked)


def questions(model: Model, other: Model, field: str) -> Iterator[Formula]:
    """Ways in which a question about a field may come up, each with fewer others beside it.

    It is not known, and one answer to it moves a step or the disposition. What else is known
    varies, because of two questions of one effect only one is asked, and of many the first.
    """
    world = model.world
    known = {
        name: no(world.is_(name, unknown)) for name, unknown in UNKNOWN.items() if name != field
    }
    lists = [formula for name, formula in known.items() if name in world.members]
    told = [formula for name, formula in known.items() if name not in world.members]
    there = no(other.world.is_(field, UNKNOWN[field]))
    if field in world.members:
        there = all_of([there, z3.AtMost(*other.world.members[field].values(), 1)])
    differs = any_of(differing(_moved(model), _moved(other)).values())
    here = world.is_(field, UNKNOWN[field])
    base = [here, there, no(model.standing.stop), differs]
    beside = [[], *([one] for one in lists), lists]
    for others in (told, [], *([one] for one in _kinds(world))):
        for given in beside:
            yield all_of([*base, *others, *given])


def _kinds(world: World) -> Iterator[Formula]:
    """What a rupture may be, by the answer that each kind of rupture requires."""
    for name, field in FIELDS.items():
        if field.rupture and field.required:
            yield from (world.is_(name, value) for value in field.values)


def _moved(model: Model) -> dict[str, Formula]:
    """What a question may be about: the disposition, and the steps with their times."""
    standing = model.standing
    moved = {"stop": standing.stop, "review": standing.review}
    for item in standing.step:
        moved |= {f"{item} {at}": standing.at(item, rank) for rank, at in enumerate(WHENS)}
    return moved
