"""What may be not known, and what it could be: the fields about which a plan can ask."""

from __future__ import annotations

from collections.abc import Sequence

from planner.contract.facts import ABSENT, Fact
from planner.contract.fields import FIELDS, Field

_NOT_ASKED = frozenset(
    (
        "ruptures.kinds",
        "ruptures.count",
        "safety.flags",
        "context.earlier_items",
        "lateness.reason_asked",
        "disconnection.reason_asked",
        "context.leaving",
        "context.sessions_left",
        "context.format",
        "context.next_contact",
        "context.therapist_feelings",
    )
)
"""Never asked as unknown: what was observed, what safety was told, what an empty list says; and
what is the usual case unless something hints at another, which rules that `ask` see."""


def _unknown(field: Field) -> Fact | None:
    """The value that says that a field is not known; None where there is none."""
    if field.kind == "list":
        return frozenset()
    return field.unknown


def _answers(field: Field) -> Sequence[Fact]:
    """Every answer to an unknown field: each choice, or each single member of a list."""
    if field.kind == "list":
        return tuple(frozenset((value,)) for value in field.values)
    return tuple(value for value in field.values if value not in (field.unknown, ABSENT))


UNKNOWN: dict[str, Fact] = {
    name: unknown
    for name, field in FIELDS.items()
    if name not in _NOT_ASKED
    and not (field.rupture and name.endswith(".happened"))
    and (unknown := _unknown(field)) is not None
}
"""The fields that may be unknown, with the value that says so. A rupture's own `happened` follows
the context's, which is asked instead."""

ANSWERS: dict[str, Sequence[Fact]] = {name: _answers(FIELDS[name]) for name in UNKNOWN}
"""What each of those fields could be answered."""

HAPPENED = "context.happened"
"""A rupture without a time of its own has this one, so that nobody is asked twice."""
