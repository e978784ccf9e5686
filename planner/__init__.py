"""Repair Planner: from an observed rupture to a structured repair plan.

The public names; everything else may change. See the README for an example.
Each is loaded when it is first asked for, so that nobody waits for what they do not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.contract.observation import Context, Observation, Safety
    from planner.contract.ruptures import (
        AuthorityFrustration,
        BoundaryRequest,
        Deflection,
        Disconnection,
        Lateness,
    )
    from planner.errors import (
        EngineError,
        FieldProblem,
        ObservationError,
        PlannerError,
        RulebookError,
        RuleProblem,
    )
    from planner.plan.parts import Step
    from planner.plan.plan import Plan
    from planner.planning.planner import Planner

    __version__: str

__all__ = [
    "AuthorityFrustration",
    "BoundaryRequest",
    "Context",
    "Deflection",
    "Disconnection",
    "EngineError",
    "FieldProblem",
    "Lateness",
    "Observation",
    "ObservationError",
    "Plan",
    "Planner",
    "PlannerError",
    "RuleProblem",
    "RulebookError",
    "Safety",
    "Step",
]

_WHERE = {
    "AuthorityFrustration": "planner.contract.ruptures",
    "BoundaryRequest": "planner.contract.ruptures",
    "Context": "planner.contract.observation",
    "Deflection": "planner.contract.ruptures",
    "Disconnection": "planner.contract.ruptures",
    "EngineError": "planner.errors",
    "FieldProblem": "planner.errors",
    "Lateness": "planner.contract.ruptures",
    "Observation": "planner.contract.observation",
    "ObservationError": "planner.errors",
    "Plan": "planner.plan.plan",
    "Planner": "planner.planning.planner",
    "PlannerError": "planner.errors",
    "RuleProblem": "planner.errors",
    "RulebookError": "planner.errors",
    "Safety": "planner.contract.observation",
    "Step": "planner.plan.parts",
}
"""Each public name with the module that it is loaded from."""


def _version() -> str:
    """The version that is installed; "unknown" where the package was only put on the path."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("repair-planner")
    except PackageNotFoundError:
        return "unknown"


if not TYPE_CHECKING:  # a checker would take every misspelled name for one that is loaded

    def __getattr__(name: str) -> object:
        """Load a public name, and keep it here, so that this is asked once for each."""
        if name == "__version__":  # looked up on demand: that takes longer than the import
            return globals().setdefault(name, _version())
        where = _WHERE.get(name)
        if where is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        found: object = getattr(import_module(where), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    """The public names, loaded or not, and what the module has besides."""
    return sorted({*globals(), *__all__, "__version__"})
