"""The house keeps its shape: one direction, one door to each dependency, no drawers, no excuses."""

import ast
import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import planner
from tests.support.house import circles, files, rooms
from tests.support.house import imports as imports_of_the_house
from tests.support.waiting_imports import WAITING

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("planner/**/*.py"), *ROOT.glob("webui/**/*.py")])
SOURCES = [*MODULES, *sorted(ROOT.glob("tests/**/*.py"))]
ENGINE = "durable_rules_engine"
WEB = {"flask", "flask_wtf", "wtforms", "sqlalchemy", "waitress", "werkzeug", "jinja2"}
PICTURES = {".ico", ".png", ".woff2"}
HEAVY = [*sorted(WEB), ENGINE, "durable", "ruamel", "rich", "planner.reading.rulebook"]


def name_of(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return path.relative_to(ROOT).as_posix()


def faults(paths: Iterable[Path], fault: Callable[[Path], Collection[object]]) -> dict[str, Any]:
    """What is wrong, by the file where it is wrong."""
    return {name_of(path): found for path in paths if (found := fault(path))}


@cache
def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> set[str]:
    """The names that a module imports, also inside functions and by their name as a string."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or ".")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and node.value == ENGINE:
            found.add(ENGINE)
    return found


def packages(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    return {name.partition(".")[0] for name in imports(path)}


def test_only_the_pages_import_the_pages_tools():
    others = [path for path in MODULES if not path.is_relative_to(ROOT / "webui")]
    assert faults(others, lambda path: packages(path) & (WEB | {"webui"})) == {}


def test_only_the_engine_module_imports_the_engine():
    others = [path for path in MODULES if name_of(path) != "planner/engine/ruleset.py"]
    assert faults(others, lambda path: packages(path) & {ENGINE, "durable"}) == {}


def test_no_room_imports_the_tests_and_rules_hold_no_code():
    assert faults(MODULES, lambda path: packages(path) & {"tests"}) == {}
    assert list(ROOT.glob("rules/**/*.py")) == []


def test_no_modules_import_each_other():
    """Not by way of others, not inside a function, and not for types alone."""
    assert circles(files()) == []


def test_no_rooms_import_each_other():
    """A room is a package or a module directly under planner/ or webui/."""
    assert circles(rooms()) == []


def test_an_import_inside_a_function_stands_in_the_list_with_its_reason():
    found = {(one.by, one.of) for one in imports_of_the_house() if one.waits}
    listed = {(by, of) for by, (_, waiting) in WAITING.items() for of in waiting}
    assert found == listed
    assert all(len(reason) > 40 for reason, _ in WAITING.values())


def test_importing_the_planner_loads_nothing_heavy():
    code = f"import planner, sys, json; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert json.loads(loaded) == []


def test_what_the_planner_exports_is_sorted_and_documented():
    assert list(planner.__all__) == sorted(planner.__all__)
    for name in ["__doc__", *planner.__all__]:
        assert inspect.getdoc(getattr(planner, name)), f"{name} tells nobody what it is"


def test_no_module_is_longer_than_a_reader_can_hold():
    assert faults(SOURCES, lambda path: path.read_text("utf-8").splitlines()[350:]) == {}


def lengths(path: Path) -> Iterator[tuple[str, int]]:
    """The lines of every function of a module, without its signature and docstring."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
            yield node.name, (node.end_lineno or 0) - first.lineno + 1


def test_no_function_is_longer_than_thirty_lines():
    assert faults(MODULES, lambda path: [one for one in lengths(path) if one[1] >= 30]) == {}


def test_no_docstring_is_read_for_people():
    """`python -OO` drops docstrings; what people are told is an ordinary text."""
    reading = {"__doc__", "getdoc", "cleandoc", "get_docstring"}

    def named(path: Path) -> set[str]:
        nodes = list(ast.walk(tree(path)))
        names = {getattr(node, "attr", getattr(node, "id", None)) for node in nodes}
        return reading & (names | {node.value for node in nodes if isinstance(node, ast.Constant)})

    assert faults(MODULES, named) == {}


def test_there_are_no_drawers():
    drawers = {"utils", "util", "helpers", "models", "services", "common", "misc"}
    assert faults(MODULES, lambda path: {path.stem} & drawers) == {}


EXEMPTIONS = [  # what exempts, how it is written, and what is missing elsewhere
    (
        re.compile(r"#\s*noqa"),
        re.compile(r"#\s*noqa: [A-Z0-9, ]+(?: - |\s+# )\w.{4,}"),
        "noqa without `: CODE - reason`",
    ),
    (
        re.compile(r"#\s*type:\s*ignore"),
        re.compile(r"#\s*type: ignore\[[a-z, -]+\]\s+# \w.{4,}"),
        "ignore without `[code]  # reason`",
    ),
]


def test_every_exemption_has_its_reason():
    def unexplained(path: Path) -> list[str]:
        return [
            f"line {number}: {missing}"
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
            for exempts, written, missing in EXEMPTIONS
            if exempts.search(line) and not written.search(line)
        ]

    assert faults(SOURCES, unexplained) == {}


def texts(node: object) -> Iterator[str]:
    """Every text in a tree of mappings and lists."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def test_no_sentence_of_the_rules_is_repeated_in_code():
    yaml = YAML(typ="safe")
    trees = [
        yaml.load(path) for room in ("", "wording/") for path in ROOT.glob(f"rules/{room}*.yaml")
    ]
    said = {" ".join(text.split()) for tree in trees for text in texts(tree)}
    code = " ".join(" ".join(path.read_text("utf-8").split()) for path in MODULES)
    assert [text for text in said if len(text) > 40 and text in code] == []


def tracked() -> list[Path]:
    """The files that the project consists of; those on disk where there is no git."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        kept = ("planner/**/*", "webui/**/*", "rules/**/*", "tests/**/*", "docs/**/*", "*")
        found = (path for pattern in kept for path in ROOT.glob(pattern) if path.is_file())
        return [path for path in found if {"__pycache__", "node_modules"}.isdisjoint(path.parts)]
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_file_names_a_path_of_someones_machine():
    machine = re.compile(rb"(?<![\w.:/-])/(?:home|root|Users|work|tmp|opt|mnt|var)/\w")
    texts_only = [path for path in tracked() if path.is_file() and path.suffix not in PICTURES]
    assert [name_of(path) for path in texts_only if machine.search(path.read_bytes())] == []


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("dependencies = [") + 1
    listed = lines[start : lines.index("]", start)]
    assert [line for line in listed if not re.search(r'",\s+# \w.{10,}', line)] == []


def test_every_lint_exemption_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    exempt = lines[lines.index("ignore = [") : lines.index("[tool.ruff.lint.mccabe]")]
    assert [line for line in exempt if re.search(r'"[A-Z]+\d+"', line) and "# " not in line] == []


CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
RELEASE = re.compile(r"^## (\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)$")
ENTRY = re.compile(r"^- (?:`[^`]+`|[A-Z][\w-]*)(?:`[^`]+`|[^`:])*: \S.*[.\"]$")
LONGEST_ENTRY = 200


def test_the_newest_release_of_the_changelog_is_the_version_that_ships():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [newest, *_] = re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)
    assert newest == project["version"]


def test_every_release_is_dated_and_the_newest_stands_first():
    lines = [line for line in CHANGELOG.splitlines() if line.startswith("## ")]
    releases = [match for line in lines if (match := RELEASE.match(line))]
    assert [line for line in lines if not RELEASE.match(line)] == []
    numbers = [tuple(map(int, match.groups()[:3])) for match in releases]
    assert numbers == sorted(set(numbers), reverse=True)
    days = [date.fromisoformat(match[4]) for match in releases]
    assert days == sorted(days, reverse=True)


def test_every_release_tells_the_plans_that_changed_apart_from_the_program():
    for release in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        headings = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert headings == ["Plans that changed", "Program"]


def test_every_entry_of_the_changelog_is_one_line_that_begins_with_what_it_is_about():
    releases = CHANGELOG[CHANGELOG.index("\n## ") :].splitlines()
    entries = [line for line in releases if line.startswith("-")]
    assert [line for line in entries if not ENTRY.match(line) or len(line) > LONGEST_ENTRY] == []
    assert [line for line in releases if line.startswith((" ", "\t", "*"))] == []


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PARTS = ("planner", "webui", "rules", "tests")


def test_the_map_names_every_folder_and_nothing_else():
    named = re.findall(r"^\| `([\w/]+)/` \|", CONTRIBUTING, re.MULTILINE)
    paths = [path.relative_to(ROOT).parts for path in tracked() if path.is_file()]
    there = {f"{parts[0]}/{parts[1]}" for parts in paths if parts[0] in PARTS and len(parts) > 2}
    assert sorted(named) == sorted(there)


def test_every_path_that_contributing_names_is_there():
    paths = re.findall(r"(?:`|\]\()([\w/]+/|[\w/]*\w+\.(?:py|yaml|md|toml))(?:`|\))", CONTRIBUTING)
    assert len(paths) > 40
    assert [path for path in paths if not (ROOT / path).exists()] == []
