"""Everything that can go wrong, as one tree.

    PlannerError
    ├── ObservationError    the answers break the contract; `.problems` are FieldProblems
    │   └── ResponseError   a FHIR response cannot be read; `.unanswered` are safety flags
    ├── RulebookError       the rule files break their shape; `.problems` are RuleProblems
    └── EngineError         the matching engine refused, or answered what it never should

A problem is written for the person who must mend it, so an error carries all of them at once.
"""

import math
import pickle
import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

LONGEST_SHOWN = 60
LONGEST_SENT = 200
EXACT_IN_JSON = 2**53
MOST_PROBLEMS = 100
"""Problems of one observation that are told: nobody mends more at once. No more are looked for."""


class PlannerError(Exception):
    """The root: catch this to catch whatever the planner raises on purpose."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One answer that breaks the contract: where, what it was, why, and what comes nearest.

    `field` is written as the contract writes it ("ruptures[0].who", "context.phase");
    "" means the observation as a whole. `nearest` is the allowed value or key that
    was meant but for a slip of the pen; None wherever that is not certain.
    """

    field: str
    value: object
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        """Give the line that a person reads: the place, then the mend."""
        return f"{self.field}: {self.message}" if self.field else self.message

    def __reduce__(self) -> tuple[type["FieldProblem"], tuple[object, ...]]:
        """Travel between processes whatever the value was: as it is shown, where it cannot go."""
        try:
            pickle.dumps(self.value)
        except Exception:  # noqa: BLE001 - every kind of object says in its own way that it stays
            return FieldProblem, (self.field, shown(self.value), self.message, self.nearest)
        return FieldProblem, (self.field, self.value, self.message, self.nearest)

    def as_dict(self) -> dict[str, object]:
        """Give the problem as JSON can carry it, whatever the value was."""
        return {
            "field": self.field,
            "value": json_safe(self.value),
            "message": self.message,
            "nearest": self.nearest,
        }


def first_of(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """The first hundred problems, and one more that says that there are others.

    No more of them is asked for, so that what finds them one by one stops there.
    """
    found = list(islice(problems, MOST_PROBLEMS + 1))
    if len(found) <= MOST_PROBLEMS:
        return found
    more = f"There are more problems than these {MOST_PROBLEMS}; mend these first."
    return [*found[:MOST_PROBLEMS], FieldProblem("", None, more)]


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One mistake in a rule file, with the line on which to mend it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """Give `file:line: message`, which editors and terminals turn into a link."""
        return f"{self.path}:{self.line}: {self.message}"


class ObservationError(PlannerError):
    """The observation breaks the contract; `.problems` names every place."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        """Keep the problems as they are; the text is made only when someone asks for it."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """List every problem, one a line."""
        return "\n".join(map(str, self.problems))


class ResponseError(ObservationError):
    """A QuestionnaireResponse cannot be read; the field of each problem is a linkId.

    `unanswered` has every safety flag whose question has no answer that can be read, in the
    contract's order. It is empty where only something else is wrong.
    """

    def __init__(self, problems: Sequence[FieldProblem], unanswered: Sequence[str] = ()) -> None:
        """Keep the problems, and what nobody has answered about safety."""
        super().__init__(problems)
        self.unanswered = tuple(unanswered)


class RulebookError(PlannerError):
    """The rule files cannot be used; `.problems` names every file and line."""

    def __init__(self, problems: Sequence[RuleProblem], origin: str = "") -> None:
        """Keep the problems as they are; the text is made only when someone asks for it.

        `origin` is a sentence on who named these rules, where it was not the caller.
        """
        self.problems = tuple(problems)
        self.origin = origin
        super().__init__(self.problems, origin)

    def __str__(self) -> str:
        """List every problem, one a line, then who named the rules."""
        return "\n".join([*map(str, self.problems), *filter(None, [self.origin])])


class EngineError(PlannerError):
    """The engine would not take the rules, or gave an answer that must not become a plan."""


class _Short(reprlib.Repr):
    """A repr that stays short, shallow and on one line, so that no input can flood a message."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 2
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = 3
        self.maxstring = self.maxother = LONGEST_SHOWN


_SHORT = _Short()


def printable(text: str, limit: int = LONGEST_SHOWN) -> str:
    """Give the text on one line: shortened, with what cannot be printed or encoded escaped."""
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in kept
    )


def shown(value: object) -> str:
    """Give any value as a message may quote it; never fails, whatever the value is."""
    if isinstance(value, str):
        return f'"{printable(value)}"'
    try:
        return printable(_SHORT.repr(value), 2 * LONGEST_SHOWN)
    except Exception:  # noqa: BLE001 - a hostile or immense object must not hide the problem it is
        return f"<{type(value).__name__}>"


def json_safe(value: object) -> object:
    """Give the value itself where JSON carries it exactly and shortly, else how it is shown."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_IN_JSON else shown(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else shown(value)
    if isinstance(value, str):
        text = value[: LONGEST_SENT + 1]
        return printable(text, LONGEST_SENT)
    return shown(value)
