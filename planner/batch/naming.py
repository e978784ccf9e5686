"""How a frame calls its columns: `lateness.who`, or `lateness__who` where a dot may not stand.

Spark takes a dot in a name for a field inside a column, and does not find the column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.batch.answering import PLAN_COLUMNS
from planner.batch.flat import FLAT
from planner.errors import FieldProblem

JSON = "plan.json"
REFUSED = "plan.refused"
ADDED = (*PLAN_COLUMNS, JSON, REFUSED)
"""The columns that `plan_frame` adds, all of text; where `plan.refused` is filled the others are
null, and it holds the problems as JSON."""

DOT = "."
_BEGIN = {name.partition(DOT)[0] for name in (*FLAT, *ADDED)}
"""What the names that have a dot begin with; every other name is a person's own."""
_DOTTED = re.compile(rf"\b({'|'.join(sorted(_BEGIN))})\.(?=[a-z#])")


def added_columns(separator: str = DOT) -> tuple[str, ...]:
    """The names of the columns that `plan_frame` adds, in their order; all hold text.

    Raises ValueError for a separator that stands in a field's name.
    """
    names = Names(separator)
    return tuple(names.outside(name) for name in ADDED)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a frame's columns, with a separator in place of the dot."""

    separator: str = DOT

    def __post_init__(self) -> None:
        """Refuse a separator by which two names could be taken for one."""
        parts = [part for name in (*FLAT, *ADDED) for part in name.split(DOT)]
        if not self.separator or any(self.separator in part for part in parts):
            what = f'The separator "{self.separator}" stands in the names of fields.'
            raise ValueError(f'{what} Use another, such as "__": `lateness__who`.')

    def inside(self, name: str) -> str:
        """The flat form's name of a frame's column."""
        first, found, rest = name.partition(self.separator)
        return first + DOT + rest if found and first in _BEGIN else name

    def outside(self, text: str) -> str:
        """A name of the flat form as the frame writes it, also where it stands in a sentence."""
        if self.separator == DOT:
            return text
        return _DOTTED.sub(lambda found: found[1] + self.separator, text)

    def told(self, problem: FieldProblem) -> FieldProblem:
        """A problem with the frame's names in it."""
        if self.separator == DOT:
            return problem
        message = self.outside(problem.message).replace("no dot", f"no `{self.separator}`")
        near = problem.nearest and self.outside(problem.nearest)
        return FieldProblem(self.outside(problem.field), problem.value, message, near)


PLAIN = Names()
"""The flat form's own names."""
