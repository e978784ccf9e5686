"""Properties as formulas: the observation that breaks one is what satisfies its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.contract.fields import FIELDS
from planner.proving.logic import NO, YES, Formula, all_of, any_of, no
from planner.proving.model import Model
from planner.proving.standing import LATER
from planner.rulebook.properties import Cases, Claim, Property
from planner.rulebook.rulebook import ORDER, WHENS

FORMS = ("short", "line")


def violation(model: Model, prop: Property) -> Formula:
    """What holds where a `never` or an `always` is broken."""
    claim = prop.claim
    if claim is None:
        return NO
    told = _never_said if (claim.kind, prop.verb) == ("words", "never") else _HAS[claim.kind]
    has = [told(model, claim, name) for name in claim.names]
    broken = any_of(has) if prop.verb == "never" else any_of([no(one) for one in has])
    going = [no(model.standing.stop)] if prop.speaks_of_going else []
    applies = [_cases(model, prop.when)] if prop.when else []
    return all_of([*applies, no(_cases(model, prop.unless)), *going, broken])


def _cases(model: Model, cases: Cases) -> Formula:
    """One of these cases holds."""
    return any_of([model.all(case) for case in cases])


def _steps(model: Model, claim: Claim, item: str) -> Formula:
    """An item is a step, at one of the times and not after the other items."""
    standing = model.standing
    there = [standing.step[item]]
    if claim.at:
        there.append(any_of([standing.at(item, WHENS.index(at)) for at in claim.at]))
    if claim.before:
        after = model.after
        free = [
            all_of(
                [
                    standing.step[other],
                    no(standing.later(item, other)),
                    no(after.get((item, other), NO)),
                ]
            )
            for other in claim.before
        ]
        there.append(any_of(free))
    return all_of(there)


def _said(model: Model, text: str, parts: Sequence[str] = ()) -> Formula:
    """A text is said in the words of a step, by a variant or by what fills a blank of one.

    Beside the whole words in those forms that are named; a short form is also given to be said of
    what is held, for when the client sets it free.
    """
    said = [
        all_of([model.given(variant), filled])
        for variant, texts in model.texts
        if variant.part not in FORMS or variant.part in parts
        for filled in _having(texts, text.lower())
    ]
    return any_of(said)


def _never_said(model: Model, _: Claim, text: str) -> Formula:
    """A text is said in whole words or in a short form."""
    return _said(model, text, ("short",))


def _having(texts: Sequence[tuple[str, Formula]], text: str) -> Iterator[Formula]:
    """When words have a text: always, or with certain fillings of one blank."""
    for said, filled in texts:
        if text in said:
            yield filled
            if filled is YES:
                return


_HAS: Mapping[str, Callable[[Model, Claim, str], Formula]] = {
    "step": _steps,
    "held": lambda model, _, item: model.standing.held[item],
    "barred": lambda model, _, item: model.standing.barred[item],
    "words": lambda model, _, text: _said(model, text),
    "disposition": lambda model, _, name: {
        "stop": model.standing.stop,
        "review_first": model.standing.review,
        "proceed": model.standing.proceed,
    }[name],
    "avoid": lambda model, _, code: model.avoided.get(f"avoid {code}", NO),
    "finding": lambda model, _, name: model.findings[name],
}


def opened(prop: Property, unknown: Model, known: Model) -> Formula:
    """What holds where not knowing an answer opens a step that a known answer keeps closed.

    The two models differ in the field alone. What is claimed of certain cases is asked of the
    one in which the answer is not known.
    """
    field = FIELDS[prop.field]
    worlds = unknown.world, known.world
    not_known = worlds[0].is_(field.name, field.unknown or "")
    answered = no(worlds[1].is_(field.name, field.unknown or ""))
    more = [
        all_of([unknown.standing.step[item], no(known.standing.step[item])]) for item in prop.items
    ]
    applies = [_cases(unknown, prop.when)] if prop.when else []
    excepted = no(_cases(unknown, prop.unless))
    return all_of([*applies, excepted, not_known, answered, any_of(more)])


def loosened(prop: Property, before: Model, after: Model) -> Formula:
    """What holds where one more member of a list loosens a plan.

    The two models differ in the list alone.
    """
    old, new = (model.world.members[prop.field] for model in (before, after))
    added = [any_of([no(old[one]), new[one]]) for one in old]
    return all_of([*added, any_of(list(_looser(before, after, prop.items)))])


def _looser(before: Model, after: Model, items: Sequence[str]) -> Iterator[Formula]:
    """Each way in which a plan may be looser than another one; steps count for some items."""
    old, new = before.standing, after.standing
    yield all_of([old.stop, no(new.stop)])
    yield all_of([no(old.proceed), new.proceed])
    for item in ORDER:
        kept = any_of([new.barred[item], new.held[item], new.stop])
        yield all_of([old.barred[item], no(kept)])
        if item not in items:
            continue
        yield all_of([new.step[item], no(old.step[item])])
        for rank in LATER:
            sooner = all_of([old.not_before(item, rank), no(new.not_before(item, rank))])
            yield all_of([old.step[item], new.step[item], sooner])
