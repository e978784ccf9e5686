"""What a trainee is told of an item of the handout; no plan is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Placed = Literal["step", "held", "barred"]
"""Where a plan has an item."""
PLACES: tuple[Placed, ...] = ("step", "held", "barred")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said of an item, with the sources that it rests on."""

    text: str
    sources: tuple[str, ...]

    @property
    def source(self) -> str:
        """The sources as a plan's reason writes them, such as `handout C2; safran2001`."""
        return "; ".join(self.sources)


@dataclass(frozen=True, slots=True)
class LessonCase:
    """A scenario, by its sentence, in which a plan has the item there; `see` says what shows it."""

    placed: Placed
    scenario: str
    see: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """An item: when it helps and when not, how it goes wrong, why, on what ground, and cases.

    `evidence` are keys of the bibliography; an idea that nobody has written yet has none, and no
    case: D5 is a blank line of the handout.
    """

    item: str
    use: tuple[Statement, ...]
    leave: tuple[Statement, ...]
    wrong: tuple[Statement, ...]
    why: tuple[Statement, ...]
    weight: str
    evidence: tuple[str, ...]
    cases: tuple[LessonCase, ...]
