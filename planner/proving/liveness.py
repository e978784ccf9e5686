"""Nothing in the rulebook is dead: every rule can hold and can matter, everything can be reached.

A rule matters where the plan would be another one without it. So each is taken out in turn, and
what changes is looked for among everything that a reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from planner.contract.fields import FIELDS
from planner.planning.placing import PLACING
from planner.planning.unknown import UNKNOWN
from planner.proving.logic import NO, Formula, all_of, any_of, few, no, unlike
from planner.proving.model import Model, differing, joined
from planner.proving.placed import FINDING
from planner.proving.world import World
from planner.rulebook.holding import fields_of
from planner.rulebook.rulebook import WHENS, Rule, Rulebook, Variant


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that must be possible, where it stands, and the ways in which it may happen.

    `of` is the id of the rule, variant or other thing that it is about. `only_reason` is what
    suffices where a rule, or a case of it, changes no step and no line: that it adds a reason.
    """

    what: str
    happens: Callable[[], Iterator[Formula]]
    of: str
    path: str = ""
    line: int = 0
    only_reason: Callable[[], Formula] | None = None


def demands(model: Model) -> Iterator[Demand]:
    """Everything that some observation must make happen."""
    for rule in model.rulebook.rules:
        where = (rule.id, rule.path, rule.line)
        yield Demand(f'rule "{rule.id}" can hold', _just(model.rules[rule.id]), *where)
        what = f'rule "{rule.id}" can matter, so that without it some plan is another'
        reason = partial(gives_a_reason, model, rule)
        yield Demand(what, partial(matters, model, rule), *where, reason)
        yield from _cases(model, rule)
    for variant in model.rulebook.variants:
        what = f'variant "{variant.id}" can be said'
        yield Demand(what, _just(model.given(variant)), variant.id, variant.path, variant.line)
        yield from _said_cases(model, variant)
    yield from _reached(model)


def _cases(model: Model, rule: Rule) -> Iterator[Demand]:
    """Each case of a rule can hold, and without it some plan is another."""
    for number, (case, branch) in enumerate(zip(rule.cases, rule.branches, strict=False)):
        name = f'case {number + 1} of rule "{rule.id}"'
        where = (rule.id, rule.path, case.line)
        yield Demand(f"{name} can hold", _just(model.all(branch)), *where)
        cases = (*rule.cases[:number], *rule.cases[number + 1 :])
        changed = replace(rule, cases=cases)
        what = f"{name} can matter, so that without it some plan is another"
        reason = partial(gives_a_reason, model, rule, changed)
        yield Demand(what, partial(matters, model, rule, changed), *where, reason)


def _said_cases(model: Model, variant: Variant) -> Iterator[Demand]:
    """Each case of a variant can be the only one for which the variant is said."""
    holds = [model.all(branch) for branch in variant.branches]
    for number, case in enumerate(variant.cases):
        others = [no(one) for one in (*holds[:number], *holds[number + 1 :])]
        what = f'case {number + 1} of variant "{variant.id}" can be what it is said for'
        happens = _just(all_of([model.chosen[variant.id], holds[number], *others]))
        yield Demand(what, happens, variant.id, variant.path, case.line)


def _reached(model: Model) -> Iterator[Demand]:
    """Items, times, codes and leads can be reached."""
    standing, rulebook = model.standing, model.rulebook
    for item in rulebook.wording:
        yield Demand(f"{item} can be a step", _just(standing.step[item]), item)
    for rank, at in enumerate(WHENS):
        steps = [standing.at(item, rank) for item in rulebook.wording]
        yield Demand(f"a step can come {at}", _just(any_of(steps)), at)
    avoided, leads = model.avoided, model.leads
    for code, known in rulebook.avoid_codes.items():
        happens = avoided.get(f"avoid {code}", NO)
        yield Demand(
            f'the code "{code}" can be avoided', _just(happens), code, known.path, known.line
        )
    for key, lead in rulebook.leads.items():
        happens = leads.get(f"lead {key}", NO)
        yield Demand(f'the lead "{key}" can be given', _just(happens), key, lead.path, lead.line)


def _just(formula: Formula) -> Callable[[], Iterator[Formula]]:
    """A demand with one formula."""
    return lambda: iter((formula,))


def matters(model: Model, rule: Rule, changed: Rule | None = None) -> Iterator[Formula]:
    """Ways in which a plan may be another one without this rule, the likeliest first.

    Or with a changed one in its place. Nothing can differ but where the rule holds and would not;
    the solver is told so, and need not find it out.
    """
    without = model.but(rule, changed)
    only_there = unlike(model.holds(rule), without.holds(changed) if changed else NO)
    for part in _parts(rule):
        yield all_of([only_there, any_of(differing(part(model), part(without)).values())])


def _parts(rule: Rule) -> Sequence[Part]:
    """What of a plan a rule may change, by its verb."""
    if rule.verb == "find":
        return PARTS
    if rule.verb in PLACING:
        return PARTS[:2]
    if rule.verb == "avoid":
        return PARTS[2:3]
    return (lambda model: joined(model.advice(rule.verb, rule.text)),)


Part = Callable[[Model], Mapping[str, Formula]]
PARTS: tuple[Part, ...] = (
    lambda model: model.placed,
    lambda model: model.leads,
    lambda model: model.avoided,
    lambda model: model.said,
    lambda model: model.advised,
)


def gives_a_reason(model: Model, rule: Rule, changed: Rule | None = None) -> Formula:
    """The rule stands in a plan as a reason, at least; or it does not when it is so changed."""
    going = no(model.standing.stop)
    without = model.but(rule, changed)
    if rule.verb != "find":
        after = without.holds(changed) if changed else NO
        return all_of([model.holds(rule), no(after), going])
    planning = [one.id for one in model.rulebook.planning]
    here, there = ({name: one.rules[name] for name in planning} for one in (model, without))
    return all_of([going, any_of(differing(here, there).values())])


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
        there = all_of([there, few(other.world.members[field].values(), 1)])
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
