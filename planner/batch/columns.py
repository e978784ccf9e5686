"""The columns of a table: which are fields, which are carried along, and which stop the file.

A column that no field is called like belongs to whoever asks, and comes back beside the plan. One
that is nearly called like a field is refused, for what it says would be read by nobody; where it
is meant as it stands, whoever asks names it, and it is carried along as well.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from planner.batch.flat import COLUMNS, FLAT, NONE, SAFETY, first_columns
from planner.contract.likeness import alike, nearest
from planner.contract.observation import FLAGS, KINDS
from planner.errors import FieldProblem, ObservationError, printable

PLANS = "plan."
"""How the columns begin that plans are told in."""
CARRY = "--carry"
"""How the command line is told that a column is carried along."""

_INDEX = "Unnamed: 0"
"""What pandas calls a column that has no name."""
MOST_COLUMNS = 16_384

_OWNERS = tuple(f"{owner}." for owner in (*KINDS, "context", "safety"))
_SAFETY = (*FLAGS, *SAFETY.split("."))
"""Words that answer the safety question, where a column of its own would leave them unread; a flag
in another spelling counts as well."""
_UNSEEN = "\\s\u200b-\u200f\u2060\ufeff"
_OUTER = re.compile(f"^[{_UNSEEN}]+|[{_UNSEEN}]+$")
"""Outer blanks; some programs write those that nobody sees, such as the mark of UTF-8 twice."""
_PARTED = str.maketrans(".-/: ", "_____")
_WRITTEN = {name.translate(_PARTED): name for name in FLAT}
_ANSWERS = {name.partition(".")[2]: name for name in reversed(FLAT)}


@dataclass(frozen=True, slots=True)
class Known:
    """What a table's columns are called here, in order, and each that is carried along.

    A field is called as in the contract. `carried` has the column's place (1 is the first), its
    name as it is written, and the name under which it comes back.
    """

    names: tuple[str, ...]
    carried: tuple[tuple[int, str, str], ...] = ()

    @property
    def index(self) -> str | None:
        """The column that a data frame numbers its rows in, where it was written with the table."""
        place, name, free = self.carried[0] if self.carried else (0, "", "")
        numbered = not name.strip() or name.strip() == _INDEX
        return free if place == 1 and numbered else None

    def note(self) -> str:
        """One line about what is carried along; "" where every column is a field."""
        told = ", ".join(_carried(*one) for one in self.carried)
        return f"Carried along, not read: {told}." if told else ""


def known_columns(
    written: Sequence[str],
    carry: Collection[str] = (),
    added: Sequence[str] = (),
    *,
    kept: bool = False,
) -> Known:
    """What the columns of a table are.

    `carry` has names that are carried along although they are nearly a field's. `added` are the
    columns that the output has beside them: a column of that name comes back as `NAME_2`, as does
    a name that stands there again. `kept` tells that nothing can be renamed (a frame). Raises
    ObservationError where a column is missing, or its name can be taken in two ways.
    """
    if len(written) > MOST_COLUMNS:
        what = (
            f"The table has {len(written):,} columns; a spreadsheet has {MOST_COLUMNS:,} at most."
        )
        raise ObservationError([FieldProblem("", None, f"{what} Take those out that say nothing.")])
    fields = [_field(name, written, carry) for name in written]
    problems = [
        problem
        for name, field in dict(zip(written, fields, strict=True)).items()
        for problem in (
            _doubled(field, name, written, fields) if field else _strange(name, carry, kept=kept)
        )
    ]
    problems += _missing([field for field in fields if field])
    if problems:
        raise ObservationError(problems)
    names = [field or name for name, field in zip(written, fields, strict=True)]
    if not kept:
        names = _free(written, fields, added)
    places = enumerate(zip(written, names, fields, strict=True), 1)
    carried = [(place, name, free) for place, (name, free, field) in places if not field]
    return Known(tuple(names), tuple(carried))


def field_of(name: str) -> str | None:
    """The column of the flat form that a name is, but for capitals and outer blanks."""
    bare = _bare(name)
    return bare if bare in COLUMNS else None


def _bare(name: str) -> str:
    """A name without capitals and outer blanks, those that nobody sees among them."""
    return _OUTER.sub("", name).casefold()


def _field(name: str, written: Sequence[str], carry: Collection[str]) -> str | None:
    """The field of a column; a name that is written exactly so goes before one that is not."""
    field = field_of(name)
    return None if field != name and field in written and _asked(name, carry) else field


def _asked(name: str, carry: Collection[str]) -> bool:
    return name in carry or name.strip() in carry


def _missing(fields: Collection[str]) -> list[FieldProblem]:
    """What no table can do without."""
    problems = []
    if SAFETY not in fields:
        what = f"The column `{SAFETY}` is missing: in each row it says `{NONE}`, or what applies."
        problems.append(FieldProblem(SAFETY, None, what))
    if not any(FLAT[name].rupture for name in fields if name in FLAT):
        what = f"There is no column about a rupture. Add one of {', '.join(first_columns())}."
        problems.append(FieldProblem("ruptures", None, what))
    return problems


def _strange(name: str, carry: Collection[str], *, kept: bool) -> list[FieldProblem]:
    """Why a column that is no field cannot be carried along, if so."""
    shown = printable(name)
    if _begins_as_plans(name) and (kept or not _asked(name, carry)):
        bare = printable(name.strip().casefold())
        what = f"The output has a column `{bare}` of its own, or may have one."
        mend = f"Call yours otherwise, `my_{bare.replace('.', '_')}` say, or take it out."
        return [FieldProblem(name, None, f"{what} {mend}")]
    if _asked(name, carry):
        return []
    mend = _nearly(name)
    if not mend:
        return []
    carried = f'carry=["{shown}"]' if kept else f"{CARRY} {shlex.quote(shown)}"
    own = f" If it is a column of your own: {carried}."
    what = f"No column is called `{shown}`. {mend}{own}"
    return [FieldProblem(name, None, what, _near_field(name))]


def _doubled(
    field: str, name: str, written: Sequence[str], fields: Sequence[str | None]
) -> list[FieldProblem]:
    """Two columns of one field: which of them is meant, only a person knows."""
    if fields.count(field) < 2 or name != written[fields.index(field)]:
        return []
    counted = dict.fromkeys(one for one, its in zip(written, fields, strict=True) if its == field)
    told = f"The column `{field}` is there twice"
    if len(counted) > 1:
        told += f" ({' and '.join(f'`{printable(one)}`' for one in counted)})"
    return [FieldProblem(name, None, f"{told}. Take one out, or call it `my_{field}_2`.")]


def _nearly(name: str) -> str:
    """The field that a column's name may be meant for, as a question; "" where it is none."""
    bare = _bare(name)
    flag = _flag(bare)
    if flag or bare in _SAFETY:
        example = flag or f"{FLAGS[0]}:unsure"
        return f"What it says about safety is told in `{SAFETY}`, such as `{example}`."
    if near := _near_field(name):
        return f"Did you mean `{near}`?"
    if bare.startswith(_OWNERS):
        close = alike(name, COLUMNS)
        return (
            f"Did you mean `{close}`?" if close else "A column of your own has no dot in its name."
        )
    return ""


def _flag(bare: str) -> str | None:
    """The safety flag that a name is but for a slip of the pen, or that stands in it."""
    written = re.sub(r"_+", "_", bare.translate(_PARTED))
    inside = (flag for flag in FLAGS if flag in written)
    return next(inside, None) or nearest(written.strip("_?"), FLAGS)


def _near_field(name: str) -> str | None:
    """The field that a name is but for a slip of the pen, or for another sign than the dot."""
    written = _bare(name).translate(_PARTED).replace("__", "_")
    near = nearest(written, tuple(_WRITTEN))
    return _WRITTEN[near] if near else None


def _begins_as_plans(name: str) -> bool:
    return name.strip().casefold().startswith(PLANS)


def _free(written: Sequence[str], fields: Sequence[str | None], added: Sequence[str]) -> list[str]:
    """A name for each column that no other has; a blank one is called by its place."""
    used = {*added, *(field for field in fields if field)}
    kept = {*used, *written}
    numbers: Counter[str] = Counter()
    names = []
    for place, (name, field) in enumerate(zip(written, fields, strict=True), 1):
        base = free = field or (name if name.strip() else f"column_{place}")
        while not field and (free in used or (_begins_as_plans(base) and free == base)):
            numbers[base] += 1
            free = f"{base}_{numbers[base] + 1}"
            free = base if free in kept else free
        used.add(free)
        names.append(free)
    return names


def _carried(place: int, name: str, free: str) -> str:
    """How one column is told of: what it is called, and what it must not be taken for."""
    if not name.strip():
        return f"column {place} without a name as `{free}`"
    told = f"`{printable(name)}`" + (f" as `{printable(free)}`" if free != name else "")
    like = _ANSWERS.get(name.strip().casefold())
    return f"{told} (the field is `{like}`)" if like else told
