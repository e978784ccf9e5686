"""What must hold of any rulebook, whatever it knows: a plan, one place, an order, and words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from planner.proving.logic import Formula, all_of, any_of, few, many, no
from planner.proving.model import Model
from planner.rulebook.rulebook import ORDER

Broken = tuple[str, str, Formula]
"""What must hold, as an id and a sentence, and the formula that breaks it."""

NOTHING_FITS = "plan.says-that-nothing-fits"
SAYS_SO = "A plan without steps says so, in the `nothing_fits` of the summary."
NAMES = (
    "plan.stopped-means-nothing-stands",
    "plan.one-disposition",
    "plan.one-place",
    "plan.no-circle",
    "plan.nothing-waits-for-later",
    "plan.every-step-has-words",
    "plan.no-part-is-missing",
    NOTHING_FITS,
)
"""Every demand, in the order in which they are told."""


def broken(model: Model) -> Iterator[Broken]:
    """Each demand on the composition with what would break it."""
    standing = model.standing
    places = [standing.step, standing.held, standing.barred]
    anything = [place[item] for place in places for item in ORDER]
    yield (
        "plan.stopped-means-nothing-stands",
        "On a stop nothing is a step, held or barred, and nothing is said.",
        all_of([standing.stop, any_of([*anything, *model.chosen.values()])]),
    )
    yield (
        "plan.one-disposition",
        "Every observation gives a plan with one disposition.",
        no(all_of([many(_dispositions(model), 1), few(_dispositions(model), 1)])),
    )
    yield (
        "plan.one-place",
        "No item stands in two places.",
        any_of([all_of([a[item], b[item]]) for item in ORDER for a, b in combinations(places, 2)]),
    )
    yield from _order(model)
    yield from _words(model)


def _dispositions(model: Model) -> list[Formula]:
    return [model.standing.stop, model.standing.review, model.standing.proceed]


def _order(model: Model) -> Iterator[Broken]:
    """The demands on the order of the steps."""
    circles = [after for (item, other), after in model.after.items() if item == other]
    yield "plan.no-circle", "No step waits for itself, by whatever way.", any_of(circles)
    standing = model.standing
    yield (
        "plan.nothing-waits-for-later",
        "No step waits for one that comes at a later time.",
        any_of(
            [
                all_of([waits, standing.later(other, item)])
                for (item, other), waits in standing.waits.items()
            ]
        ),
    )


def _words(model: Model) -> Iterator[Broken]:
    """The demands on what is said of a step."""
    wordless, partless = [], []
    for item, step in model.standing.step.items():
        words = model.rulebook.wording.get(item)
        parts = words.parts if words else ()
        said = [[model.chosen[one.id] for one in part.variants] for part in parts]
        wordless.append(all_of([step, no(any_of([one for part in said for one in part]))]))
        needed = [one for part, one in zip(parts, said, strict=True) if not part.optional]
        partless += [all_of([step, no(any_of(one))]) for one in needed]
    yield "plan.every-step-has-words", "Every step finds words.", any_of(wordless)
    yield "plan.no-part-is-missing", "No part that words need is left unsaid.", any_of(partless)


def fits_nothing(model: Model) -> Formula:
    """The plan is not stopped and has no step: then it has to say so plainly."""
    standing = model.standing
    return all_of([no(standing.stop), no(any_of(list(standing.step.values())))])
