"""The words of fields and answers, looked up in a rulebook's vocabulary by the contract's names.

A field or answer that the vocabulary does not name (a clinic's own addition) is told by its own
name rather than left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FLAGS = "safety.flags"


class FieldWords:
    """Questions and labels of one vocabulary."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        """Keep the rulebook's vocabulary; it was checked when it was read."""
        self.fields: Mapping[str, Any] = vocabulary["fields"]
        self.pages: Mapping[str, str] = vocabulary.get("pages", {})

    def question(self, field: str) -> str:
        """The question that a person is asked."""
        return self.text(field, "question") or self.short(field)

    def short(self, field: str) -> str:
        """The field's name in a table of answers."""
        return self.text(field, "short") or _spoken(field)

    def label(self, field: str, value: object) -> str:
        """One answer as a person reads it."""
        words = self.fields.get(field, {}).get("options", {}).get(value)
        return str(words["label"]) if words else _spoken(str(value))

    def flags(self, flags: Mapping[str, str]) -> str:
        """The safety answer in words, with what is unsure said so."""
        unsure = f" ({self.pages['safety_unsure']})"
        said = (
            self.label(FLAGS, flag) + (unsure if state == "unsure" else "")
            for flag, state in flags.items()
        )
        return "; ".join(said) or self.pages["safety_none"]

    def text(self, field: str, key: str) -> str:
        """One of the texts that the vocabulary has for a field; empty where it has none."""
        return str(self.fields.get(field, {}).get(key, ""))


def _spoken(name: str) -> str:
    """Make a code readable where the vocabulary has no words for it."""
    text = name.rpartition(".")[2].replace("_", " ")
    return text[:1].upper() + text[1:]
