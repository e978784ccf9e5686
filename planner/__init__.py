"""Repair Planner: from an observed rupture to a structured repair plan.

The public names; everything else may change. See the README for an example.
"""

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
