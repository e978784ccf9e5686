"""The four kinds of rupture, each with what is asked about it.

pydantic only answers whether the data fits, which is quick. Saying what is wrong with data
that does not fit is `planner.refusing`'s work, and is loaded only then.
"""

from threading import Lock
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from planner.errors import ObservationError
from planner.values import (
    Answer,
    Cause,
    Grievance,
    Happened,
    Kind,
    Nature,
    Response,
    Toward,
    Trigger,
    Who,
    YesNo,
)

KINDS: tuple[str, ...] = get_args(Kind)


def refusal(
    part: type[BaseModel], data: object, error: ValidationError | None = None
) -> ObservationError:
    """Find every problem in data that did not fit; the machinery for it is loaded only here."""
    from planner.refusing import problems_in

    return ObservationError(problems_in(part, data, error))


_BUILDING = Lock()


def build(part: type[BaseModel]) -> None:
    """Compile a part's checks on first use: importing stays quick, and no two threads collide."""
    with _BUILDING:
        if not part.__pydantic_complete__:
            part.model_rebuild()


class Answers(BaseModel):
    """What every part of an observation shares: frozen, closed, and refused in our own words."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", revalidate_instances="always", defer_build=True
    )

    def __init__(self, /, **data: Any) -> None:
        """Check the answers; raise ObservationError, so that callers never meet pydantic's."""
        if not self.__pydantic_complete__:
            build(type(self))
        try:
            self.__pydantic_validator__.validate_python(data, self_instance=self)
        except ValidationError as error:
            raise refusal(type(self), data, error) from None

    # Without this mark pydantic would build the parts of an observation through `__init__`,
    # which could then report only the first part's problems.
    setattr(__init__, "__pydantic_base_init__", True)  # noqa: B010 - mypy knows no such attribute


Occurrences = Annotated[int, Field(strict=True, ge=1, le=999)]


class Lateness(Answers):
    """Someone was kept waiting; `minutes` is None where it is not known."""

    kind: Literal["lateness"] = "lateness"
    who: Who
    minutes: Annotated[int | None, Field(strict=True, ge=0, le=600)] = None
    cause: Cause = "unknown"
    notice_given: YesNo = "unknown"
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class BoundaryRequest(Answers):
    """The client asked for something at or over the edge of the frame."""

    kind: Literal["boundary_request"] = "boundary_request"
    nature: Nature
    answer: Answer = "unknown"
    pressed: YesNo = "unknown"
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class Deflection(Answers):
    """The client turned away from something that came close."""

    kind: Literal["deflection"] = "deflection"
    trigger: Trigger = "unknown"
    response: Response
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class AuthorityFrustration(Answers):
    """The client is frustrated with someone or something that has power."""

    kind: Literal["authority_frustration"] = "authority_frustration"
    toward: Toward
    grievance: Grievance = "unknown"
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


def _kind_of(rupture: object) -> str | None:
    """Name the kind by which a rupture is read; None, for a refusal, when it has none of ours."""
    kind = rupture.get("kind") if isinstance(rupture, dict) else getattr(rupture, "kind", None)
    return kind if isinstance(kind, str) and kind in KINDS else None


Rupture = Annotated[
    Annotated[Lateness, Tag("lateness")]
    | Annotated[BoundaryRequest, Tag("boundary_request")]
    | Annotated[Deflection, Tag("deflection")]
    | Annotated[AuthorityFrustration, Tag("authority_frustration")],
    Discriminator(_kind_of),
]
