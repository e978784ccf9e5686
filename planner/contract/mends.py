"""What to say about one answer that does not fit, so that a person knows how to mend it.

Each function gives the problem, or None where the answer is fine.
"""

from collections.abc import Sequence, Set

from planner.contract.fields import Field
from planner.contract.likeness import (
    LONGEST_COMPARED,
    did_you_mean,
    folded,
    nearest,
    says_nothing,
)
from planner.errors import FieldProblem, shown

_LINES = "\t\n\r"
_TRUE_FALSE = ("true", "false")


def either(values: Sequence[str]) -> str:
    """Write the values as a sentence does: "a, b or c"."""
    return f"{', '.join(values[:-1])} or {values[-1]}" if len(values) > 1 else "".join(values)


def choice(field: Field, place: str, value: object) -> FieldProblem | None:
    """Hold one answer against the closed set of its field."""
    if isinstance(value, str) and value in field.values:
        return None
    name = place.rpartition(".")[2]
    allowed = f"Values: {either(field.values)}."
    if value is None:
        mend = "needs an answer." if field.required else "cannot be null: leave it out instead."
        return FieldProblem(place, value, f"`{name}` {mend} {allowed}")
    if "yes" in field.values and (isinstance(value, bool) or folded(value) in _TRUE_FALSE):
        return FieldProblem(place, value, f"{_in_words(field, name)} {allowed}")
    if isinstance(value, list | tuple):
        message = f"`{name}` takes one answer, not a list. {allowed}"
        close = nearest(value[0], field.values) if len(value) == 1 else None
        return FieldProblem(place, value, message, close)
    hint = did_you_mean(value, field.values)
    if says_nothing(value) and not field.required:
        hint = " Leave it out where it is not known."
    message = f"{shown(value)} is no value of `{name}`.{hint} {allowed}"
    return FieldProblem(place, value, message, nearest(value, field.values))


def _in_words(field: Field, name: str) -> str:
    """Say which words stand for true and false; which of them was meant, only a person knows."""
    words = either([f'"{one}"' for one in field.values if one != field.unknown])
    unless = "" if field.required else ", or leave it out where it is not known"
    return f"`{name}` takes a word, not true or false: write {words}{unless}."


def members(field: Field, place: str, value: object, longest: int) -> list[FieldProblem]:
    """Hold every member of a list against the closed set of its field."""
    name = place.rpartition(".")[2]
    if not isinstance(value, list | tuple | Set):
        close = nearest(value, field.values)
        wrapped = f'["{close}"]' if close else f'a list such as ["{field.values[0]}"]'
        message = f"`{name}` is a list, not {shown(value)}: write {wrapped}, or [] for none."
        return [FieldProblem(place, value, message, close)]
    if len(value) > longest:
        message = f"`{name}` has {len(value):,} entries; name each at most once."
        return [FieldProblem(place, value, message)]
    problems = []
    for index, one in enumerate(value):
        if isinstance(one, str) and one in field.values:
            continue
        hint = did_you_mean(one, field.values)
        message = f"{shown(one)} is no value of `{name}`.{hint} Values: {either(field.values)}."
        close = nearest(one, field.values)
        problems.append(FieldProblem(f"{place}[{index}]", one, message, close))
    return problems


def number(field: Field, place: str, value: object) -> FieldProblem | None:
    """Hold a number against its bounds; a number in quotation marks is not one."""
    low, high = field.low or 0, field.high or 0
    if value is None and field.nullable:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return None
    null = ", or null where it is not known" if field.nullable else ""
    message = f"`{place.rpartition('.')[2]}` is a whole number from {low} to {high}{null}"
    if isinstance(value, str):
        meant = _number_in(value)
        message = f"{message}, without quotation marks."
    else:
        meant = None
        message = f"{message}; this is {shown(value)}."
    close = None if meant is None or not low <= meant <= high else str(meant)
    return FieldProblem(place, value, message, close)


def _number_in(value: str) -> int | None:
    """See the number in a short text of digits."""
    digits = value[:LONGEST_COMPARED].strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 4 else None


def text(place: str, value: object, longest: int, *, lines: bool) -> FieldProblem | None:
    """Hold free text against its length and against characters that cannot be stored or shown."""
    name = place.rpartition(".")[2]
    if not isinstance(value, str):
        hint = f': write "{value}" in quotation marks' if type(value) is int else ""
        return FieldProblem(place, value, f"`{name}` is text, not {shown(value)}{hint}.")
    if len(value) > longest:
        message = f"`{name}` has {len(value):,} characters; at most {longest:,} are kept."
        return FieldProblem(place, value, message)
    wrong = next((sign for sign in value if _unwritable(sign, _LINES if lines else "")), None)
    if wrong is None:
        return None
    return FieldProblem(place, value, f"`{name}` holds {shown(wrong)}, which is no letter or sign.")


def _unwritable(sign: str, allowed: str) -> bool:
    """Tell control characters and halves of a broken character from what a person writes."""
    return (sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff") and (
        sign not in allowed
    )
