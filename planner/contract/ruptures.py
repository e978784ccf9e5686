"""The five kinds of rupture, each with what is asked about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias, TypeVar

from pydantic import Discriminator, Field, Tag, model_validator

from planner.contract.answers import WHOLE, Answers
from planner.contract.limits import LONGEST_LIST
from planner.contract.values import (
    KINDS,
    About,
    Act,
    Answer,
    Cause,
    Form,
    Grievance,
    Happened,
    IntendedAnswer,
    Nature,
    NoticedBy,
    Response,
    Toward,
    Trigger,
    Who,
    YesNo,
)

T = TypeVar("T")
if TYPE_CHECKING:
    Listed: TypeAlias = Sequence[T]
    """Several answers: a list is taken, and who reads them cannot write into them."""
else:
    Listed = tuple[T, ...]

Short = Field(max_length=LONGEST_LIST)

Occurrences = Annotated[int, Field(strict=True, ge=1, le=999), WHOLE]


class Lateness(Answers, frozen=True):
    """Time was lost: late, missed, called off or cut short; `minutes` is None where not known.

    `own_occurrences` says how many of `occurrences` were the therapist's, where both were late.
    """

    kind: Literal["lateness"] = "lateness"
    who: Who
    minutes: Annotated[int | None, Field(strict=True, ge=0, le=600), WHOLE] = None
    cause: Cause = "unknown"
    notice_given: YesNo = "unknown"
    form: Form = "late"
    reason_asked: YesNo = "unknown"
    occurrences: Occurrences = 1
    own_occurrences: Annotated[int | None, Field(strict=True, ge=1, le=999), WHOLE] = None
    happened: Happened = "unknown"

    @model_validator(mode="after")
    def _own_among_all(self) -> Self:
        """Refuse a share of the therapist's that cannot be one."""
        own = self.own_occurrences
        if own is not None and (self.who != "both" or own > self.occurrences):
            raise ValueError("own_occurrences")
        return self


class BoundaryRequest(Answers, frozen=True):
    """The client asked for something at or over the edge of the frame."""

    kind: Literal["boundary_request"] = "boundary_request"
    nature: Nature
    answer: Answer = "unknown"
    intended_answer: IntendedAnswer = "unknown"
    pressed: YesNo = "unknown"
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class Deflection(Answers, frozen=True):
    """The client turned away from something that came close."""

    kind: Literal["deflection"] = "deflection"
    trigger: Trigger = "unknown"
    response: Response
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class AuthorityFrustration(Answers, frozen=True):
    """The client is frustrated with someone or something that has power."""

    kind: Literal["authority_frustration"] = "authority_frustration"
    toward: Toward
    grievance: Grievance = "unknown"
    about: Annotated[Listed[About], Short] = ()
    occurrences: Occurrences = 1
    happened: Happened = "unknown"


class Disconnection(Answers, frozen=True):
    """A moment of disconnection or a breach of empathy, most often by something that was done.

    Of several acts the gravest is `act`; the others stand in the context's `therapist_acts`.
    """

    kind: Literal["disconnection"] = "disconnection"
    act: Act
    noticed_by: NoticedBy = "unknown"
    notice_given: YesNo = "unknown"
    reason_asked: YesNo = "unknown"
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
    | Annotated[AuthorityFrustration, Tag("authority_frustration")]
    | Annotated[Disconnection, Tag("disconnection")],
    Discriminator(_kind_of),
]

RUPTURES: dict[str, type[Answers]] = {
    "lateness": Lateness,
    "boundary_request": BoundaryRequest,
    "deflection": Deflection,
    "authority_frustration": AuthorityFrustration,
    "disconnection": Disconnection,
}
"""The type of each kind, in the order of the contract's table."""
