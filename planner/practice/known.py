"""What is known of a case, and what was not told, in the vocabulary's words; never its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from planner.contract.fields import FIELDS, Field
from planner.plan.outline import NOT_KNOWN, UNSPOKEN
from planner.rulebook.field_words import FLAGS, FieldWords

HINTED = frozenset(
    ("leaving", "format", "next_contact", "sessions_left", "reason_asked", "reactant")
)
"""Fields that are asked only where something hints at them: that they are open says nothing."""
_ORDINARY = ("lateness.form", "late")
_KIND = "kind"


class Known(NamedTuple):
    """One answer: the field, its name in a table, and the answer as a person reads it."""

    field: str
    name: str
    answer: str


class Telling(FieldWords):
    """Tells answers by one vocabulary."""

    def known(self, observation: Mapping[str, Any], *, unspoken: bool = True) -> Iterator[Known]:
        """Every answer that was given, safety first; without `unspoken` no feeling of one's own."""
        flags = observation["safety"]["flags"]
        yield Known(FLAGS, self.short(FLAGS), self.flags(flags))
        kinds = [one["kind"] for one in observation["ruptures"]]
        if kinds:
            yield Known(_KIND, self.short(_KIND), self.answer(_KIND, kinds))
        for name, _field, value in _asked(observation):
            hidden = name.endswith(UNSPOKEN) and not unspoken
            if value not in NOT_KNOWN and (name, value) != _ORDINARY and not hidden:
                yield Known(name, self.short(name), self.answer(name, value))

    def open(self, observation: Mapping[str, Any]) -> Iterator[str]:
        """The names of what is usually asked and was not told: unknown is never a no."""
        for name, field, value in _asked(observation):
            usual = field.kind == "choice" and name.rpartition(".")[2] not in HINTED
            if value == "unknown" and usual:
                yield self.short(name)

    def answer(self, field: str, value: object) -> str:
        """An answer of any shape; a list is joined."""
        if isinstance(value, list | tuple):
            return ", ".join(self.answer(field, one) for one in value)
        return self.label(field, value)


def _asked(observation: Mapping[str, Any]) -> Iterator[tuple[str, Field, Any]]:
    """Every field that could have been answered, in the order of the contract, with its answer."""
    ruptures = {one["kind"]: one for one in observation["ruptures"]}
    for name, field in FIELDS.items():
        part, _, key = name.partition(".")
        if part in ruptures:
            yield name, field, ruptures[part].get(key)
        elif part == "context" and not (ruptures and key == "happened"):  # each rupture has its own
            yield name, field, observation["context"].get(key)
