"""What goes in: an observation, checked once and then frozen, and what is wrong with any other.

`values` are the closed answers, `answers` what all parts share, `ruptures` and `observation` the
parts themselves; `fields` and `facts` show them to the rules; `refusals` and `mends` tell a person
what to mend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.contract.explaining import explain_with
from planner.errors import FieldProblem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


def _explained(
    part: type[BaseModel], data: object, error: ValidationError | None
) -> list[FieldProblem]:
    """Say what is wrong with refused data; what that takes is loaded on the first refusal."""
    from planner.contract.refusals import problems_in

    return problems_in(part, data, error)


explain_with(_explained)
