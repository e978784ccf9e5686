"""The four kinds of rupture, each with what is asked about it."""

from typing import Annotated, Literal, get_args

from pydantic import Discriminator, Field, Tag

from planner.contract.answers import Answers
from planner.contract.values import (
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
