"""Every problem of a rule file tells what to write instead: the source is searched for others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.planner.support.small_rules import ROOT

SOURCES = sorted((ROOT / "planner").rglob("*.py"))


def said(tree: ast.AST) -> Iterator[ast.Call]:
    """Each call that tells a problem at a place."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "say":
            yield cast("ast.Call", node)


def has_hint(call: ast.Call) -> bool:
    """Whether a call gives a third argument, by position, by name or from a pair."""
    given = [*call.args[2:], *(word.value for word in call.keywords if word.arg == "hint")]
    if any(isinstance(one, ast.Starred) for one in call.args):
        return True  # the message and its hint come together, and `Place.say` needs both
    return bool(given) and not (isinstance(given[0], ast.Constant) and not given[0].value)


@pytest.mark.parametrize("text", ["p.say(1, 'x.')", "p.say(1, 'x.', '')", "p.say(1, 'x', hint='')"])
def test_a_problem_without_a_hint_is_found(text: str) -> None:
    assert [has_hint(call) for call in said(ast.parse(text))] == [False]


def test_every_problem_has_a_hint() -> None:
    calls = [(path, call) for path in SOURCES for call in said(ast.parse(path.read_text("utf-8")))]
    assert len(calls) > 100
    without = [
        f"{path.relative_to(ROOT)}:{call.lineno}" for path, call in calls if not has_hint(call)
    ]
    assert without == []


def literals(node: ast.AST) -> Iterator[str]:
    """The texts that are written out within an expression."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def longest(node: ast.AST) -> str:
    """The longest text that is written out within an expression."""
    return max(literals(node), key=len, default="").strip(" .,:`")


def hints_of(call: ast.Call, function: ast.AST) -> Iterator[str]:
    """What is written out of a hint; where a variable holds it, of each that it may hold."""
    if len(call.args) < 3 or any(isinstance(one, ast.Starred) for one in call.args):
        return
    hint = call.args[2]
    yield longest(hint)
    for one in ast.walk(function) if isinstance(hint, ast.Name) else ():
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == ast.unparse(hint):
            yield longest(one.value)


def hints(path: Path) -> Iterator[tuple[str, str]]:
    """What is written out of each hint of a file, with its place."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for call in said(function):
                for hint in hints_of(call, function):
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", hint


def test_every_hint_is_asserted_by_a_test() -> None:
    """By the `says:` of a broken file, or by a test that makes the mistake itself."""
    broken = [path.read_text("utf-8", "replace") for path in (ROOT / "tests").rglob("*.yaml")]
    tests = [
        text
        for path in (ROOT / "tests" / "planner").rglob("test_*.py")
        for text in literals(ast.parse(path.read_text("utf-8")))
    ]
    asserted = "\n".join([*broken, *tests])
    told = [hint for path in SOURCES for hint in hints(path)]
    assert len(told) > 100
    assert [
        f"{place}: {hint}" for place, hint in told if len(hint) > 8 and hint not in asserted
    ] == []
