"""A plan as text and as Markdown: complete, ordered, and safe whatever it holds."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.plan.parts import Because
from planner.plan.plan import Plan
from planner.plan.rendering import escaped, markdown, printable, text
from tests.planner.support.sample_plan import PLAN, STEP, review_first

FORMS = pytest.mark.parametrize("render", [markdown, text])
HOSTILE = "# one\n\n<script>alert(1)</script>\n- two [x](javascript:y) \x1b[31m\u202e `z` &amp; ***"


def with_notes(notes: str) -> Plan:
    """The sample plan with these notes typed into its observation."""
    return replace(PLAN, observation={**PLAN.observation, "notes": notes})


@FORMS
def test_every_part_of_a_plan_is_shown(render):
    shown = " ".join(render(review_first()).replace("\\", "").replace("┃ ", "").split())
    parts = [
        "Repair plan: review first",
        "K-114",
        PLAN.summary,
        "A complaint was made.",
        "Speak to the supervisor.",
        "Your supervisor",
        "What was said.",
        STEP.words,
        "Say it once.",
        "lateness.own-it",
        "handout C2",
        "The client carried the cost.",
        "it has happened again",
        "D3",
        "Explaining before acknowledging.",
        "Has there been an apology?",
        "If token: again.",
        "The client disagrees aloud.",
        "Ask once more.",
        "Next session.",
        "Whose lateness is this?",
        "rulebook 1.0",
    ]
    assert [part for part in parts if part not in shown] == []


@FORMS
def test_safety_stands_before_the_first_step_and_words_before_reasons(render):
    shown = render(review_first())
    places = [shown.index(part) for part in ("Before anything else", "Now", "I want to", "The cl")]
    assert places[:3] == sorted(places[:3])
    assert shown.index("I want to") < shown.index("The client carried the cost")


@FORMS
def test_steps_are_grouped_by_time_without_headings_over_nothing(render):
    shown = render(PLAN)
    assert shown.index("Now") < shown.index("Later this session")
    assert "A future session" not in shown
    assert "Before anything else" not in shown


@FORMS
def test_an_unknown_answer_is_not_shown_as_an_answer(render):
    shown = render(PLAN)
    assert "at ease" in shown
    assert "cause" not in shown
    assert "signs" not in shown


@FORMS
def test_a_plan_with_nothing_to_do_says_only_what_there_is(render):
    bare = replace(PLAN, steps=(), held=(), barred=(), avoid=(), questions=(), supervision=())
    shown = render(bare)
    assert PLAN.summary in shown
    assert not re.search("Held|Must not|Avoid|supervision", shown)


def test_hostile_notes_stay_one_quotation_in_markdown():
    tokens = MarkdownIt("commonmark").parse(markdown(with_notes(HOSTILE)))
    kinds = [token.type for token in tokens]
    assert "html_block" not in kinds
    assert [t.content for t in tokens if t.type == "inline" and t.content == "one"] == []
    inline = [child.type for token in tokens for child in token.children or ()]
    assert not {"html_inline", "link_open", "code_inline", "image"} & set(inline)
    rendered = MarkdownIt("commonmark").render(markdown(with_notes(HOSTILE)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rendered


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_escaped_text_reads_back_as_itself(words):
    (_, inline, _) = MarkdownIt("commonmark").parse(f"x{escaped(words)}")
    shown = "".join(child.content for child in inline.children or ())
    assert shown == f"x{printable(words)}".strip()


@given(st.text(alphabet="#-+=1.) >*_`[]<&\n ab", max_size=12))
def test_escaped_text_is_one_paragraph_wherever_it_begins(words):
    tokens = MarkdownIt("commonmark").parse(escaped(words))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])


@pytest.mark.parametrize("width", [1, 30, 47, 80, 100, 10_000])
def test_text_keeps_to_the_width_it_is_given(width):
    wide = review_first(summary="一" * 90 + " word " * 40)
    widest = max(len(line) + line.count("一") for line in text(wide, width).splitlines())
    assert widest <= max(30, min(width, 100))


def test_plain_text_has_neither_colors_nor_trailing_spaces():
    shown = text(PLAN)
    assert "\x1b" not in shown
    assert not re.search(r"[ \t]$", shown, re.MULTILINE)


def test_color_adds_styles_and_changes_no_word():
    styled = text(PLAN, color=True)
    assert "\x1b[1m" in styled
    assert re.sub(r"\x1b\[[0-9;]*m", "", styled) == text(PLAN)


@FORMS
def test_nothing_in_a_plan_can_steer_a_terminal(render):
    hostile = with_notes(HOSTILE)
    shown = render(replace(hostile, summary="a\x1b]0;title\x07b\u202ec\x9bd\r"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


@FORMS
def test_what_the_therapist_felt_is_in_no_text_that_may_be_filed(render):
    """Neither as an answer nor as the reason of a line."""
    felt = Because(
        "feelings.drawn-in", "You are drawn in.", {"context.therapist_feelings": "drawn_in"}, "x"
    )
    plan = replace(
        PLAN,
        observation={**PLAN.observation, "context": {"therapist_feelings": ["drawn_in"]}},
        steps=(replace(STEP, because=(felt, *STEP.because)),),
    )
    shown = render(plan)
    assert "drawn" not in shown
    assert STEP.because[0].rule in shown.replace("\\", "")
