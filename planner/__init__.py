"""Repair Planner: from an observed rupture to a structured repair plan.

The public names; everything else may change. See the README for an example.
"""

from pydantic import BaseModel, ValidationError

from planner.answers import explain_with
from planner.errors import EngineError, FieldProblem, ObservationError, PlannerError, RulebookError
from planner.observation import Observation
from planner.plan import Plan
from planner.planning import Planner

__all__ = [
    "EngineError",
    "Observation",
    "ObservationError",
    "Plan",
    "Planner",
    "PlannerError",
    "RulebookError",
]


def _explained(
    part: type[BaseModel], data: object, error: ValidationError | None
) -> list[FieldProblem]:
    """Say what is wrong with refused data; what that takes is loaded on the first refusal."""
    from planner.refusing import problems_in

    return problems_in(part, data, error)


explain_with(_explained)
