"""What is wrong with data that is no observation: every place, in the contract's notation.

pydantic has already refused the data. This walk goes over it once more by the catalogue of
fields and says what a person needs to mend it. It runs only after a refusal.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.contract import likeness, mends
from planner.contract.fields import FIELDS, Field
from planner.contract.limits import LONGEST_CASE, LONGEST_LIST, LONGEST_NOTES, MOST_SESSIONS
from planner.contract.observation import (
    FLAGS,
    KINDS,
    MOST_RUPTURES,
    STOP_FLAGS,
    Observation,
    Safety,
)
from planner.contract.ruptures import RUPTURES
from planner.errors import FieldProblem, first_of, printable, shown

_ASKED = "{} says that you asked and that none applies"
_SESSION = Field("session", "number", (), 1, MOST_SESSIONS, nullable=True)
_FLAG = Field("safety.flags", "choice", ("yes", "unsure"), required=True)
_NO = ("no", "none", "false", "not", "n", "0", "")
_FIELDS_OF: dict[str, dict[str, Field]] = {
    owner: {
        name.partition(".")[2]: field
        for name, field in FIELDS.items()
        if name.startswith(f"{owner}.")
    }
    for owner in (*KINDS, "context")
}
_KEYS_OF: dict[str, tuple[str, ...]] = {
    "the observation": tuple(Observation.model_fields),
    "safety": ("flags",),
    "context": tuple(_FIELDS_OF["context"]),
    **{kind: ("kind", *_FIELDS_OF[kind]) for kind in KINDS},
}


def problems_in(
    part: type[BaseModel], data: object, error: ValidationError | None = None
) -> list[FieldProblem]:
    """List what is wrong with the data for this part of an observation; never an empty list."""
    return first_of(_walk(part, data)) or [_in_pydantics_words(error)]


def _in_pydantics_words(error: ValidationError | None) -> FieldProblem:
    """The problem of last resort, where pydantic refuses what this walk accepts."""
    if error is None:
        return FieldProblem("", None, "This is no observation.")
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(printable(str(step)) for step in first["loc"])
    return FieldProblem(place, first["input"], first["msg"])


def _walk(part: type[BaseModel], data: object) -> Iterator[FieldProblem]:
    """Choose the walk; a part that was built by itself is walked as its own whole."""
    if part is Observation:
        return _observation(data)
    if part is Safety:
        return _safety("", data)
    return _answers(
        "", next((kind for kind, model in RUPTURES.items() if model is part), "context"), data
    )


def _mapping(value: object) -> Mapping[Any, object] | None:
    """See a part that was built before as the mapping it came from."""
    if isinstance(value, BaseModel):
        return dict(value.__dict__)
    return value if isinstance(value, dict) else None


def _at(place: str, key: object) -> str:
    """Write a place as the contract does, whatever the key is."""
    name = printable(key) if isinstance(key, str) else shown(key)
    return f"{place}.{name}" if place else name


def _no_mapping(place: str, owner: str, value: object) -> FieldProblem:
    message = f"{owner[0].upper()}{owner[1:]} is a mapping of names to answers"
    return FieldProblem(place, value, f"{message}, not {shown(value)}.")


def _observation(data: object) -> Iterator[FieldProblem]:
    """Go through the whole, top keys in the contract's order, unknown keys last."""
    given = _mapping(data)
    if given is None:
        yield _no_mapping("", "the observation", data)
        return
    if (case := given.get("case")) is not None:
        yield from _one(mends.text("case", case, LONGEST_CASE, lines=False))
    yield from _one(mends.number(_SESSION, "session", given.get("session")))
    yield from _ruptures(given)
    if given.get("context") is not None:
        yield from _answers("context", "context", given["context"])
    if "safety" in given:
        yield from _safety("safety", given["safety"])
    else:
        message = f'An observation needs `safety`: {{"flags": {{}}}}{_ASKED[2:]}.'
        yield FieldProblem("safety", None, message)
    if (notes := given.get("notes")) is not None:
        yield from _one(mends.text("notes", notes, LONGEST_NOTES, lines=True))
    yield from _unknown_keys("", "the observation", given)


def _one(problem: FieldProblem | None) -> Sequence[FieldProblem]:
    return () if problem is None else (problem,)


def _ruptures(given: Mapping[Any, object]) -> Iterator[FieldProblem]:
    """Go through each rupture, then say what is wrong with them as a list."""
    several = f"one to five ruptures, at most one of each kind: {', '.join(KINDS)}"
    ruptures = given.get("ruptures")
    if "ruptures" not in given:
        yield FieldProblem("ruptures", None, f"An observation needs `ruptures`: {several}.")
        return
    if not isinstance(ruptures, list | tuple):
        message = f"`ruptures` is a list in [ ], not {shown(ruptures)}: {several}."
        yield FieldProblem("ruptures", ruptures, message)
        return
    if len(ruptures) > MOST_RUPTURES or (not ruptures and not _stopped(given.get("safety"))):
        message = f"`ruptures` has {len(ruptures):,} entries; it needs {several}."
        if not ruptures:
            message += f" Only with a flag that stops may it be empty: {', '.join(STOP_FLAGS)}."
        yield FieldProblem("ruptures", ruptures, message)
    first: dict[str, int] = {}
    for index, rupture in enumerate(ruptures[:LONGEST_LIST]):
        yield from _rupture(f"ruptures[{index}]", rupture)
        kind = (_mapping(rupture) or {}).get("kind")
        if isinstance(kind, str) and first.setdefault(kind, index) != index and kind in KINDS:
            message = f"{kind} stands already in ruptures[{first[kind]}]; put the two into one"
            yield FieldProblem(f"ruptures[{index}].kind", kind, f"{message}, with `occurrences`.")


def _stopped(safety: object) -> bool:
    """Whether a flag that stops was given: danger alone is enough to tell."""
    flags = (_mapping(safety) or {}).get("flags")
    return isinstance(flags, Mapping) and any(flag in flags for flag in STOP_FLAGS)


def _rupture(place: str, value: object) -> Iterator[FieldProblem]:
    """Go through one rupture; without a kind that we know, nothing else in it can be judged."""
    given = _mapping(value)
    if given is None:
        yield _no_mapping(place, "a rupture", value)
        return
    kind = given.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        yield from _answers(place, kind, given)
    elif "kind" not in given:
        message = f"A rupture needs `kind`: {mends.either(KINDS)}."
        yield FieldProblem(f"{place}.kind", None, message)
    else:
        field = Field("kind", "choice", KINDS, required=True)
        yield from _one(mends.choice(field, f"{place}.kind", kind))


def _answers(place: str, owner: str, value: object) -> Iterator[FieldProblem]:
    """Go through the fields of a rupture or of the context, in the contract's order."""
    given = _mapping(value)
    if given is None:
        yield _no_mapping(place, owner, value)
        return
    for name, field in _FIELDS_OF[owner].items():
        yield from _answer(_at(place, name), owner, field, given)
    if owner == "lateness":
        yield from _one(_own_occurrences(place, given))
    if owner in KINDS and given.get("kind", owner) != owner:
        yield FieldProblem(_at(place, "kind"), given["kind"], f'`kind` is "{owner}" here.', owner)
    yield from _unknown_keys(place, owner, given)


def _answer(
    where: str, owner: str, field: Field, given: Mapping[Any, object]
) -> Iterator[FieldProblem]:
    """Hold one answer against its field; null says that an optional one was left out."""
    name = field.name.partition(".")[2]
    answer = given.get(name)
    if answer is None:
        if field.required and name in given:
            yield from _one(mends.choice(field, where, None))
        elif field.required:
            needs = f"{owner} needs `{name}`: {mends.either(field.values)}."
            yield FieldProblem(where, None, needs)
    elif field.kind == "list":
        yield from mends.members(field, where, answer, LONGEST_LIST)
    elif field.kind == "number":
        yield from _one(mends.number(field, where, answer))
    else:
        yield from _one(mends.choice(field, where, answer))


def _own_occurrences(place: str, given: Mapping[Any, object]) -> FieldProblem | None:
    """Hold the therapist's share against who was late, and how often."""
    own, count = given.get("own_occurrences"), given.get("occurrences", 1)
    where = _at(place, "own_occurrences")
    if not isinstance(own, int | float):
        return None
    if given.get("who") != "both":
        message = "`own_occurrences` is asked where both were late; leave it out, or say who: both."
        return FieldProblem(where, own, message)
    if isinstance(count, int | float) and own > count:
        message = f"`own_occurrences` is at most `occurrences`, which is {shown(count)}."
        return FieldProblem(where, own, message)
    return None


def _safety(place: str, value: object) -> Iterator[FieldProblem]:
    """Go through the flags; none of the refusals may read as an answer to a safety question."""
    given = _mapping(value)
    if given is None:
        yield _no_mapping(place, "safety", value)
        return
    where = _at(place, "flags")
    flags = given.get("flags")
    if "flags" not in given:
        yield FieldProblem(where, None, f"safety needs `flags`: {_ASKED}.")
    elif not isinstance(flags, Mapping):
        message = f"`flags` is a mapping of flags to yes or unsure, not {shown(flags)}"
        yield FieldProblem(where, flags, f"{message}: {_ASKED}.")
    else:
        for flag, answer in flags.items():
            yield from _flag(where, flag, answer)
    yield from _unknown_keys(place, "safety", given)


def _flag(place: str, flag: object, answer: object) -> Iterator[FieldProblem]:
    where = _at(place, flag)
    if not (isinstance(flag, str) and flag in FLAGS):
        hint = likeness.did_you_mean(flag, FLAGS)
        message = f"{shown(flag)} is no safety flag.{hint} Flags: {', '.join(FLAGS)}."
        yield FieldProblem(where, answer, message, likeness.nearest(flag, FLAGS))
    no = answer is None or answer is False or (isinstance(answer, str) and _plain(answer) in _NO)
    if no:
        message = "A flag that does not apply is left out; yes and unsure are the only values."
        yield FieldProblem(where, answer, message)
    else:
        yield from _one(mends.choice(_FLAG, where, answer))


def _plain(answer: str) -> str:
    return answer[: likeness.LONGEST_COMPARED].strip().casefold()


def _unknown_keys(place: str, owner: str, given: Mapping[Any, object]) -> Iterator[FieldProblem]:
    """Name each key that does not belong here, and where it does."""
    keys = _KEYS_OF[owner]
    for key, value in given.items():
        if isinstance(key, str) and key in keys:
            continue
        if not isinstance(key, str):
            message = f"Keys are words; {shown(key)} is none. Keys: {', '.join(keys)}."
            yield FieldProblem(_at(place, key), value, message)
            continue
        homes = [other for other, names in _KEYS_OF.items() if key in names]
        belongs = f" It belongs to {mends.either(homes)}." if homes else ""
        hint = belongs or likeness.did_you_mean(key, keys)
        message = f"{owner} has no `{printable(key)}`.{hint} Keys: {', '.join(keys)}."
        close = likeness.nearest(key, keys)
        yield FieldProblem(_at(place, key), value, message[0].upper() + message[1:], close)
