"""The texts of the brief and the short forms: how long they may be, and what they may not ask."""

from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.rulebook.counting import blanks_in, fitting, words_in
from planner.rulebook.rulebook import Rulebook
from tests.planner.support.small_rules import small_rules

WORD = "word "
FORMS = """\
    short:
      - id: c2.short.late
        {when}
        say: "{say}"
        because: It is said in one breath.
      - id: c2.short.last
        say: "I was late, and I am sorry."
        because: It is said in one breath.
    line:
      - id: c2.line.own
        say: "{line}"
        because: It is written, not spoken.
"""
OWN_PLACE = "It is worded as a step also while it is held. Ask about another: `plan.C1: step`."
WHEN = "when: {context.phase: early}"


def with_forms(
    rules: Path, say: str = "Sorry {late_when}.", line: str = "own it", when: str = WHEN
) -> Path:
    """The small rulebook with a short form and a line for C2."""
    file = rules / "wording.yaml"
    forms = FORMS.replace("{say}", say).replace("{line}", line).replace("{when}", when)
    purpose = "    purpose: Own the part.\n"
    text = file.read_text("utf-8").replace(purpose, purpose + forms)
    file.write_text(text, "utf-8")
    return rules


def told(rules: Path, *packs: Path) -> str:
    """Every problem of a rulebook; nothing where it can be read."""
    try:
        read_rulebook(rules, packs)
    except RulebookError as error:
        return "\n".join(map(str, error.problems))
    return ""


def edited(rules: Path, name: str, old: str, new: str) -> Path:
    """The rules with a text in one of their files replaced."""
    file = rules / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return rules


def book(rules: Path) -> Rulebook:
    """The rulebook, which has no mistake."""
    assert told(rules) == ""
    return read_rulebook(rules)


def test_a_short_form_and_a_line_are_parts_of_their_own(tmp_path: Path) -> None:
    words = book(with_forms(small_rules(tmp_path))).wording["C2"]
    assert words.short is not None
    assert words.line is not None
    assert [one.id for one in words.short.variants] == ["c2.short.late", "c2.short.last"]
    assert [part.name for part in words.spoken] == ["apology", "short"]
    assert [part.name for part in words.every] == ["apology", "short", "line"]


@pytest.mark.parametrize(("words", "refused"), [(43, False), (44, True)])
def test_a_short_form_has_45_words_with_its_slots_at_their_longest(
    tmp_path: Path, words: int, refused: bool
) -> None:
    """The blank is filled with "last week", which has two words."""
    rules = with_forms(small_rules(tmp_path), say=WORD * words + "{late_when}")
    problems = told(rules)
    assert ("it has 46 words; it may have 45" in problems) == refused, problems
    if refused:
        assert problems.startswith("rules/wording.yaml:16: short of C2")
        hint = "Nothing cuts it for you: say less, or ask in `when` what makes it long."
        assert hint in problems


def test_a_line_has_ten_words(tmp_path: Path) -> None:
    assert "it has 11 words; it may have 10" in told(
        with_forms(small_rules(tmp_path), line=WORD * 11)
    )


def test_a_title_without_a_line_has_ten_words_too(tmp_path: Path) -> None:
    rules = edited(small_rules(tmp_path), "wording.yaml", "title: Check in", f"title: {WORD * 11}")
    problems = told(rules)
    assert "stands for its line and has 11 words; it may have 10" in problems
    assert "Give it one in few words: `line:" in problems


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("when: {plan.C2: now}", OWN_PLACE),
        (f"{WHEN}\n        handout: I want", "few words stand for no run of the handout."),
    ],
)
def test_what_a_short_form_may_not(tmp_path: Path, when: str, says: str) -> None:
    assert says in told(with_forms(small_rules(tmp_path), when=when))


def test_a_pack_that_adds_nothing_to_an_item_is_told_so(tmp_path: Path) -> None:
    pack = tmp_path / "clinic"
    pack.mkdir()
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n')
    (pack / "wording.yaml").write_text("items:\n  C2: {}\n")
    problems = told(with_forms(small_rules(tmp_path)), pack)
    assert "neither `parts` nor `short` nor `line` stands here." in problems
    assert "Write at least one of them, as in `parts:" in problems


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (f"brief: {WORD * 9}", '"brief" has 9 words; it may have 8'),
        ("family: kindness", 'unknown value "kindness" for family'),
        ("brief_when: sometimes", "Write `brief_when: never`, or like `brief_when: {"),
        ("brief_when: {plan.C9: step}", 'unknown item "C9"'),
    ],
)
def test_what_is_wrong_with_a_code_is_told(tmp_path: Path, more: str, says: str) -> None:
    assert says in told(with_code(small_rules(tmp_path), more))


def with_code(rules: Path, more: str) -> Path:
    """The small rulebook with one more line in its code."""
    source = "    source: [book, derived]\n"
    return edited(rules, "avoid.yaml", source, f"{source}    {more}\n")


def test_a_code_says_when_the_brief_may_say_it(tmp_path: Path) -> None:
    more = "brief: Do not.\n    family: limit\n    brief_when: {plan.C2: step}"
    rules = with_code(small_rules(tmp_path), more)
    code = next(iter(book(rules).avoid_codes.values()))
    assert (code.brief, code.family) == ("Do not.", "limit")
    assert code.brief_when is not None
    assert [str(one) for case in code.brief_when for one in case] == [
        "plan.C2: future_session or later_this_session or now"
    ]


@pytest.mark.parametrize(
    ("families", "says"),
    [
        ("families: {C9: [risk]}", 'unknown item "C9"'),
        ("families: {C2: [kindness]}", 'unknown family "kindness"'),
        ("families: {C2: [risk, risk]}", "Name each once: `families: {C2:"),
    ],
)
def test_what_is_wrong_with_families_is_told(tmp_path: Path, families: str, says: str) -> None:
    rules = small_rules(tmp_path)
    file = rules / "avoid.yaml"
    file.write_text(f"{families}\n{file.read_text('utf-8')}", "utf-8")
    assert says in told(rules)


def test_families_that_are_not_named_come_last_in_the_usual_order(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    file = rules / "avoid.yaml"
    file.write_text(f"families: {{C2: [limit, risk]}}\n{file.read_text('utf-8')}", "utf-8")
    assert book(rules).families["C2"] == (
        *("limit", "risk"),
        *("explaining", "caretaking", "interpreting", "pressing"),
    )


def test_words_are_counted_as_a_person_counts_them() -> None:
    assert words_in("If C2: say [what I am changing], once.") == 7
    assert words_in("") == 0
    assert blanks_in("[my part] and [when]", "[my part]") == ("my part", "when")
    assert fitting(["a b c", "d e", "f", "f"], 4) == ("a b c", "f")
