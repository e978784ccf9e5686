"""What is known of a case, and what was not told, in the vocabulary's words; never its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from planner.contract.fields import FIELDS, Field
from planner.plan.outline import NOT_KNOWN, UNSPOKEN

HINTED = frozenset(
    ("leaving", "format", "next_contact", "sessions_left", "reason_asked", "reactant")
)
"""Fields that are asked only where something hints at them: that they are open says nothing."""
_ORDINARY = ("lateness.form", "late")
_KIND, _FLAGS = "kind", "safety.flags"


class Known(NamedTuple):
    """One answer: the field, its name in a table, and the answer as a person reads it."""

    field: str
    name: str
    answer: str


class Telling:
    """Tells answers by one vocabulary."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        """Take the vocabulary of a rulebook, which was checked when it was read."""
        self._fields: Mapping[str, Any] = vocabulary["fields"]
        self._pages: Mapping[str, str] = vocabulary["pages"]

    def known(self, observation: Mapping[str, Any], *, unspoken: bool = True) -> Iterator[Known]:
        """Every answer that was given, safety first; without `unspoken` no feeling of one's own."""
        flags = observation["safety"]["flags"]
        yield Known(_FLAGS, self.name(_FLAGS), self._flagged(flags))
        kinds = [one["kind"] for one in observation["ruptures"]]
        if kinds:
            yield Known(_KIND, self.name(_KIND), self.answer(_KIND, kinds))
        for name, _field, value in _asked(observation):
            hidden = name.endswith(UNSPOKEN) and not unspoken
            if value not in NOT_KNOWN and (name, value) != _ORDINARY and not hidden:
                yield Known(name, self.name(name), self.answer(name, value))

    def open(self, observation: Mapping[str, Any]) -> Iterator[str]:
        """The names of what is usually asked and was not told: unknown is never a no."""
        for name, field, value in _asked(observation):
            usual = field.kind == "choice" and name.rpartition(".")[2] not in HINTED
            if value == "unknown" and usual:
                yield self.name(name)

    def name(self, field: str) -> str:
        """What a field is called in a table of answers."""
        return str(self._fields.get(field, {}).get("short", "")) or _spoken(field)

    def question(self, field: str) -> str:
        """The question that the form asks."""
        return str(self._fields.get(field, {}).get("question", "")) or self.name(field)

    def answer(self, field: str, value: object) -> str:
        """An answer of any shape; a list is joined."""
        if isinstance(value, list | tuple):
            return ", ".join(self.answer(field, one) for one in value)
        words = self._fields.get(field, {}).get("options", {}).get(value)
        return str(words["label"]) if words else _spoken(str(value))

    def _flagged(self, flags: Mapping[str, str]) -> str:
        """The safety answer, with what is unsure said so."""
        unsure = f" ({self._pages['safety_unsure']})"
        told = (
            self.answer(_FLAGS, flag) + (unsure if state == "unsure" else "")
            for flag, state in flags.items()
        )
        return "; ".join(told) or self._pages["safety_none"]


def _asked(observation: Mapping[str, Any]) -> Iterator[tuple[str, Field, Any]]:
    """Every field that could have been answered, in the order of the contract, with its answer."""
    ruptures = {one["kind"]: one for one in observation["ruptures"]}
    for name, field in FIELDS.items():
        part, _, key = name.partition(".")
        if part in ruptures:
            yield name, field, ruptures[part].get(key)
        elif part == "context" and not (ruptures and key == "happened"):  # each rupture has its own
            yield name, field, observation["context"].get(key)


def _spoken(name: str) -> str:
    """A code as words, where the vocabulary has none for it."""
    words = name.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]
