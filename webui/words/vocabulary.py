"""The field's words as the pages use them: one place that looks up questions and labels.

Everything a person reads about a field comes from `rules/vocabulary.yaml`; a field that it
does not name (a clinic's own addition) is shown by its own name rather than left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webui.words.texts import text

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a field offers, as a person reads it."""

    value: str
    label: str
    hint: str


class Vocabulary:
    """Questions, labels and page sentences, looked up by the contract's names."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Keep the rulebook's vocabulary; it was checked when it was read."""
        self.fields: Mapping[str, Any] = data["fields"]
        self.pages: Mapping[str, str] = data.get("pages", {})

    def question(self, field: str) -> str:
        """The question that a person is asked."""
        return self._text(field, "question") or self.short(field)

    def short(self, field: str) -> str:
        """The field's name in a table of answers."""
        return self._text(field, "short") or _spoken(field)

    def hint(self, field: str) -> str:
        """What helps to answer; empty where nothing is needed."""
        return self._text(field, "hint")

    def why(self, field: str) -> str:
        """What the plan does with the answer."""
        return self._text(field, "why")

    def options(self, field: str) -> Iterator[Option]:
        """The answers in the vocabulary's order; numbers and texts have none."""
        for value, words in self.fields.get(field, {}).get("options", {}).items():
            yield Option(value, words["label"], words.get("hint", ""))

    def label(self, field: str, value: object) -> str:
        """One answer as a person reads it."""
        words = self.fields.get(field, {}).get("options", {}).get(value)
        return str(words["label"]) if words else _spoken(str(value))

    def brief(self, field: str, value: str) -> str:
        """One answer in a word or two, where a table has no room for more."""
        words = self.fields.get(field, {}).get("options", {}).get(value, {})
        return str(words.get("short", "")) or self.label(field, value)

    def flags(self, flags: Mapping[str, str]) -> str:
        """The safety answer in words, with what is unsure said so."""
        unsure = f" ({self.pages['safety_unsure']})"
        said = (
            self.label("safety.flags", flag) + (unsure if state == "unsure" else "")
            for flag, state in flags.items()
        )
        return "; ".join(said) or self.pages["safety_none"]

    def labels(self, field: str, value: object) -> str:
        """An answer of any shape as a person reads it: a list is joined, nothing is "not given"."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.label(field, one) for one in value) or text("answer_not_given")
        if value is None or value == -1:
            return text("answer_not_given")
        return self.label(field, value)

    def _text(self, field: str, key: str) -> str:
        return str(self.fields.get(field, {}).get(key, ""))


def _spoken(name: str) -> str:
    """Make a code readable where the vocabulary has no words for it."""
    text = name.rpartition(".")[2].replace("_", " ")
    return text[:1].upper() + text[1:]
