"""Sets and premises: read as what they stand for, and never apart from the answers there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.checking.explain import explained
from planner.contract.fields import FIELDS
from planner.errors import RulebookError
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.rulebook.conditions import AnyOf, Condition, ListAny, ListNone, Test
from tests.planner.support.small_rules import RULE, refused, small_rules

OWNED = Condition("finding.therapist_has_a_part", AnyOf(frozenset({"yes"})))
UNEXPLORED = Condition("context.apology", AnyOf(frozenset({"none", "token"})))
STRAINED = """
  strained:
    meaning: A feeling that asks for care.
    of: context.feelings
    in: [angry, irritated, hurt, disappointed, ashamed, anxious, frightened, sad, numb, drifting,
         overwhelmed]
    out: [longing, warm, at_ease]
"""
YOUNG = """
young_work:
  sentence: The work is young.
  when:
    context.phase: early
    context.alliance: [none_yet, forming]
"""
EARLY = Condition("context.phase", AnyOf(frozenset({"early"})))
FORMING = Condition("context.alliance", AnyOf(frozenset({"none_yet", "forming"})))
PROPERTY = """\
- id: own.never
  sentence: Nobody is asked to speak of an apology then.
  never: {step: C2}
  when: {premise: young_work, context.feelings: sore}
  because: It would be too much for the client now.
  source: book
"""


def add(path: Path, text: str) -> None:
    """Write a text at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def with_rule(directory: Path, when: str) -> Path:
    """The small rulebook with a set and a premise more, both used, and a rule that asks this."""
    rules = small_rules(directory)
    add(rules / "vocabulary.yaml", STRAINED)
    add(rules / "premises.yaml", YOUNG)
    used = RULE.format(id="used.both", when="premise: young_work\n    context.feelings: strained")
    (rules / "more.yaml").write_text(used + RULE.format(id="more.rule", when=when), "utf-8")
    return rules


def conditions_of(directory: Path, when: str) -> tuple[Condition, ...]:
    return read_rulebook(with_rule(directory, when)).rule("more.rule").when


def strained(*more: str) -> frozenset[str]:
    """The feelings of the set, and these."""
    return frozenset((*FIELDS["context.feelings"].values[:11], *more))


@pytest.mark.parametrize(
    ("when", "test"),
    [
        ("context.feelings: strained", ListAny(strained())),
        ("context.feelings: [strained, longing]", ListAny(strained("longing"))),
        ("context.feelings: {none_of: strained}", ListNone(strained())),
        ("context.feelings: {none_of: [strained, longing]}", ListNone(strained("longing"))),
        ("context.apology: [unexplored, unknown]", AnyOf(frozenset(("none", "token", "unknown")))),
    ],
)
def test_a_set_is_read_as_its_values(when: str, test: Test, tmp_path: Path) -> None:
    (condition,) = conditions_of(tmp_path, when)
    assert condition.test == test


def test_sets_are_kept_in_the_rulebook_and_not_among_the_words(tmp_path: Path) -> None:
    rulebook = read_rulebook(small_rules(tmp_path))
    assert rulebook.sets["unexplored"].values == ("none", "token")
    assert "sets" not in rulebook.vocabulary


def test_two_sets_may_share_a_value(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, "context.feelings: {none_of: [strained, soft]}")
    soft = STRAINED.replace("strained:", "soft:").replace("angry, irritated, ", "")
    add(rules / "vocabulary.yaml", soft.replace("out: [", "out: [angry, irritated, "))
    (condition,) = read_rulebook(rules).rule("more.rule").when
    assert condition.test == ListNone(strained())


@pytest.mark.parametrize("name", ["vocabulary.yaml", "premises.yaml"])
def test_a_broken_file_drags_no_unknown_names_behind_it(name: str, tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / name).write_text("a: [\n", encoding="utf-8")
    assert [problem.path for problem in refused(rules)] == [f"rules/{name}"]


def test_a_broken_set_or_premise_is_told_alone(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, "context.phase: late")
    for name in ("vocabulary.yaml", "premises.yaml"):
        text = (rules / name).read_text(encoding="utf-8")
        text = text.replace("    meaning: A feeling", "    meanig: A feeling")
        (rules / name).write_text(text.replace("  sentence: The work", "  sentense: The work"))
    told = {(problem.path, problem.message.split("\n")[0]) for problem in refused(rules)}
    assert told == {
        ("rules/vocabulary.yaml", 'set "strained": unknown field "meanig".'),
        ("rules/vocabulary.yaml", 'set "strained": "meaning" is missing.'),
        ("rules/premises.yaml", 'premise "young_work": unknown field "sentense".'),
        ("rules/premises.yaml", 'premise "young_work": "sentence" is missing.'),
    }


@pytest.mark.parametrize(
    ("when", "conditions"),
    [
        ("premise: kept_waiting", (OWNED, UNEXPLORED)),
        ("context.phase: early\n    premise: kept_waiting", (EARLY, OWNED, UNEXPLORED)),
        ("premise: [young_work, kept_waiting]", (EARLY, FORMING, OWNED, UNEXPLORED)),
        (
            "premise: kept_waiting\n    context.apology: [none, unknown]",
            (
                OWNED,
                UNEXPLORED,
                Condition("context.apology", AnyOf(frozenset({"none", "unknown"}))),
            ),
        ),
    ],
)
def test_a_premise_is_read_as_its_conditions_where_it_stands(
    when: str, conditions: tuple[Condition, ...], tmp_path: Path
) -> None:
    rule = read_rulebook(with_rule(tmp_path, when)).rule("more.rule")
    assert rule.when == conditions
    assert set(rule.premises) == {name for name in ("young_work", "kept_waiting") if name in when}


def test_a_variant_remembers_its_premise_as_well(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, "context.phase: late")
    words = rules / "wording.yaml"
    text = words.read_text(encoding="utf-8")
    assert "              context.apology: token\n" in text
    asked = text.replace(
        "              context.apology: token\n", "              premise: young_work\n"
    )
    words.write_text(asked, encoding="utf-8")
    (variant,) = (one for one in read_rulebook(rules).variants if one.premises)
    assert (variant.premises, variant.when) == (("young_work",), (EARLY, FORMING))


def test_a_premise_is_explained_by_its_sentence_and_all_conditions(tmp_path: Path) -> None:
    rulebook = read_rulebook(small_rules(tmp_path))
    told = [(one.label, one.text) for one in explained(rulebook, [], "lateness.own-it")]
    at = told.index(("premise kept_waiting", rulebook.premises["kept_waiting"].sentence))
    assert [label for label, _ in told[at + 1 : at + 3]] == [OWNED.field, UNEXPLORED.field]


def test_numbers_that_a_premise_and_its_rule_ask_apart_are_told(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, "premise: long_wait\n    lateness.minutes: {at_most: 5}")
    long = "long_wait: {sentence: It was long., when: {lateness.minutes: {at_least: 20}}}\n"
    add(rules / "premises.yaml", long)
    (problem,) = refused(rules)
    assert "no number lies in all that is asked of lateness.minutes" in problem.message
    assert 'The premise "long_wait" asks lateness.minutes: 20 to 600.' in problem.message


def test_properties_may_be_written_with_both_and_count_as_use(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, "context.phase: late")
    add(rules / "vocabulary.yaml", STRAINED.replace("strained:", "sore:"))
    assert 'the set "sore" is never used' in str(refused(rules)[0])
    (rules / "properties.yaml").write_text(PROPERTY, encoding="utf-8")
    read_rulebook(rules)
    (prop,) = read_properties(rules)
    assert prop.when == ((EARLY, FORMING, Condition("context.feelings", ListAny(strained()))),)


class TestOfAPack:
    """A clinic's own pack may bring names of its own, and no other meaning for one that ships."""

    @staticmethod
    def pack(directory: Path, **files: str) -> Path:
        pack = directory / "clinic"
        pack.mkdir()
        own = {"rulebook": 'name: clinic\nversion: "1"\n', **files}
        for name, text in own.items():
            (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        return pack

    def test_sets_and_premises_are_for_its_own_rules(self, tmp_path: Path) -> None:
        asked = "premise: young_work\n    context.feelings: strained"
        pack = self.pack(
            tmp_path,
            vocabulary=f"sets:{STRAINED}",
            premises=YOUNG,
            ours=RULE.format(id="clinic.rule", when=asked),
        )
        rulebook = read_rulebook(small_rules(tmp_path), [pack])
        assert set(rulebook.sets) == {"unexplored", "strained"}
        assert rulebook.rule("clinic.rule").premises == ("young_work",)

    def test_a_name_that_ships_is_taken(self, tmp_path: Path) -> None:
        pack = self.pack(
            tmp_path,
            vocabulary=f"sets:{STRAINED.replace('strained', 'unexplored')}",
            premises=YOUNG.replace("young_work", "kept_waiting"),
        )
        with pytest.raises(RulebookError) as caught:
            read_rulebook(small_rules(tmp_path), [pack])
        assert 'the set "unexplored" is used twice' in str(caught.value)
        assert 'the premise "kept_waiting" is used twice' in str(caught.value)

    def test_its_call_is_compared_by_conditions_and_not_by_names(self, tmp_path: Path) -> None:
        """Spelled out or by its name, what the rulebook calls for is what a pack may repeat."""
        call = "call: C2\n  at: now"
        spelled = "finding.therapist_has_a_part: yes\n    context.apology: [none, token]"
        for number, when in enumerate((spelled, "premise: kept_waiting")):
            directory = tmp_path / str(number)
            directory.mkdir()
            told = RULE.format(id="clinic.call", when=f"{when}\n    context.phase: late")
            pack = self.pack(directory, ours=told.replace("bar: C1", call))
            rule = read_rulebook(small_rules(directory), [pack]).rule("clinic.call")
            assert rule.when[:2] == (OWNED, UNEXPLORED)
