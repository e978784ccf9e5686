"""Templates and scripts hold no prose: what a page says stands in the catalog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.webui.support.pseudo import OTHER, shown, words

ROOT = Path(__file__).resolve().parents[3]
PROSE = re.compile(r"^[A-Z][a-z]+(?![\w-])|[a-z,.:] [A-Za-z]+ [a-z]+(?![\w-])")
"""A word with a capital, or several words: what a class, a name or an address never is."""
TEMPLATES = sorted((ROOT / "webui/templates").glob("*.html"))
MARKUP = {"Enter", "Space", "Tab"}
"""Names of keys."""


def literals(source: str) -> list[str]:
    """The prose that a template itself holds: in its markup, and as texts in its expressions."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(source)
    markup = []
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            data = node.data if isinstance(node, nodes.TemplateData) else OTHER[0]
            markup.append(data)
    told = [const.value for const in tree.find_all(nodes.Const) if isinstance(const.value, str)]
    found = [text for text in told if PROSE.search(text)]
    return [text for text in shown("".join(markup)) if words(text)] + found


def test_prose_in_a_template_is_told_from_names_and_classes() -> None:
    planted = """<p class="a b">{{ pages.menu }} of mine</p><b title="Read on"></b>
      {{ link('a.b', 'My plans') }}{% if x == 'now' %}{{ 'Error: ' if y }}{% endif %}
      {{ text('name', pages.name, hint='Leave out names here') }}"""
    assert literals(planted) == [
        f"{OTHER[0]} of mine", "Read on", "My plans", "Error: ", "Leave out names here",
    ]  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_prose(path: Path) -> None:
    assert literals(path.read_text("utf-8")) == []


def test_a_script_holds_no_prose() -> None:
    """What a script says it reads from the page."""
    for path in sorted((ROOT / "webui/static").glob("*.js")):
        code = re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        quoted = re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`", code)
        told = [text for one in quoted for text in one if text and PROSE.search(text)]
        assert [text for text in told if text not in MARKUP] == [], path.name
