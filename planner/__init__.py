"""Repair Planner: from an observed rupture to a structured repair plan.

The public names; everything else may change. See the README for an example.
Each is loaded when it is first asked for, so that nobody waits for what they do not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.contract.observation import Observation
    from planner.errors import EngineError, ObservationError, PlannerError, RulebookError
    from planner.plan.plan import Plan
    from planner.planning.planner import Planner

__all__ = [
    "EngineError",
    "Observation",
    "ObservationError",
    "Plan",
    "Planner",
    "PlannerError",
    "RulebookError",
]

_WHERE = {
    "EngineError": "planner.errors",
    "Observation": "planner.contract.observation",
    "ObservationError": "planner.errors",
    "Plan": "planner.plan.plan",
    "Planner": "planner.planning.planner",
    "PlannerError": "planner.errors",
    "RulebookError": "planner.errors",
}
"""Each public name with the module that it is loaded from."""


if not TYPE_CHECKING:  # a checker would take every misspelled name for one that is loaded

    def __getattr__(name: str) -> object:
        """Load a public name, and keep it here, so that this is asked once for each."""
        where = _WHERE.get(name)
        if where is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        found: object = getattr(import_module(where), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    """The public names, loaded or not, and what the module has besides."""
    return sorted({*globals(), *__all__})
