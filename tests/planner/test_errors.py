"""Errors are for the person who must mend them, and safe to send whatever caused them."""

import json
import pickle
from typing import Any

import pytest

from planner.errors import (
    EngineError,
    FieldProblem,
    ObservationError,
    PlannerError,
    RulebookError,
    RuleProblem,
    shown,
)

_LOOP: list[Any] = []
_LOOP.append(_LOOP)
_DEEP: list[Any] = []
for _ in range(20_000):
    _DEEP = [_DEEP]


class _Hostile:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("error", [ObservationError, RulebookError, EngineError])
def test_every_error_is_a_planner_error(error: type[Exception]) -> None:
    assert issubclass(error, PlannerError)


def test_an_error_lists_every_problem_one_a_line() -> None:
    error = ObservationError([FieldProblem("case", 1, "is text."), FieldProblem("", 2, "All.")])
    assert str(error) == "case: is text.\nAll."
    error_in_rules = RulebookError([RuleProblem("rules/a.yaml", 3, "no `because`.")])
    assert str(error_in_rules) == "rules/a.yaml:3: no `because`."


def test_an_error_survives_the_way_between_processes() -> None:
    error = ObservationError([FieldProblem("case", 1, "is text.", "x")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 - our own


@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        "a\x00b\n",
        "x" * 10**6,
        10**5000,
        -(10**5000),
        float("nan"),
        float("inf"),
        b"\xff",
        {1: {2: {3: {}}}},
        {object()},
        _LOOP,
        _DEEP,
        _Hostile(),
        lambda: None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_value_can_be_shown_and_sent(value: object) -> None:
    text = shown(value)
    assert len(text) < 200
    assert text.isprintable()
    sent = json.dumps(FieldProblem("x", value, "m").as_dict(), ensure_ascii=False, allow_nan=False)
    assert len(sent.encode()) < 1000


@pytest.mark.parametrize("value", [None, True, 3, -2.5, "plain", "größer"])
def test_a_plain_value_is_sent_as_it_is(value: object) -> None:
    assert FieldProblem("x", value, "m").as_dict()["value"] == value
