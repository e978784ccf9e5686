"""properties.yaml is read as the rules are: every mistake with its file and line, all at once."""

import shutil
from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED

GOOD = """\
- id: own.never-early
  sentence: No pattern early on.
  never: {step: [D2], at: now}
  when: {context.phase: early}
  unless:
    - {context.alliance: strong}
    - {finding.flooded: yes}
  because: Early on the relationship is kept before it is used.
  source: handout C1
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    directory = tmp_path / "rules"
    shutil.copytree(SHIPPED, directory, ignore=shutil.ignore_patterns("scenarios"))
    return directory


def write(rules: Path, old: str = "", new: str = "") -> Path:
    assert old in GOOD
    (rules / "properties.yaml").write_text(GOOD.replace(old, new) if old else GOOD, "utf-8")
    return rules


def test_a_property_is_read_with_everything_that_it_says(rules):
    (prop,) = read_properties(write(rules))
    assert prop.claim is not None
    assert (prop.verb, prop.claim.kind, prop.claim.names) == ("never", "step", ("D2",))
    assert (prop.claim.at, len(prop.when), len(prop.unless)) == (("now",), 1, 2)
    assert (prop.path, prop.line, prop.sources) == ("rules/properties.yaml", 1, ("handout C1",))


def test_rules_without_properties_have_none(rules):
    (rules / "properties.yaml").unlink()
    assert read_properties(rules) == ()


def test_properties_are_no_part_of_the_edition(rules):
    before = read_rulebook(rules).edition
    (rules / "properties.yaml").unlink()
    assert read_rulebook(rules).edition == before


def test_a_pack_adds_its_own(rules, tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "properties.yaml").write_text(GOOD.replace("own.", "clinic."), "utf-8")
    found = read_properties(write(rules), [pack])
    assert [one.id for one in found] == ["own.never-early", "clinic.never-early"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("D2", "D9", 3, 'unknown step "D9"'),
        ("at: now", "at: soon", 3, 'unknown time "soon"'),
        ("step: [D2]", "words: [no such words]", 3, "no wording says"),
        ("step: [D2]", "avoid: [blame]", 3, 'unknown avoid "blame"'),
        ("step: [D2]", "step: [D2], held: D3", 3, "the property claims 2 things"),
        ("  never:", "  always: {held: D3}\n  never:", 1, "the property has 2 verbs"),
        ("phase: early", "phase: erly", 4, 'unknown value "erly"'),
        ("alliance: strong", "aliance: strong", 6, 'unknown field "context.aliance"'),
        ("finding.flooded", "finding.floded", 7, "no rule finds"),
        ("handout C1", "handout C9", 9, 'unknown item "C9"'),
        ("handout C1", "derived", 9, '"derived" needs "reasoning"'),
        ("  because:", "  why: x\n  because:", 8, 'unknown field "why"'),
        ("never: {step: [D2], at: now}", "gate: context.phases\n  items: D2", 3, "unknown field"),
        ("never: {step: [D2], at: now}", "gate: context.phase", 3, 'needs "items"'),
        ("never: {step: [D2], at: now}", "adding: context.phase\n  items: D2", 3, "is no list"),
        ("never: {step: [D2], at: now}", "gate: context.signs\n  items: D2", 3, "no answer that"),
    ],
)
def test_a_mistake_is_told_where_it_stands(rules, old, new, line, words):
    with pytest.raises(RulebookError) as caught:
        read_properties(write(rules, old, new))
    told = [one for one in caught.value.problems if words in one.message]
    assert told, str(caught.value)
    assert (told[0].path, told[0].line) == ("rules/properties.yaml", line)


def test_a_file_that_is_no_list_is_told(rules):
    (rules / "properties.yaml").write_text("id: x\n", "utf-8")
    with pytest.raises(RulebookError, match="must be a list of properties"):
        read_properties(rules)
