"""A rulebook as formulas, ready to be asked whatever the proof asks, or a part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.planning.planner import Planner
from planner.proving import claims, structure
from planner.proving.examples import Search
from planner.proving.kept import Kept
from planner.proving.logic import Formula
from planner.proving.model import Model
from planner.proving.world import World
from planner.rulebook.holding import with_findings
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rulebook

Observed = Mapping[str, Any]
"""An observation in the contract's shape."""


class Prover:
    """A rulebook as formulas, ready to be asked; `like` is a prover of nearly the same rulebook."""

    def __init__(
        self, rulebook: Rulebook, like: Prover | None = None, kept: Kept | None = None
    ) -> None:
        """With `like` the observations are the same, and so is whatever the rules share.

        What was `kept` as impossible is not asked again.
        """
        self.rulebook = rulebook
        self.kept: Kept = like.kept if like else kept or Kept()
        self.world: World = like.world if like else World()
        self.model: Model = Model(rulebook, self.world, like.model if like else None)
        self.search: Search = like.search if like else Search(self.world, kept=self.kept)
        self._like = like
        self._others: dict[str, tuple[Model, Search]] = {}

    @cached_property
    def planner(self) -> Planner:
        """The planner of this rulebook, compiled when an example is to be shown to it."""
        return Planner(self.rulebook)

    @cached_property
    def demands(self) -> Mapping[str, tuple[str, Formula]]:
        """Each demand on any plan by its name: its sentence, and the formula that breaks it.

        A plan to which nothing fits breaks nothing yet: the planner has to be asked what it says.
        """
        found = {name: (said, formula) for name, said, formula in structure.broken(self.model)}
        fits_nothing = structure.SAYS_SO, structure.fits_nothing(self.model)
        return found | {structure.NOTHING_FITS: fits_nothing}

    def other(self, field: str) -> tuple[Model, Search]:
        """The same case with another answer to one field, and where to look for both."""
        if field not in self._others:
            before = self._like.other(field) if self._like else None
            world = before[0].world if before else self.world.but_for(field)
            model = Model(self.rulebook, world, before[0] if before else None)
            search = before[1] if before else Search(self.world, world, kept=self.kept)
            self._others[field] = (model, search)
        return self._others[field]

    def keep(self) -> None:
        """Keep the observations that showed something."""
        if self.search.points:
            self.kept.points = [*self.search.points.telling]

    def violation(self, prop: Property) -> tuple[Search, Any]:
        """Where to look for what breaks a property, and the formula of breaking it."""
        if prop.verb in ("never", "always"):
            return self.search, claims.violation(self.model, prop)
        other, search = self.other(prop.field)
        asked = claims.opened if prop.verb == "gate" else claims.loosened
        return search, asked(prop, self.model, other)

    def refute(self, prop: Property) -> tuple[Observed, ...] | None:
        """The smallest observation that breaks a property, with its other version if it has one."""
        search, formula = self.violation(prop)
        return search.example(formula)

    def breaks(self, prop: Property, found: Sequence[Observed]) -> bool:
        """Whether the planner itself breaks a property with this."""
        plans = [self.planner.plan(one).to_dict() for one in found]
        if len(plans) > 1:
            return plans[0] != plans[1]
        known = with_findings(self.rulebook, facts_of(Observation.read(found[0])))
        return not prop.kept(plans[0], known)
