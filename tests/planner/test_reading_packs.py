"""A clinic's own pack adds to the rules and may not loosen them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.rulebook.rulebook import Rulebook
from tests.planner.small_rules import RULE, small_rules

WORDS = """\
items:
  C1:
    parts:
      - part: {part}
        variants:
          - id: c1.question.x
            say: Well.
            because: It is short.
            {when}
"""


class TestPacks:
    """A clinic's own pack adds to the rules and may not loosen them."""

    CALL = (
        RULE.replace("bar: C1", "call: C1\n  at: now")
        .replace("{id}", "clinic.call")
        .replace("{when}", "any: [{{lateness.who: client, context.phase: late}}, {other}]")
    )

    def test_may_call_where_each_case_is_one_in_which_the_rulebook_calls(
        self, tmp_path: Path
    ) -> None:
        other = "{lateness.who: client, context.signs: engaged}"
        rulebook = self.read(tmp_path, ours=self.CALL.format(other=other))
        assert len(rulebook.rule("clinic.call").branches) == 2

    def test_may_not_call_in_a_case_in_which_the_rulebook_does_not(self, tmp_path: Path) -> None:
        with pytest.raises(RulebookError, match="a pack may not call C1 where the rulebook does"):
            self.read(tmp_path, ours=self.CALL.format(other="{context.signs: engaged}"))

    @pytest.mark.parametrize(
        ("other", "good"),
        [
            ("{context.apology: token, context.signs: engaged}", True),
            ("{context.phase: late}", False),
        ],
    )
    def test_a_variant_is_narrower_in_each_of_its_cases(
        self, other: str, good: bool, tmp_path: Path
    ) -> None:
        rules, pack = small_rules(tmp_path), tmp_path / "clinic"
        words = rules / "wording.yaml"
        text = words.read_text(encoding="utf-8")
        text = text.replace("apology\n", "apology\n        optional: yes\n", 1)
        last = text.index("          - id: c2.apology.first")
        words.write_text(text[:last] + text[text.index("slots:") :], encoding="utf-8")
        when = f"when: {{any: [{{context.apology: token, context.phase: late}}, {other}]}}"
        own = {
            "rulebook": 'name: clinic\nversion: "1"\n',
            "wording": WORDS.format(part="apology", when=when).replace("C1:", "C2:"),
        }
        pack.mkdir()
        for name, told in own.items():
            (pack / f"{name}.yaml").write_text(told, encoding="utf-8")
        if good:
            assert read_rulebook(rules, [pack]).variants
        else:
            with pytest.raises(RulebookError, match="where the part apology is silent"):
                read_rulebook(rules, [pack])

    @staticmethod
    def read(directory: Path, **files: str) -> Rulebook:
        """The small rulebook with a pack of these files."""
        rules = small_rules(directory)
        pack = directory / "clinic"
        pack.mkdir()
        own = {"rulebook": 'name: clinic\nversion: "1"\n', **files}
        for name, text in own.items():
            (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        return read_rulebook(rules, [pack])

    def test_adds_rules_and_findings(self, tmp_path: Path) -> None:
        found = RULE.format(id="clinic.finding", when="context.phase: ending")
        rulebook = self.read(
            tmp_path,
            ours=RULE.format(id="clinic.rule", when="finding.leaving: yes")
            + found.replace("bar: C1", "find: leaving"),
        )
        assert rulebook.rule("clinic.rule").path == "clinic/ours.yaml"
        assert "leaving" in rulebook.findings

    def test_tries_its_own_words_before_wider_ones(self, tmp_path: Path) -> None:
        words = """\
            items:
              C1:
                parts:
                  - part: question
                    variants:
                      - id: c1.question.clinic
                        when: {context.phase: ending}
                        say: "How has it been to work together?"
                        because: We ask this at the end.
        """
        rulebook = self.read(tmp_path, wording=textwrap.dedent(words))
        variants = rulebook.wording["C1"].parts[0].variants
        assert [one.id for one in variants] == ["c1.question.clinic", "c1.question.open"]

    def test_fills_the_blank_item(self, tmp_path: Path) -> None:
        words = """\
            items:
              D5:
                title: A letter
                source: The clinic's own writing group
                purpose: To say goodbye.
                parts:
                  - part: offer
                    variants:
                      - {id: d5.offer.letter, say: "May I write to you?", because: It stays.}
        """
        rule = RULE.format(id="clinic.letter", when="context.phase: ending")
        rulebook = self.read(
            tmp_path,
            wording=textwrap.dedent(words),
            ours=rule.replace("bar: C1", "call: D5\n  at: now"),
        )
        assert rulebook.rule("clinic.letter").items == ("D5",)
        assert rulebook.wording["D5"].purpose.startswith("Idea of The clinic's own writing group. ")

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            ("ours", RULE.format(id="lateness.own-it", when="context.phase: late"), "used twice"),
            ("handout", "sections: {}\nitems: {}\n", "a pack may not change the handout"),
            (
                "ours",
                RULE.format(id="clinic.x", when="context.phase: late").replace(
                    "bar: C1", "find: therapist_has_a_part"
                ),
                "a pack may not widen it",
            ),
            (
                "wording",
                WORDS.format(part="question", when=""),
                "a pack's variant needs `when`",
            ),
            (
                "wording",
                WORDS.format(part="questoin", when="when: {context.phase: late}"),
                'unknown part "questoin"',
            ),
        ],
    )
    def test_may_not_loosen_or_overwrite(
        self, name: str, text: str, says: str, tmp_path: Path
    ) -> None:
        with pytest.raises(RulebookError) as caught:
            self.read(tmp_path, **{name: text})
        assert says in str(caught.value)
