"""Who imports whom in planner/ and webui/: `python -m tests.support.house` tells rooms and floors.

A room is a package or a module directly under planner/ or webui/. Its floor is the longest way down
from it. Imports count wherever they stand: at the top, inside a function, or for types alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("planner", "webui")

Graph = Mapping[str, Set[str]]
"""Each name with those that it imports."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module of the house, and whether it waits inside a function."""

    by: str
    of: str
    waits: bool


def module_name(path: Path) -> str:
    """A file as it is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the house by its name."""
    found = [path for top in HOUSE for path in sorted((ROOT / top).rglob("*.py"))]
    return {module_name(path): path for path in found}


def _named(node: ast.AST) -> Iterator[str]:
    """What a statement may import: a module, or a name that is itself a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield whole if whole in modules() else node.module or ""


def _walked(node: ast.AST, waits: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below one, and whether it stands inside a function."""
    for child in ast.iter_child_nodes(node):
        inside = waits or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield child, inside
        yield from _walked(child, inside)


@cache
def imports() -> frozenset[Import]:
    """Every import of one module of the house by another."""
    return frozenset(
        Import(by, of, waits)
        for by, path in modules().items()
        for node, waits in _walked(ast.parse(path.read_text("utf-8")))
        for of in _named(node)
        if of in modules() and of != by
    )


def files() -> Graph:
    """The modules with those that they import."""
    found: dict[str, set[str]] = {name: set() for name in modules()}
    for one in imports():
        found[one.by].add(one.of)
    return found


def room(module: str) -> str:
    """The room in which a module stands: `planner.cli`, `webui.pages`, or `planner` itself."""
    return ".".join(module.split(".")[:2])


def rooms() -> Graph:
    """The rooms with those that they import from."""
    found: dict[str, set[str]] = {room(name): set() for name in modules()}
    for one in imports():
        if room(one.by) != room(one.of):
            found[room(one.by)].add(room(one.of))
    return found


def circles(graph: Graph) -> list[list[str]]:
    """The groups that import each other, directly or by way of others; each sorted."""
    reached = {name: _reached(graph, name) for name in graph}
    groups = {
        tuple(sorted(one for one in reached[name] if name in reached[one]))
        for name in graph
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reached(graph: Graph, start: str) -> set[str]:
    """What is imported from somewhere, directly or by way of others."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = graph[ahead.pop()] - found
        found |= new
        ahead += new
    return found


def floors(graph: Graph) -> Mapping[str, int]:
    """Each name with its floor: 1 where it imports nothing; those of a circle share one."""
    circle_of = {name: frozenset(group) for group in circles(graph) for name in group}
    group_of = {name: circle_of.get(name, frozenset((name,))) for name in graph}

    @cache
    def floor(group: frozenset[str]) -> int:
        below = {group_of[other] for name in group for other in graph[name]} - {group}
        return 1 + max(map(floor, below), default=0)

    return {name: floor(group) for name, group in group_of.items()}


def told(graph: Graph) -> str:
    """A graph in one line of figures."""
    arrows = sum(len(below) for below in graph.values())
    high = max(floors(graph).values())
    return f"{len(graph)}, {high} floors, {arrows} arrows, {len(circles(graph))} circles"


def main() -> None:
    """Print the rooms from the top floor down, and the figures of rooms and modules."""
    plan = rooms()
    high = floors(plan)
    for name in sorted(plan, key=lambda one: (-high[one], one)):
        below = ", ".join(sorted(plan[name]))
        print(f"floor {high[name]:2}  {name}" + (f" -> {below}" if below else ""))
    for top in HOUSE:
        inside = {
            name: {one for one in below if one.startswith(top)}
            for name, below in plan.items()
            if name.startswith(top)
        }
        print(f"{top}: rooms {told(inside)}")
    print(f"rooms: {told(plan)}")
    print(f"modules: {told(files())}")
    for graph in (plan, files()):
        for group in circles(graph):
            print("circle:", ", ".join(group))


if __name__ == "__main__":
    main()
