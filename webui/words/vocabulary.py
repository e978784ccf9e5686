"""The field's words as the pages use them: one place that looks up questions and labels.

Everything a person reads about a field comes from `rules/vocabulary.yaml`; a field that it
does not name (a clinic's own addition) is shown by its own name rather than left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.rulebook.field_words import FieldWords
from webui.words.texts import text

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a field offers, as a person reads it."""

    value: str
    label: str
    hint: str


class Vocabulary(FieldWords):
    """Questions, labels and page sentences, looked up by the contract's names."""

    def hint(self, field: str) -> str:
        """What helps to answer; empty where nothing is needed."""
        return self.text(field, "hint")

    def why(self, field: str) -> str:
        """What the plan does with the answer."""
        return self.text(field, "why")

    def options(self, field: str) -> Iterator[Option]:
        """The answers in the vocabulary's order; numbers and texts have none."""
        for value, words in self.fields.get(field, {}).get("options", {}).items():
            yield Option(value, words["label"], words.get("hint", ""))

    def brief(self, field: str, value: str) -> str:
        """One answer in a word or two, where a table has no room for more."""
        words = self.fields.get(field, {}).get("options", {}).get(value, {})
        return str(words.get("short", "")) or self.label(field, value)

    def labels(self, field: str, value: object) -> str:
        """An answer of any shape as a person reads it: a list is joined, nothing is "not given"."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.label(field, one) for one in value) or text("answer_not_given")
        if value is None or value == -1:
            return text("answer_not_given")
        return self.label(field, value)
