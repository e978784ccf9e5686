"""What every part of an observation shares: frozen, closed, and refused in the contract's words.

pydantic only answers whether the data fits, which is quick. What is wrong with data that does not
fit is said by a function that the package hands over, and that is loaded on the first refusal:
it reads the catalogue of fields, which is made from the very types that rest on this module.
"""

from threading import Lock
from typing import Any

from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator

from planner.contract.explaining import refusal

_BUILDING = Lock()


def build(part: type[BaseModel]) -> None:
    """Compile a part's checks on first use: importing stays quick, and no two threads collide."""
    with _BUILDING:
        if not part.__pydantic_complete__:
            part.model_rebuild()


def _whole(value: object) -> object:
    """Read 52.0 as 52: programs write whole numbers so, and nothing is lost."""
    return int(value) if type(value) is float and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Beside a number's bounds: a whole number that was written with a decimal point is taken."""


class Answers(
    BaseModel, frozen=True, extra="forbid", revalidate_instances="always", defer_build=True
):
    """What every part of an observation shares: frozen, closed, and refused in our own words.

    Each part says `frozen=True` once more: so checkers of types know it.
    """

    def __init__(self, /, **data: Any) -> None:
        """Check the answers; raise ObservationError, so that callers never meet pydantic's."""
        if not self.__pydantic_complete__:
            build(type(self))
        try:
            self.__pydantic_validator__.validate_python(data, self_instance=self)
        except ValidationError as error:
            raise refusal(type(self), data, error) from None

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, data: object) -> object:
        """Read null for an optional answer as one that was left out."""
        if type(data) is not dict or None not in data.values():
            return data
        return {
            name: answer
            for name, answer in data.items()
            if answer is not None or name not in cls.model_fields or cls._needed(name)
        }

    @classmethod
    def _needed(cls, name: str) -> bool:
        """Whether an answer has to be there."""
        return cls.model_fields[name].is_required()

    # Without this mark pydantic would build the parts of an observation through `__init__`,
    # which could then report only the first part's problems.
    setattr(__init__, "__pydantic_base_init__", True)  # noqa: B010 - mypy knows no such attribute
