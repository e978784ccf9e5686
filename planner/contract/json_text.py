"""JSON from someone not to be trusted: bounded in size and depth, no key said twice.

A key said twice is refused because readers differ on which one counts; here that could be a
safety flag.
"""

import json
from collections import Counter
from itertools import islice

from planner.errors import MOST_PROBLEMS, FieldProblem, ObservationError, first_of, printable

LARGEST = 1_000_000
DEEPEST = 20

_Twice = tuple[dict[str, object], str]


class _SaidTwice(Exception):  # noqa: N818 - it never leaves this module
    """Somewhere a key is said twice; only then is the text read again, to find out where."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _SaidTwice
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once)  # made once: making it costs most of a read


def parsed(text: str | bytes) -> tuple[object, list[FieldProblem]]:
    """Give the data, and each key that is said twice in it, a hundred of them at most.

    Raises ObservationError where there is no data to be had from the text.
    """
    if len(text) > LARGEST:
        raise _refused(f"is too long: {len(text):,} characters, at most {LARGEST:,}")
    twice: list[_Twice] = []
    try:
        data = _loaded(text, twice)
    except UnicodeDecodeError as error:
        raise _refused(f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _refused(
            f"is no JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise _refused(_TOO_DEEP) from None
    except ValueError:  # Python's own limit on the digits of a number
        raise _refused("has a number with too many digits") from None
    if not twice and _brackets(text) <= DEEPEST:
        return data, []
    places = _places(data)
    if places is None:
        raise _refused(_TOO_DEEP)
    return data, first_of(_said_twice(places.get(id(made), ""), name, made) for made, name in twice)


def _brackets(text: str | bytes) -> int:
    """Count what could open a level: with few of them, the depth need not be measured."""
    if isinstance(text, bytes):
        return text.count(b"[") + text.count(b"{")
    return text.count("[") + text.count("{")


def _loaded(text: str | bytes, twice: list[_Twice]) -> object:
    """Parse the text and note each mapping that names a key more than once."""

    def mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs) and len(twice) <= MOST_PROBLEMS:
            counts = Counter(name for name, _ in pairs)
            said = ((made, name) for name, count in counts.items() if count > 1)
            twice.extend(islice(said, MOST_PROBLEMS + 1 - len(twice)))
        return made

    plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    try:
        return _DECODER.decode(plain)
    except _SaidTwice:
        return json.loads(plain, object_pairs_hook=mapping)


_TOO_DEEP = f"is nested too deeply: at most {DEEPEST} levels"


def _refused(reason: str) -> ObservationError:
    """Refuse the text as a whole."""
    return ObservationError([FieldProblem("", None, f"The text {reason}.")])


def _said_twice(place: str, name: str, made: dict[str, object]) -> FieldProblem:
    field = f"{place}.{printable(name)}" if place else printable(name)
    return FieldProblem(
        field, made[name], f"`{printable(name)}` is given twice; keep the one that is meant."
    )


def _places(data: object) -> dict[int, str] | None:
    """Name the place of each container, one level at a time; None where there are too many."""
    level = [("", data)]
    places: dict[int, str] = {}
    for _ in range(DEEPEST + 1):
        containers = [(place, one) for place, one in level if isinstance(one, dict | list)]
        if not containers:
            return places
        level = []
        for place, one in containers:
            places[id(one)] = place
            if isinstance(one, dict):
                start = f"{place}." if place else ""
                level += [(f"{start}{printable(name)}", inner) for name, inner in one.items()]
            else:
                level += [(f"{place}[{index}]", inner) for index, inner in enumerate(one)]
    return None
