"""The contract's input as types: what a therapist noticed, checked once and then frozen."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Self, get_args, get_origin

from pydantic import Field, ValidationError, model_validator

from planner.contract.answers import WHOLE, Answers, build
from planner.contract.explaining import refusal
from planner.contract.limits import (
    LONGEST_CASE,
    LONGEST_NOTES,
    MOST_SESSIONS,
    ONE_LINE,
    SEVERAL_LINES,
)
from planner.contract.read_only import ReadOnly
from planner.contract.ruptures import (
    RUPTURES,
    AuthorityFrustration,
    BoundaryRequest,
    Deflection,
    Disconnection,
    Lateness,
    Listed,
    Rupture,
    Short,
)
from planner.contract.values import (
    FLAGS,
    KINDS,
    STOP_FLAGS,
    Alliance,
    Apology,
    CulturePower,
    EarlierRepair,
    Feeling,
    Flag,
    Format,
    Happened,
    History,
    Item,
    Leaving,
    Movement,
    NextContact,
    OutsidePattern,
    Phase,
    Raised,
    SessionsLeft,
    Setting,
    Severity,
    Sign,
    TherapistAct,
    TherapistFeeling,
    TherapistPart,
    YesNo,
)
from planner.errors import ObservationError, first_of

__all__ = [
    "FLAGS",
    "KINDS",
    "STOP_FLAGS",
    "AuthorityFrustration",
    "BoundaryRequest",
    "Context",
    "Deflection",
    "Disconnection",
    "Lateness",
    "Observation",
    "Rupture",
    "Safety",
]

MOST_RUPTURES = len(KINDS)

_NOTES = Field(strict=True, max_length=LONGEST_NOTES, pattern=SEVERAL_LINES, repr=False)
"""Like the therapist's feelings no part of the repr, for a log or a notebook may keep that."""

_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class Context(Answers, frozen=True):
    """The situation in which it happened; an answer left out is not known, never no."""

    phase: Phase = "unknown"
    alliance: Alliance = "unknown"
    severity: Severity = "unknown"
    movement: Movement = "unknown"
    signs: Annotated[Listed[Sign], Short] = ()
    feelings: Annotated[Listed[Feeling], Short] = ()
    raised_by_client: YesNo = "unknown"
    happened: Happened = "unknown"
    therapist_part: TherapistPart = "unknown"
    therapist_acts: Annotated[Listed[TherapistAct], Short] = ()
    apology: Apology = "unknown"
    earlier_repair: EarlierRepair = "unknown"
    earlier_items: Annotated[Listed[Item], Short] = ()
    outside_pattern: OutsidePattern = "unknown"
    pattern_named_by_client: YesNo = "unknown"
    history: History = "unknown"
    reactant: YesNo = "unknown"
    setting: Setting = "unknown"
    leaving: Leaving = "unknown"
    sessions_left: SessionsLeft = "unknown"
    format: Format = "unknown"
    next_contact: NextContact = "unknown"
    therapist_feelings: Annotated[Listed[TherapistFeeling], Short, Field(repr=False)] = ()
    culture_power: Annotated[Listed[CulturePower], Short] = ()


class Safety(Answers, frozen=True):
    """The safety questions; empty flags say that they were asked and that none applies."""

    flags: dict[Flag, Raised]


def _orders(part: type[Answers]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the contract's order for each list of a part."""
    return tuple(
        (name, get_args(get_args(info.annotation)[0]))
        for name, info in part.model_fields.items()
        if get_origin(info.annotation) is tuple
    )


_ORDERS = _orders(Context)
_RUPTURE_ORDERS = {kind: _orders(model) for kind, model in RUPTURES.items()}


def _in_order(part: Answers, orders: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """Sort a part's lists, and say each answer once."""
    for name, order in orders:
        answers = part.__dict__[name]
        if len(answers) > 1:
            part.__dict__[name] = tuple(one for one in order if one in answers)


def _rank(rupture: Answers) -> int:
    """Give a rupture's place in the contract's table, so that the order of entry is forgotten."""
    return _RANK[rupture.__dict__["kind"]]


class Observation(Answers, frozen=True):
    """One observation, as the contract describes it: what every plan is made from.

    Build it from parts, or let `read` or `read_json` take the contract's shape.
    Raises ObservationError with every problem at once.
    """

    case: Annotated[str | None, Field(strict=True, max_length=LONGEST_CASE, pattern=ONE_LINE)] = (
        None
    )
    session: Annotated[int | None, Field(strict=True, ge=1, le=MOST_SESSIONS), WHOLE] = None
    ruptures: Annotated[Listed[Rupture], Short]
    context: Context = Field(default_factory=Context)
    safety: Safety
    notes: Annotated[str, _NOTES] = ""

    @model_validator(mode="wrap")
    @classmethod
    def _settle(cls, data: object, check: Callable[[object], Self]) -> Self:
        """Refuse in the contract's words; fix the order; give each rupture its `happened`.

        The parts are this observation's own copies, so filling them in changes nobody's data.
        """
        try:
            observation = check(data)
        except ValidationError as error:
            raise refusal(cls, data, error) from None
        ruptures = observation.ruptures
        context = observation.context
        if len({rupture.kind for rupture in ruptures}) != len(ruptures):
            raise refusal(cls, data)
        if not ruptures and observation.safety.flags.keys().isdisjoint(STOP_FLAGS):
            raise refusal(cls, data)
        if len(ruptures) > 1:
            observation.__dict__["ruptures"] = tuple(sorted(ruptures, key=_rank))
        for rupture in ruptures:
            if "happened" not in rupture.__pydantic_fields_set__:
                rupture.__dict__["happened"] = context.happened
            _in_order(rupture, _RUPTURE_ORDERS[rupture.kind])
        _in_order(context, _ORDERS)
        return observation

    @classmethod
    def read(cls, data: object) -> "Observation":
        """Take a mapping in the contract's shape; an Observation comes back as it is.

        Raises ObservationError.
        """
        if type(data) is not dict:
            if isinstance(data, Observation):
                return data
            data = dict(data) if isinstance(data, Mapping) else data
        if not cls.__pydantic_complete__:
            build(cls)
        return cls.__pydantic_validator__.validate_python(data)  # type: ignore[no-any-return]  # untyped in pydantic

    @classmethod
    def read_json(cls, text: str | bytes) -> "Observation":
        """Take the contract's JSON, at most a megabyte of it, from someone not to be trusted.

        Raises ObservationError, also where the text is no JSON or names a key twice.
        """
        from planner.contract.json_text import parsed

        data, problems = parsed(text)
        if not problems:
            return cls.read(data)
        try:
            cls.read(data)
        except ObservationError as error:
            problems += error.problems
        raise ObservationError(first_of(problems))

    def as_dict(self) -> dict[str, Any]:
        """Give the contract's shape with every default filled in and every order fixed."""
        shape: dict[str, Any] = self._shaped(dict, list)
        return shape

    def as_read_only(self) -> Mapping[str, Any]:
        """Give the same, with read-only mappings and with tuples, as it stands in a plan."""
        shape: ReadOnly = self._shaped(ReadOnly, tuple)
        return shape

    def _shaped(self, mapping: Callable[..., Any], listed: Callable[..., Any]) -> Any:
        """Give the contract's shape in these kinds of mappings and lists."""

        def shaped(answers: Iterable[tuple[str, Any]]) -> Any:
            return mapping({k: listed(v) if type(v) is tuple else v for k, v in answers})

        raised = self.safety.flags
        context = self.context.__dict__.items()
        flags = mapping({flag: raised[flag] for flag in FLAGS if flag in raised})
        shape = {
            "case": self.case,
            "session": self.session,
            # By hand: pydantic's writer swallows a Ctrl-C that comes while it looks for the kind.
            "ruptures": listed([shaped(rupture.__dict__.items()) for rupture in self.ruptures]),
            "context": shaped(context),
            "safety": mapping({"flags": flags}),
            "notes": self.notes,
        }
        return mapping(shape)
