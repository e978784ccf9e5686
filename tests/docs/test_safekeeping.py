"""The papers on safety name what is there, and leave no log, secret or requirement out."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.cli.command_line import GROUP, OWN_COMMANDS
from tests.test_house import MODULES
from webui.database.tables import KeptPlan

ROOT = Path(__file__).parents[2]
PAGES = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("SECURITY.md", "docs/threat-model.md", "docs/logs-and-keys.md", "docs/asvs.md")
}
KEYS = PAGES["docs/logs-and-keys.md"]
ASVS = PAGES["docs/asvs.md"]
PATH = re.compile(r"(?:planner|webui|rules|tests|docs|\.ci)/[\w./-]+|[A-Z]+\.md|constraints\.txt")
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
"""How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has, V1 to V17."""
STATES = ("met", "partly", "not")


def told(page: str) -> Iterator[str]:
    """What a page names in backticks as being there, its drawings left out."""
    text = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`]+)`", text)
    yield from re.findall(r"\]\((?!https?:)([^)#]+)\)", text)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_test_that_it_names_is_there(page: str):
    named = [one for one in told(page) if PATH.fullmatch(one.removeprefix("../"))]
    beside = (ROOT / page).parent
    missing = {one for one in named if not (ROOT / one).exists() and not (beside / one).exists()}
    assert named
    assert missing == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_it_names_is_there(page: str):
    goals = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    commands = {*OWN_COMMANDS, *project["entry-points"][GROUP]}
    known = {"repair-planner": commands, "make": goals}
    for one in told(page):
        words = one.split()
        if words[0] in known and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in known[words[0]], one


def loggers(path: Path) -> Iterator[str]:
    """The loggers that a module asks for by name; the root one has none."""
    tree = ast.parse(path.read_text("utf-8"))
    known = {"__name__": ".".join(path.relative_to(ROOT).with_suffix("").parts)}
    for told in tree.body:
        if isinstance(told, ast.Assign) and isinstance(told.value, ast.Constant):
            known |= {ast.unparse(one): str(told.value.value) for one in told.targets}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("getLogger"):
            for argument in node.args:
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                yield "".join(
                    str(one.value)
                    if isinstance(one, ast.Constant)
                    else known[ast.unparse(getattr(one, "value", one))]
                    for one in parts
                )


def test_every_logger_is_in_the_inventory():
    found = {name for path in MODULES for name in loggers(path)}
    assert "webui.cds.hooks" in found
    listed = set(re.findall(r"^\| `([\w.]+)` \|", KEYS.partition("## Keys")[0], re.MULTILINE))
    own = {one for one in found if one.partition(".")[0] in {"webui", "planner", "repair_planner"}}
    assert own - listed == set()
    assert {one for one in found - own if not any(one.startswith(two) for two in listed)} == set()


def inventory() -> list[str]:
    """The first two cells of every line on a secret."""
    lines = KEYS.partition("| secret |")[2].splitlines()
    return [" ".join(line.split("|")[1:3]) for line in lines if line.startswith("|")]


def test_every_setting_that_is_a_secret_is_in_the_inventory():
    operating = (ROOT / "docs" / "operating.md").read_text("utf-8")
    settings = re.findall(r"^\| `([A-Z_]+)`", operating, re.MULTILINE)
    secret = {one for one in settings if re.search(r"KEY|TOKEN|SECRET|PASSWORD|CODE", one)}
    assert secret >= {"HISTORY_KEY", "METRICS_TOKEN"}
    secrets = " ".join(inventory())
    assert {one for one in secret | {"DATABASE_URL"} if f"`{one}`" not in secrets} == set()


def test_every_table_that_holds_a_secret_is_in_the_inventory():
    holding = re.compile(r"(?:token|id|key|code)_hash|password|secret|seed|mark|box|wrapped")
    tables = KeptPlan.metadata.sorted_tables
    found = {one.name for one in tables if any(holding.fullmatch(c.name) for c in one.columns)}
    assert {"accounts", "sessions", "tokens"} <= found
    assert {one for one in found if f"`{one}`" not in " ".join(inventory())} == set()


def requirements() -> dict[str, str]:
    """The state of each requirement that applies."""
    rows = re.findall(r"^\| (V\d+\.\d+\.\d+) \| [^|]+ \| (\w+) \| [^|]+ \|$", ASVS, re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a number stands there twice"
    return dict(rows)


def apart() -> list[str]:
    """The numbers that do not apply, one by one."""
    found = []
    for begin, end in re.findall(
        r"^\| (V[\d.]+)(?: to (V[\d.]+))? \| [^|]+ \|$",
        ASVS.partition("does not apply")[2],
        re.MULTILINE,
    ):
        section, _, first = begin.rpartition(".")
        last = (end or begin).rpartition(".")[2]
        found += [f"{section}.{number}" for number in range(int(first), int(last) + 1)]
    return found


def test_every_requirement_of_the_standard_is_there_once():
    numbers = [*requirements(), *apart()]
    assert len(numbers) == len(set(numbers)) == sum(CHAPTERS)
    chapters = Counter(int(one[1:].partition(".")[0]) for one in numbers)
    assert [chapters[number] for number in range(1, 18)] == list(CHAPTERS)


def test_the_summary_counts_what_the_table_says():
    counted = Counter(requirements().values())
    assert set(counted) <= set(STATES)
    told = dict(re.findall(r"^\| ([a-z 0-9]+) \| (\d+) \|$", ASVS, re.MULTILINE))
    assert {state: int(told[state]) for state in STATES} == {one: counted[one] for one in STATES}
    assert int(told["not applicable"]) == len(apart())
    assert int(told["all of levels 1 and 2"]) == sum(CHAPTERS)
