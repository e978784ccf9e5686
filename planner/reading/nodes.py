"""YAML to plain mappings, lists, words and whole numbers, each knowing its line.

The parser's events are walked here, not its constructors, for three reasons: the line of
every key is kept, `no` stays a word, and nothing in a file can call anything. Anchors,
aliases, tags and second documents are refused: a rule should mean what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from planner.reading.problems import Place
from planner.reading.syntax import note_syntax

_BEGIN = "Write what belongs in it, as in `- id: lateness.own-it`"
LIMIT_BYTES = 1_000_000
LIMIT_DEPTH = 14
"""As deep as a list in a case of a variant of a group stands; no file has a deeper place."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_NOTHING = ("", "~", "null")
_Marked = ScalarEvent | MappingStartEvent | SequenceStartEvent


class Map(dict[str, "Node"]):
    """A mapping that knows its own line and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: object) -> int:
        """The line of a key, or of the mapping when it has no such key."""
        return self.lines.get(key, self.line) if isinstance(key, str) else self.line


class Items(list["Node"]):
    """A list that knows its own line and the line of each entry."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


Node = Map | Items | str | int | None
"""None stands for "nothing written": an empty value, `~` or `null`."""


def entries(node: Node) -> list[tuple[Node, int]]:
    """Each entry of a list with its line; nothing for what is no list."""
    return list(zip(node, node.lines, strict=True)) if isinstance(node, Items) else []


def listed(node: Node, line: int) -> list[tuple[Node, int]]:
    """Each entry of a list with its line; what is no list is the only one, at `line`."""
    return entries(node) if isinstance(node, Items) else [(node, line)]


def read_nodes(data: bytes, place: Place) -> Node:
    """The tree that a file's bytes describe; None, with problems told, when there is none."""
    if len(data) > LIMIT_BYTES:
        limit = f"A rule file may have {LIMIT_BYTES:,} bytes. Divide it into several."
        place.say(1, f"the file is too large: {len(data):,} bytes.", limit)
        return None
    text = _decoded(data, place)
    if text is None:
        return None
    if _tabs_told(text, place):
        return None
    if not text.strip():
        place.say(1, "the file is empty.", f"{_BEGIN}, or remove it.")
        return None
    return _walked(text, place)


def _tabs_told(text: str, place: Place) -> bool:
    """Tell of each line that a tab begins; whether there is any."""
    line, at, tab = 1, 0, None
    for tab in _TAB.finditer(text):
        line, at = line + text.count("\n", at, tab.start()), tab.start()
        place.say(line, "a tab at the beginning of the line.", "Indent with spaces: `  title: …`.")
        if place.problems.full:
            break
    return tab is not None


def line_at(tree: Node, path: tuple[str | int, ...], line: int) -> int:
    """The line of the deepest place along the path that the file really has.

    `line` is the tree's own, for a path of which nothing is there.
    """
    for step in path:
        if isinstance(tree, Map) and isinstance(step, str) and step in tree.lines:
            line, tree = tree.lines[step], tree.get(step)
        elif isinstance(tree, Items) and isinstance(step, int) and step < len(tree):
            line, tree = tree.lines[step], tree[step]
        else:
            break
    return line


def _decoded(data: bytes, place: Place) -> str | None:
    """The file's text; a byte order mark is told and skipped, other encodings refused."""
    if data.startswith(b"\xef\xbb\xbf"):
        place.say(1, "the file begins with a byte order mark.", "Save it as `UTF-8`, without BOM.")
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place.say(line, "this line is not UTF-8 text.", "Save the file as `UTF-8`.")
        return None


def _walked(text: str, place: Place) -> Node:
    """The tree, or None after the parser gave up; what it had read so far says nothing."""
    walk = _Walk(place)
    try:
        for event in _events(text):
            if not walk.take(event) or place.problems.full:
                return None
    except YAMLError as error:
        note_syntax(error, text, place)
        return None
    if not walk.documents:
        place.say(1, "the file is empty.", f"It has comments and nothing else. {_BEGIN}.")
    return walk.root


def _events(text: str) -> Iterator[Event]:
    """The parser's events; the C parser when it is there, the pure one otherwise."""
    return YAML(typ="safe").parse(text)  # type: ignore[no-any-return]  # ruamel says Any


class _Walk:
    """Builds the tree from events, one at a time, with a stack of what is still open."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.root: Node = None
        self.documents = 0
        self.open: list[Map | Items] = []
        self.keys: list[str | None] = []

    def take(self, event: Event) -> bool:
        """Add one event to the tree; False when reading on is of no use."""
        if isinstance(event, ScalarEvent):
            self._refuse_marks(event)
            self._put(self._scalar(event), event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            return self._begin(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, AliasEvent):
            what = f'the alias "*{event.anchor}" is not read: a rule means what it shows.'
            hint = "Write it out: `title: The client was late`."
            self.place.say(_line(event), what, hint)
            self._put(f"*{event.anchor}", event)
        elif isinstance(event, DocumentStartEvent):
            return self._document(event)
        return True

    def _document(self, event: Event) -> bool:
        """Allow one document a file."""
        self.documents += 1
        if self.documents > 1:
            self.place.say(_line(event), "a second document in one file.", "Remove the line `---`.")
        return self.documents == 1

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> bool:
        """Open a mapping or a list inside what is open already."""
        self._refuse_marks(event)
        line = _line(event)
        if len(self.open) >= LIMIT_DEPTH:
            hint = "Close what is open, or indent less: `when: {context.phase: early}`."
            self.place.say(line, f"this is nested more than {LIMIT_DEPTH} deep.", hint)
            return False
        node = Map(line) if isinstance(event, MappingStartEvent) else Items(line)
        self._put(node, event)
        self.open.append(node)
        self.keys.append(None)
        return True

    def _put(self, node: Node, event: Event) -> None:
        """Set a node where the file has it: as the root, an entry, a key or a value."""
        if not self.open:
            self.root = node
            return
        into, key = self.open[-1], self.keys[-1]
        if isinstance(into, Items):
            into.append(node)
            into.lines.append(_line(event))
        elif key is None:
            self.keys[-1] = self._key(into, node, event)
        else:
            if key:
                into.setdefault(key, node)
            self.keys[-1] = None

    def _key(self, into: Map, node: Node, event: Event) -> str:
        """Check a key and note its line; the first of two equal keys is the one kept.

        "" stands for a key that is none; its value is passed over.
        """
        line = _line(event)
        if isinstance(node, Map | Items) or node is None or node == "":
            self.place.say(line, "a key that is not a word.", "Write `word: value`.")
            return ""
        key = str(node)
        if key in into.lines:
            first = f"It stands already in line {into.lines[key]}. Keep one line `{key[:60]}: …`."
            self.place.say(line, f'"{key}" is written twice.', first)
        else:
            into.lines[key] = line
        return key

    def _refuse_marks(self, event: _Marked) -> None:
        """Tell of an anchor or a tag; the value beside it is read as it stands."""
        if event.anchor is not None:
            what = f'the anchor "&{event.anchor}" is not read: a rule means what it shows.'
            self.place.say(_line(event), what, f"Remove `&{event.anchor}` before the text.")
        if event.tag is not None and event.tag != "!":
            what = f'the tag "{event.tag}" is not read: words and numbers need none.'
            self.place.say(_line(event), what, "Remove what begins with `!` before the value.")

    @staticmethod
    def _scalar(event: ScalarEvent) -> str | int | None:
        """A plain whole number as a number, nothing as None, everything else as a word."""
        value: str = event.value
        if event.style or not event.implicit[0]:
            return value
        if value in _NOTHING:
            return None
        return int(value) if value[0] in "-0123456789" and _NUMBER.fullmatch(value) else value


def _line(event: Event) -> int:
    """The event's line, counted from one as people do."""
    return int(event.start_mark.line) + 1
