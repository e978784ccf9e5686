"""Each text of the pages is there, is used, and has the blanks that are filled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

from planner import Planner
from webui.words import texts

ROOT = Path(__file__).resolve().parents[3]
KNOWN: dict[str, str] = dict(Planner().rulebook.vocabulary["pages"])  # type: ignore[call-overload]  # a mapping of texts
IN_TEMPLATES = re.compile(r"\bpages\.(\w+)|\bpages\[['\"](\w+)['\"]\]")
COUNTED = re.compile(r"\bcounted\(\s*['\"](\w+)['\"]")
BEGUN = re.compile(r"\bpages\[\s*['\"](\w+_)['\"]\s*~")
FUNCTIONS = {"text", "counted"}
MODULES = sorted([*(ROOT / "webui").rglob("*.py"), *(ROOT / "planner/practice").glob("*.py")])
"""Who asks for texts: the pages, and what says the same in a terminal."""


def used() -> Iterator[tuple[str, str]]:
    """Every name that a template or a module asks for, with the file that does."""
    for path in sorted((ROOT / "webui/templates").glob("*.html")):
        written = path.read_text()
        for match in IN_TEMPLATES.finditer(written):
            yield path.name, match[1] or match[2]
        for match in COUNTED.finditer(written):
            yield from ((path.name, f"{match[1]}_{form}") for form in ("one", "many"))
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            yield from ((path.name, name) for name in _asked(node))


def _asked(node: ast.AST) -> Iterator[str]:
    """The names in `text("name")`, `counted("name", n)` and `pages["name"]`."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "counted":
            yield from (f"{node.args[0].value!s}_{form}" for form in ("one", "many"))
        elif name == "text" and str(node.args[0].value).isidentifier():
            yield str(node.args[0].value)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        whole = getattr(node.value, "attr", getattr(node.value, "id", ""))
        yield from (str(node.slice.value) for _ in range(whole == "pages"))


def beginnings() -> set[str]:
    """How names begin that are put together: `pages['state_' ~ it]`, `text(f"state_{it}")`."""
    found = set()
    for path in (ROOT / "webui/templates").glob("*.html"):
        found |= {match[1] for match in BEGUN.finditer(path.read_text())}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found.add(str(node.values[0].value))
    return found


def test_every_text_that_is_asked_for_is_there() -> None:
    missing = sorted({(file, name) for file, name in used() if name not in KNOWN})
    assert not missing


def test_every_text_is_asked_for() -> None:
    asked = {name for _file, name in used()}
    modules = "\n".join(path.read_text() for path in MODULES)
    begun = tuple(name for name in beginnings() if len(name) > 3 and name.endswith("_"))
    unused = [
        name
        for name in KNOWN
        if name not in asked and not name.startswith(begun) and f'"{name}"' not in modules
    ]
    assert not unused


def test_no_text_is_hidden_by_what_a_mapping_has_itself() -> None:
    """In a template `pages.copy` would be the mapping's method, not the text."""
    assert [name for name in KNOWN if hasattr(dict, name)] == []


def test_a_text_with_markup_in_it_is_shown_as_text() -> None:
    assert texts.filled("<b>{one} & {two}", one="<i>", two=Markup("<em>x</em>")) == (
        "&lt;b&gt;&lt;i&gt; &amp; <em>x</em>"
    )


def test_a_name_that_no_file_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.text("no_such_text")


def test_a_blank_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.text("error_number", low=1)
