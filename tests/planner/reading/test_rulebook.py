"""Reading the rules: what comes out, and how what is wrong is told."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from planner.checking.scenarios import prove_scenarios
from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.rulebook.conditions import AnyOf, Condition
from planner.rulebook.rulebook import Rule, Rulebook
from tests.planner.support.small_rules import ROOT, RULE, SHIPPED, planner_of, refused, small_rules


class TestTheRulebookThatShips:
    def test_reads_without_a_problem(self) -> None:
        rulebook = read_rulebook(SHIPPED)
        assert {rule.verb for rule in rulebook.planning} >= {"call", "hold", "bar", "avoid"}
        assert len(rulebook.rules) == len(rulebook.assessment) + len(rulebook.planning)

    def test_cites_every_source_by_a_key_that_resolves(self) -> None:
        rulebook = read_rulebook(SHIPPED)
        for rule in rulebook.rules:
            for source in rule.sources:
                key, _, rest = source.partition(" ")
                assert key in ("handout", "derived") or key in rulebook.sources
                assert key != "handout" or rest in rulebook.handout.items

    def test_tells_of_every_source_what_it_supports_and_how_strongly(self) -> None:
        sources = read_rulebook(SHIPPED).sources
        assert len(sources) == 74
        assert all(one.supports and one.strength for one in sources.values())
        locators = {key for key, one in sources.items() if one.locators}
        assert locators == {"apa-code", "nasw-code", "bacp-framework2018", "bacp-breaks2018"}

    def test_is_pickled_whole(self) -> None:
        rulebook = read_rulebook(SHIPPED)
        assert pickle.loads(pickle.dumps(rulebook)) == rulebook  # noqa: S301  # our own bytes

    def test_outlives_its_reading(self) -> None:
        """A kept rulebook is taken up again without the YAML parser or anything that uses it."""
        kept = pickle.dumps(read_rulebook(SHIPPED))
        assert b"planner.reading" not in kept
        assert b"ruamel" not in kept

    def test_keeps_the_path_and_line_of_every_rule_and_variant(self) -> None:
        rulebook = read_rulebook(SHIPPED)
        told: list[tuple[str, str, int]] = [(one.id, one.path, one.line) for one in rulebook.rules]
        told += [(one.id, one.path, one.line) for one in rulebook.variants]
        paths = (*SHIPPED.glob("*.yaml"), *SHIPPED.glob("wording/*.yaml"))
        files = {f"{path.relative_to(SHIPPED)}": path.read_text().splitlines() for path in paths}
        for name, path, line in told:
            assert f"id: {name}" in files[path.removeprefix("rules/")][line - 1]

    def test_the_readmes_worked_example_is_right(self, tmp_path: Path) -> None:
        """The README's rule and scenarios are copied as they stand, and proved by the planner."""
        from planner import Planner
        from planner.checking.scenarios import read_scenarios, run_scenarios

        text = (SHIPPED / "README.md").read_text(encoding="utf-8")
        steps = re.findall(r"^   ```yaml\n(.*?)^   ```", text, re.DOTALL | re.MULTILINE)
        rule, scenarios = [textwrap.dedent(block) for block in steps]
        rules = tmp_path / "rules"
        shutil.copytree(SHIPPED, rules, ignore=shutil.ignore_patterns("scenarios"))
        (rules / "scenarios").mkdir()
        (rules / "example.yaml").write_text(rule, encoding="utf-8")
        (rules / "scenarios" / "example.yaml").write_text(scenarios, encoding="utf-8")
        rulebook = read_rulebook(rules)
        told = read_scenarios(rules, rulebook)
        assert len(told) == 2
        assert run_scenarios(told, rulebook, Planner(rulebook)) == ()

    def test_every_verb_is_explained_in_the_readme(self) -> None:
        from planner.reading.rules import VERBS

        text = (SHIPPED / "README.md").read_text(encoding="utf-8")
        assert [verb for verb in VERBS if f"`{verb}`" not in text] == []


class TestASmallRulebook:
    @pytest.fixture
    def rulebook(self, tmp_path: Path) -> Rulebook:
        return read_rulebook(small_rules(tmp_path))

    def test_has_its_rules_in_the_order_of_files_and_lines(self, rulebook: Rulebook) -> None:
        assert [rule.id for rule in rulebook.rules] == [
            "assess.late-therapist",
            "avoid.defending",
            "lateness.own-it",
            "lateness.listen",
            "safety.self-harm",
        ]
        assert [rule.id for rule in rulebook.assessment] == ["assess.late-therapist"]
        assert rulebook.findings == ("therapist_has_a_part",)

    def test_has_a_rule_with_all_that_it_says(self, rulebook: Rulebook) -> None:
        because = (
            "The client carried the cost of the wait, so the therapist's part is named"
            " before anything is asked of the client."
        )
        assert rulebook.rule("lateness.own-it") == Rule(
            id="lateness.own-it",
            title="The therapist kept the client waiting",
            when=(
                Condition("finding.therapist_has_a_part", AnyOf(frozenset({"yes"}))),
                Condition("context.apology", AnyOf(frozenset({"none", "token"}))),
            ),
            verb="call",
            because=because,
            sources=("handout C2",),
            items=("C2",),
            at="now",
            path="rules/lateness.yaml",
            line=1,
        )

    def test_puts_what_a_verb_is_about_where_the_verb_has_it(self, rulebook: Rulebook) -> None:
        assert rulebook.rule("assess.late-therapist").object == "therapist_has_a_part"
        assert rulebook.rule("safety.self-harm").object == "self_harm"
        assert rulebook.rule("avoid.defending").codes == ("defend_or_justify",)
        assert rulebook.rule("lateness.listen").source == "book; handout C1"

    def test_finds_rules_by_item_and_by_source(self, rulebook: Rulebook) -> None:
        assert [rule.id for rule in rulebook.rules_using("C1")] == ["lateness.listen"]
        cited = [rule.id for rule in rulebook.rules_citing("book")]
        assert cited == ["lateness.listen", "safety.self-harm"]
        assert rulebook.rules_citing("boo") == ()
        with pytest.raises(KeyError):
            rulebook.rule("nobody.knows")

    def test_has_words_with_their_parts_and_blanks(self, rulebook: Rulebook) -> None:
        (part,) = rulebook.wording["C2"].parts
        assert [variant.id for variant in part.variants] == ["c2.apology.again", "c2.apology.first"]
        assert part.variants[-1].when == ()
        assert rulebook.slots["late_when"].values == {
            "this_session": "today",
            "last_session": "last week",
        }
        (question,) = rulebook.wording["C1"].parts[0].variants
        assert question.handout == "How do you feel about the way we are working together?"

    def test_its_edition_is_that_of_its_bytes(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path / "one")
        same = small_rules(tmp_path / "two")
        edition = read_rulebook(rules).edition
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", edition)
        assert read_rulebook(same).edition == edition
        (same / "scenarios" / "lateness.yaml").unlink()
        (same / "README.md").write_text("Other words.", encoding="utf-8")
        assert read_rulebook(same).edition == edition
        with (same / "lateness.yaml").open("a", encoding="utf-8") as file:
            file.write("# a comment\n")
        assert read_rulebook(same).edition != edition


class TestProblems:
    def test_all_of_all_files_come_at_once_in_order(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        broken = RULE.format(id="more.rule", when="context.phase: erly")
        (rules / "z.yaml").write_text(broken + "  more: x\n", encoding="utf-8")
        (rules / "b.yaml").write_text("- id: [\n", encoding="utf-8")
        (rules / "a.yaml").write_text(broken.replace("more.rule", "x.y"), encoding="utf-8")
        (rules / "sources.yaml").unlink()
        problems = refused(rules)
        places = [(problem.path, problem.line) for problem in problems]
        assert places == sorted(places)
        assert [path for path, _ in places] == [
            "rules/a.yaml",
            "rules/b.yaml",
            "rules/sources.yaml",
            "rules/z.yaml",
            "rules/z.yaml",
        ]

    def test_read_as_the_house_writes_them(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        path = rules / "lateness.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("lateness.who: client", "lateness.who: therapis"), "utf-8")
        with pytest.raises(RulebookError) as caught:
            read_rulebook(rules)
        assert str(caught.value) == (
            'rules/lateness.yaml:15: rule "lateness.listen": unknown value "therapis" for'
            " lateness.who.\n"
            '    Did you mean "therapist"? Values: therapist, client, both, neither.'
        )

    @pytest.mark.parametrize(
        "name", ["safety.yaml", "assessment.yaml", "wording.yaml", "handout.txt", "rulebook.yaml"]
    )
    def test_a_missing_file_is_told_and_nothing_besides(self, name: str, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        (rules / name).unlink()
        told = [problem for problem in refused(rules) if problem.path == f"rules/{name}"]
        assert [problem.message.split("\n")[0] for problem in told] == ["the file is missing."]

    def test_a_file_that_cannot_be_read_drags_no_unknown_names_behind_it(
        self, tmp_path: Path
    ) -> None:
        for name in ("sources.yaml", "avoid.yaml", "safety.yaml", "wording.yaml", "handout.yaml"):
            rules = small_rules(tmp_path / name)
            (rules / name).write_text("a: [\n", encoding="utf-8")
            assert [problem.path for problem in refused(rules)] == [f"rules/{name}"]

    def test_a_broken_rule_still_brings_its_finding(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        path = rules / "assessment.yaml"
        text = path.read_text(encoding="utf-8").replace("source: handout C2", "source: handout C7")
        path.write_text(text, encoding="utf-8")
        assert len(refused(rules)) == 1

    def test_no_such_directory(self, tmp_path: Path) -> None:
        assert "no such directory" in str(refused(tmp_path / "nowhere")[0])

    def test_a_broken_vocabulary_names_the_field(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        path = rules / "vocabulary.yaml"
        text = path.read_text(encoding="utf-8").replace("  context.phase:", "  context.fase:")
        path.write_text(text, encoding="utf-8")
        told = str(RulebookError(refused(rules)))
        assert 'unknown field "context.fase"' in told
        assert "`fields` has no entry for context.phase, so a form could not ask it." in told
        assert "Add one, like `context.phase: {short: …, question: …, why: …, options:" in told

    @pytest.mark.parametrize(
        ("listed", "says"),
        [
            ("", "List it in vocabulary.yaml: `ends_with_question: [C1, C2]`."),
            ("ends_with_question: C1\n", "Write it like `ends_with_question: [C1, C2]`."),
        ],
    )
    def test_items_that_end_with_a_question_are_listed(
        self, listed: str, says: str, tmp_path: Path
    ) -> None:
        rules = small_rules(tmp_path)
        path = rules / "vocabulary.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^ends_with_question: .*\n", listed, text), encoding="utf-8")
        when = RULE.format(id="more.rule", when="plan.question: now").replace(
            "bar: C1", "sign: So."
        )
        (rules / "more.yaml").write_text(when, encoding="utf-8")
        assert says in str(RulebookError(refused(rules)))

    @pytest.mark.parametrize("words", ["{}", "pages: {}", "fields: []"])
    def test_a_vocabulary_without_fields_is_told(self, words: str, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        (rules / "vocabulary.yaml").write_text(f"{words}\n", encoding="utf-8")
        told = str(RulebookError(refused(rules)))
        assert '"fields" is missing.\n    Write `fields:`, and below it `context.phase:' in told

    def test_an_item_in_another_section_of_the_handout_is_told(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        path = rules / "handout.yaml"
        text = path.read_text(encoding="utf-8").replace("section: C", "section: D", 1)
        path.write_text(text, encoding="utf-8")
        told = str(RulebookError(refused(rules)))
        assert "C1 is not in section D." in told
        assert "Name it by its section and its number in the handout: `D1`." in told

    def test_the_text_of_the_handout_is_utf_8(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        (rules / "handout.txt").write_bytes(b"caf\xe9")
        told = str(RulebookError(refused(rules)))
        assert "the handout's text is not UTF-8.\n    Save the file as `UTF-8`." in told

    def test_a_variant_that_no_scenario_needs_is_told_with_its_rule(self, tmp_path: Path) -> None:
        rules = small_rules(tmp_path)
        (rules / "more.yaml").write_text(RULE.format(id="more.rule", when="context.phase: late"))
        found = prove_scenarios(rules, read_rulebook(rules), planner_of(rules))
        told = [one.message for one in found if one.path == "rules/more.yaml"]
        assert told == [
            (
                'rule "more.rule": no scenario fits it.\n'
                "    Tell a case to which it belongs: `fits: [more.rule]`."
            ),
            (
                'rule "more.rule": no scenario misses it.\n'
                "    Tell the nearest case that it is not: `misses: [more.rule]`."
            ),
        ]


def test_reading_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, planner; sys.exit('planner.reading.rulebook' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_six_thousand_lines_are_read_while_a_person_blinks(tmp_path: Path) -> None:
    """The time of the processor, with a loose bound: the usual figure is a tenth of it."""
    rules = small_rules(tmp_path)
    more = "".join(
        RULE.format(
            id=f"more.rule-{number}",
            when="context.feelings: [hurt, angry]\n"
            "    lateness.minutes: {at_least: 5}\n    context.phase: late",
        )
        for number in range(600)
    )
    (rules / "more.yaml").write_text(more, encoding="utf-8")
    started = time.process_time()
    assert len(read_rulebook(rules).rules) == 605
    assert time.process_time() - started < 1.5
