"""Whatever the bytes of a file are, there is a problem with its line, and never another error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from planner.reading.nodes import Map, Node, read_nodes
from planner.reading.problems import Place, Problems
from tests.planner.support.small_rules import SHIPPED, SMALL, refused, small_rules


def nodes_of(data: bytes) -> tuple[Node, list[str]]:
    """The tree of a file's bytes, and what was told of them."""
    problems = Problems()
    tree = read_nodes(data, Place(problems, "x.yaml"))
    return tree, [str(problem) for problem in problems.in_order()]


class TestBytes:
    """Whatever a file's bytes are, there is a problem with a line and never another error."""

    @pytest.mark.parametrize(
        ("data", "line", "says"),
        [
            (b"", 1, "the file is empty"),
            (b"\n  \n", 1, "the file is empty"),
            (b"\xef\xbb\xbf- id: a\n", 1, "byte order mark.\n    Save it as `UTF-8`, without BOM."),
            (b"- id: a\n  title: caf\xe9\n", 2, "not UTF-8 text.\n    Save the file as `UTF-8`."),
            ("- id: a\n".encode("utf-16"), 1, "this line is not UTF-8 text"),
            (b"- id: a\n- id: \x00\n", 2, "a character that no text should have"),
            (b"- a: 1\n\tb: 2\n", 2, "a tab at the beginning of the line"),
            (b"x" * 10_000_000, 1, "the file is too large: 10,000,000 bytes"),
            (b"[" * 100_000, 1, "nested more than 14 deep"),
            (b"{" * 100_000, 1, "a key that is not a word"),
            (b"{a: " * 100_000, 1, "nested more than 14 deep"),
            (b"- " * 100_000, 1, "nested more than 14 deep"),
            (b"a: *b\n", 1, 'the alias "*b"'),
            (b"a: !!python/object:os.system x\n", 1, "the tag"),
            (b"a: &b c\n", 1, 'the anchor "&b"'),
            (b"a: 1\n---\nb: 2\n", 2, "a second document"),
            (b"a: [1, 2\n", 1, "not readable as YAML"),
            (b"a: 'b\n", 1, "not readable as YAML"),
        ],
    )
    def test_are_refused_with_a_line(
        self, data: bytes, line: int, says: str, tmp_path: Path
    ) -> None:
        rules = small_rules(tmp_path)
        (rules / "broken.yaml").write_bytes(data)
        told = [one for one in refused(rules) if one.path == "rules/broken.yaml"]
        assert told[0].line == line
        assert says in told[0].message

    def test_too_many_bytes_are_told_before_they_are_parsed(self) -> None:
        _, told = nodes_of(b"x" * 1_000_001)
        limit = "A rule file may have 1,000,000 bytes. Divide it into several."
        assert told == [f"x.yaml:1: the file is too large: 1,000,001 bytes.\n    {limit}"]

    def test_an_alias_bomb_is_told_of_and_never_grows(self) -> None:
        rows = ["a: &a [lol, lol, lol]"]
        for before, name in zip("abcdefgh", "bcdefghi", strict=True):
            rows.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
        started = time.process_time()
        _, told = nodes_of("\n".join(rows).encode())
        assert time.process_time() - started < 1
        assert any('the alias "*a"' in one for one in told)

    def test_words_stay_words_and_whole_numbers_are_numbers(self) -> None:
        text = "{a: no, b: 12, c: 1.0, d: '12', e: true, f: 0x1F, g: -1, h: 010,"
        text += " i: ~, j: , k: 2000-01-01}"
        tree, told = nodes_of(text.encode())
        assert told == []
        assert tree == {
            "a": "no",
            "b": 12,
            "c": "1.0",
            "d": "12",
            "e": "true",
            "f": "0x1F",
            "g": -1,
            "h": "010",
            "i": None,
            "j": None,
            "k": "2000-01-01",
        }

    def test_lines_are_those_of_keys_and_entries(self) -> None:
        tree, _ = nodes_of(b"# one\na:\n  - b\n\n  - c\nd: |\n  x\n  y\ne: f\n")
        assert isinstance(tree, Map)
        assert tree.lines == {"a": 2, "d": 6, "e": 9}
        entries = tree["a"]
        assert getattr(entries, "lines", None) == [3, 5]

    def test_line_endings_of_every_system_are_read_alike(self) -> None:
        tree, told = nodes_of(b"a: b\r\nc: d\r\n")
        assert (tree, told) == ({"a": "b", "c": "d"}, [])

    def test_the_pure_parser_reads_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the C parser cannot be built, the rules are read more slowly and no differently."""
        from ruamel.yaml import YAML

        files = [path.read_bytes() for path in [*SMALL.glob("*.yaml"), SHIPPED / "handout.yaml"]]
        before = [nodes_of(data) for data in files]
        monkeypatch.setattr(
            "planner.reading.nodes._events", lambda text: YAML(typ="safe", pure=True).parse(text)
        )
        assert [nodes_of(data) for data in files] == before
