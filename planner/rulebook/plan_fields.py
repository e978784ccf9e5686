"""Where each item stands, as fields that conditions ask about: `plan.C2: step`.

Three stages follow each other without a circle. Findings come from the observation. Then the items
are placed, C1 after all others: what places C1 may ask where the others stand before C1 is placed,
which is a field of its own, because an item that waits for C1 may come later in the end. Words,
cautions and lines come last and ask where everything stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from planner.contract.fields import FIELDS, Field
from planner.rulebook.conditions import Condition
from planner.rulebook.rulebook import STEP_ITEMS, WHENS

PLAN = "plan."
LAST = "C1"
"""The item that is placed after all others."""
QUESTION = "plan.question"
"""The items that are a step now and end with a question, as the vocabulary says of each."""

STEP = WHENS
PLACES = (*STEP, "held", "barred", "none")
"""Where an item may stand; on a stop each stands at `none`."""


def after_all(item: str) -> str:
    """The field that words and lines read: where an item stands in the plan."""
    return f"{PLAN}{item}"


def before_last(item: str) -> str:
    """The field that the rules on C1 read: where an item stands before C1 is placed."""
    return f"{PLAN}{item}.before_{LAST}"


_OTHERS = tuple(item for item in STEP_ITEMS if item != LAST)
_BEFORE = tuple(map(before_last, _OTHERS))

PLAN_FIELDS: dict[str, Field] = {
    **{after_all(item): Field(after_all(item), "choice", PLACES) for item in STEP_ITEMS},
    QUESTION: Field(QUESTION, "list", STEP_ITEMS),
    **{name: Field(name, "choice", PLACES) for name in _BEFORE},
}
ASKED_FIELDS: dict[str, Field] = {**FIELDS, **PLAN_FIELDS}
"""Everything that a condition may ask about, but for findings."""


def known_before(where: Mapping[str, str]) -> dict[str, str]:
    """What the rules on C1 may ask, given where the items stand that stand anywhere."""
    return {before_last(item): where.get(item, "none") for item in _OTHERS}


def known_after(
    where: Mapping[str, str], asking: Collection[str]
) -> dict[str, str | int | frozenset[str]]:
    """What words and lines may ask; `asking` are the items that end with a question."""
    known: dict[str, str | int | frozenset[str]] = {
        after_all(item): where.get(item, "none") for item in STEP_ITEMS
    }
    known[QUESTION] = frozenset(item for item in asking if where.get(item) == "now")
    return known


def reads_plan(when: Iterable[Condition]) -> bool:
    """Whether conditions ask where items stand, before C1 is placed or after."""
    return any(condition.field.startswith(PLAN) for condition in when)


def reads_before(when: Iterable[Condition]) -> bool:
    """Whether conditions ask where items stand before C1 is placed."""
    return any(condition.field in _BEFORE for condition in when)


def asking_items(vocabulary: Mapping[str, object]) -> tuple[str, ...]:
    """The items that end with a question, as the vocabulary lists them."""
    listed = vocabulary.get("ends_with_question", ())
    return tuple(str(item) for item in listed) if isinstance(listed, list | tuple) else ()
