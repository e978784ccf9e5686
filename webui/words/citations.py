"""Sources as a reader meets them: where to look, and how much weight it bears."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.rulebook.rulebook import Rulebook

DERIVED = "derived"
HANDOUT = "handout "
_SURNAME = re.compile(r"([^\W\d_][\w'\u2019 -]*), (?:[^\W\d_]\.[ -]?)+")
_YEAR = re.compile(r"\((\d{4})")
"""The year of a reference, as it stands after the authors."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of a reason; `item` is set where it is an item of the handout."""

    kind: str
    label: str
    strength: str = ""
    supports: str = ""
    where: str = ""
    item: str = ""
    key: str = ""

    @property
    def short(self) -> str:
        """Who and when, as texts cite it: "Safran & Muran 2000"; else how the reference begins."""
        year = _YEAR.search(self.label)
        names = _SURNAME.findall(self.label[: year.start()] if year else self.label)
        who = " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
        if not names:
            who = self.label.partition(". ")[0].partition(" (")[0]
        return f"{who} {year[1]}" if year else who


def citations(source: str, rulebook: Rulebook) -> list[Citation]:
    """Part a plan's source line ("handout C2; safran-muran2000") into citations."""
    return [_citation(part.strip(), rulebook) for part in source.split(";") if part.strip()]


def _citation(part: str, rulebook: Rulebook) -> Citation:
    """Resolve one part; a key that the bibliography lacks is shown as it stands."""
    if part == DERIVED:
        return Citation("derived", part)
    if part.startswith(HANDOUT):
        return Citation("handout", part, item=part.removeprefix(HANDOUT))
    key, _, locator = part.partition(" ")
    found = rulebook.sources.get(key)
    if found is None:
        return Citation("other", part)
    label = found.reference
    if locator:
        label = f"{label}, {locator} {found.locators.get(locator, '')}".rstrip()
    return Citation("source", label, found.strength, found.supports, found.where, key=part)
