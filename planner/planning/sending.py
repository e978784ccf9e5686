"""A planner on its way to another process: it travels as the paths of its rules.

A pool hands the planner over with every task, so each process reads the rules once and keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from planner.errors import RulebookError, RuleProblem
from planner.reading.shipped import SHIPPED

if TYPE_CHECKING:
    from planner.rulebook.rulebook import Rulebook

Ask = Literal["sampled", "always"]
P = TypeVar("P", bound="_WithRules")


class _WithRules:
    """What has a rulebook, as far as sending it looks at it."""

    rulebook: Rulebook


_PLANNERS = 4
"""Planners that a process keeps of those that it was sent, the last used."""


@lru_cache(maxsize=_PLANNERS)
def arrived(load: Callable[..., P], packs: tuple[str, ...], ask: Ask, edition: str) -> P:
    """The planner of these packs, read here; RulebookError where these are not the same rules.

    A plan names the edition that made it: rules that changed meanwhile, or those of another
    version of the program, must not answer for it in silence.
    """
    planner = load(*packs, ask=ask)
    here = planner.rulebook.edition
    if here != edition:
        what = f"these are not the rules of the planner that was sent: {edition}, and here {here}."
        hint = "Install the same version and the same packs in both places, and send it again."
        path = packs[-1] if packs else SHIPPED.name
        raise RulebookError([RuleProblem(path, 1, f"{what}\n    {hint}")])
    return planner
