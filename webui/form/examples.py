"""Cases that fill the form at one press, from `rules/entering.yaml`."""

from __future__ import annotations

from dataclasses import dataclass

from planner.rulebook.entering import Entering
from webui.form.refilling import pairs_of


@dataclass(frozen=True, slots=True)
class Filled:
    """An example as a button and as the pairs that fill the form; safety is left to be asked."""

    name: str
    label: str
    pairs: tuple[tuple[str, str], ...]


def all_of_them(entering: Entering) -> tuple[Filled, ...]:
    """Every example, in the file's order."""
    return tuple(
        Filled(one.name, one.label, tuple(pairs_of(one.observation))) for one in entering.examples
    )


def named(name: str, entering: Entering) -> Filled | None:
    """The example of this name, if there is one."""
    return next((one for one in all_of_them(entering) if one.name == name), None)
