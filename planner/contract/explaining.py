"""Who says what is wrong with data that did not fit: handed over, because it rests on the types.

What says it reads the catalogue of fields, which is made from the very types that refuse; so they
can only ask for it here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from planner.errors import FieldProblem, ObservationError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Explain: TypeAlias = (
    "Callable[[type[BaseModel], object, ValidationError | None], list[FieldProblem]]"
)
"""The problems of a part of an observation, of data that did not fit it and pydantic's error."""

_EXPLAINED_BY: list[Explain] = []


def explain_with(explain: Explain) -> None:
    """Take the function that says what is wrong with data that did not fit."""
    _EXPLAINED_BY[:] = [explain]


def refusal(
    part: type[BaseModel], data: object, error: ValidationError | None = None
) -> ObservationError:
    """Find every problem in data that did not fit."""
    return ObservationError(_EXPLAINED_BY[0](part, data, error))
