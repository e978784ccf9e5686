"""What is wrong with what an assistant hands over, before anybody is asked anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.contract.likeness import did_you_mean, nearest
from planner.contract.observation import Observation
from planner.contract.values import FLAGS, STOP_FLAGS
from planner.errors import FieldProblem, ObservationError, printable, shown

_NO_SAFETY = (
    "Leave `safety` out: make_plan asks the person, and takes no answer to it from you. "
    "To raise a flag, name it in `raised_flags`."
)
_SUPPOSED = {"flags": {STOP_FLAGS[0]: "unsure"}}
"""A flag with which an observation may be without ruptures, so that all else is checked."""


_SAFETY = ("safety", *(flag.replace("_", "") for flag in FLAGS))


def is_about_safety(name: str) -> bool:
    """Whether a field is about safety, however it is written: `SAFETY . flags`, `Self-Harm`."""
    letters = "".join(sign for sign in name.casefold() if sign.isalpha())
    return letters.endswith("flags") or any(one in letters for one in _SAFETY)


def refused(observation: object, raised: object) -> list[FieldProblem]:
    """Every problem with an observation without `safety`, and with the flags that are raised."""
    problems = _with_flags(raised)
    if isinstance(observation, Mapping):
        told = [key for key in observation if isinstance(key, str) and is_about_safety(key)]
        problems += [FieldProblem(printable(key), None, _NO_SAFETY) for key in told]
        rest = {key: value for key, value in observation.items() if key not in told}
        observation = {**rest, "safety": _SUPPOSED}
    try:
        Observation.read(observation)
    except ObservationError as error:
        problems += error.problems
    return problems


_NOTHING: tuple[object, ...] = (None, "", [], {})


def refused_answers(relayed: Mapping[str, object]) -> list[FieldProblem]:
    """A relayed answer to a flag that there is not: whatever it says must not be lost."""
    return [
        FieldProblem(f"safety_answers.{printable(name)}", value, _no_flag(name))
        for name, value in relayed.items()
        if name not in FLAGS and value not in _NOTHING
    ]


def _with_flags(raised: object) -> list[FieldProblem]:
    """A flag that is misspelled must not be lost: it is told, and never passed over."""
    if raised is None:
        return []
    if not isinstance(raised, Sequence) or isinstance(raised, str):
        message = f"`raised_flags` is a list of flags, not {shown(raised)}: {', '.join(FLAGS)}."
        return [FieldProblem("raised_flags", raised, message)]
    return [
        FieldProblem(f"raised_flags[{index}]", flag, _no_flag(flag), nearest(flag, FLAGS))
        for index, flag in enumerate(raised)
        if flag not in FLAGS
    ]


def _no_flag(flag: object) -> str:
    """What is said of a word that is no flag."""
    return f"{shown(flag)} is no safety flag.{did_you_mean(flag, FLAGS)} Flags: {', '.join(FLAGS)}."
