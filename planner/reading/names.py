"""Every name that the files bring, gathered before anything asks whether a name is known.

The names come from the bare trees, so that a rule with a mistake still brings its finding
and does not drag a second problem behind it. Where a whole file could not be read, its
kind of name is open: anything goes, for the one true problem is told already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from planner.reading.files import MAPPINGS, WORDING, RuleFile
from planner.reading.nodes import Items, Map, Node, entries
from planner.rulebook.rulebook import Premise, ValueSet

SETS, PREMISES = "sets", "premises"
"""The kinds of names that conditions can be written with."""


@dataclass(slots=True)
class Names:
    """The names of each kind; `open` has the kinds of which some could not be read.

    `used` has each set and premise that a `when` was written with, as kind and name.
    """

    findings: dict[str, bool] = field(default_factory=dict)
    leads: dict[str, bool] = field(default_factory=dict)
    codes: dict[str, bool] = field(default_factory=dict)
    slots: dict[str, bool] = field(default_factory=dict)
    words: dict[str, bool] = field(default_factory=dict)
    items: dict[str, bool] = field(default_factory=dict)
    sources: dict[str, Mapping[str, Node]] = field(default_factory=dict)
    sets: dict[str, ValueSet] = field(default_factory=dict)
    premises: dict[str, Premise] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    asking: tuple[str, ...] = ()
    """The items that end with a question, as the vocabulary that ships lists them."""
    open: set[str] = field(default_factory=set)

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is such a name, or may be one in a file that could not be read."""
        return kind in self.open or name in getattr(self, kind)


ASKING = "ends_with_question"

_BRINGS = (
    ("safety.yaml", "leads", "leads"),
    ("avoid.yaml", "codes", "codes"),
    (WORDING, "slots", "slots"),
    (WORDING, "items", "words"),
    ("handout.yaml", "items", "items"),
)


def gather(files: Iterable[RuleFile]) -> Names:
    """The names of all files; a name's value tells whether a clinic's own pack brings it."""
    names = Names()
    by_kind: dict[str, list[RuleFile]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(file)
        _gather_findings(file, names)
    for name, section, kind in _BRINGS:
        _gather_keys(by_kind.get(name, []), section, kind, names)
    _gather_sources(by_kind.get("sources.yaml", []), names)
    for file in by_kind.get("vocabulary.yaml", []):
        listed = file.tree.get(ASKING) if isinstance(file.tree, Map) else None
        if isinstance(listed, Items) and not file.pack:
            names.asking = tuple(map(str, listed))
    return names


def rule_nodes(file: RuleFile) -> Iterator[tuple[Node, int]]:
    """Each rule of a file with its line, at the top or under the key `rules`."""
    tree = file.tree
    if isinstance(tree, Map) and file.name in ("safety.yaml", "avoid.yaml"):
        tree = tree.get("rules")
    if file.kind in MAPPINGS and file.name not in ("safety.yaml", "avoid.yaml"):
        return
    yield from entries(tree)


def _gather_findings(file: RuleFile, names: Names) -> None:
    """Note what the rules of a file find."""
    if file.tree is None and file.name.endswith(".yaml") and file.kind not in MAPPINGS:
        names.open.add("findings")
    for node, _ in rule_nodes(file):
        if isinstance(node, Map) and isinstance(found := node.get("find"), str):
            names.findings[found] = names.findings.get(found, True) and file.pack


def _gather_keys(files: list[RuleFile], section: str, kind: str, names: Names) -> None:
    """Note the keys of one section of a mapping file."""
    brought: dict[str, bool] = getattr(names, kind)
    if not any(not file.pack for file in files):
        names.open.add(kind)
    for file in files:
        node = file.tree.get(section) if isinstance(file.tree, Map) else None
        if not isinstance(node, Map):
            if isinstance(file.tree, Map) and section not in file.tree:
                continue
            names.open.add(kind)
            continue
        for key in node:
            brought.setdefault(key, file.pack)


def _gather_sources(files: list[RuleFile], names: Names) -> None:
    """Note the bibliography's keys, each with its entry as it stands."""
    if not any(not file.pack and isinstance(file.tree, Map) for file in files):
        names.open.add("sources")
    for file in files:
        for key, node in file.tree.items() if isinstance(file.tree, Map) else ():
            names.sources.setdefault(key, node if isinstance(node, Map) else {})
