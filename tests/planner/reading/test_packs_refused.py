"""Every way in which a clinic's own pack could loosen what ships, refused by file and line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from planner import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED

EXAMPLE = Path(__file__).resolve().parents[2] / "example_pack"
NAMED = 'name: Clinic\nversion: "1"\n'


def rule(**change: str) -> str:
    """A sound rule of a pack, but for what is changed."""
    parts = {
        "id": "ours.one",
        "title": "One of ours",
        "when": "{context.phase: ending}",
        "bar": "D2",
        "because": "A reason of our own, long enough to be one.",
        "source": "handout C1",
    }
    if set(change) & {"call", "after", "find", "review", "stop", "hold"}:
        del parts["bar"]
    lines = [f"{key}: {value}" for key, value in (parts | change).items()]
    return "- " + "\n  ".join(lines) + "\n"


def variant(item: str, part: str, **of: str) -> str:
    """The wording of one variant of a pack."""
    of = {"id": "ours.one", "say": '"Well."', "because": "It is ours."} | of
    lines = "\n            ".join(f"{key}: {value}" for key, value in of.items())
    return (
        textwrap.dedent(f"""\
        items:
          {item}:
            parts:
              - part: {part}
                variants:
                  - """)
        + textwrap.indent(lines.replace("            ", ""), " " * 12).lstrip()
        + "\n"
    )


def pack(directory: Path, **files: str) -> Path:
    made = directory / "clinic"
    made.mkdir()
    for name, text in ({"rulebook": NAMED} | files).items():
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


def problems(made: Path) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        read_rulebook(SHIPPED, [made])
    return [str(problem) for problem in caught.value.problems]


REFUSED = {
    "a call where the rulebook is silent": (
        {"ours": rule(call="D2", at="future_session")},
        (
            'ours.yaml:1: rule "ours.one": a pack may not call D2 where the rulebook does not.\n'
            "    Repeat all conditions of one that does ("
        ),
    ),
    "a call that is sooner": (
        {
            "ours": rule(
                call="D3",
                at="now",
                when="{authority_frustration.grievance: none_apparent, "
                "context.outside_pattern: discussed, context.phase: late, "
                "context.pattern_named_by_client: [no, unknown], "
                "finding.past_the_beginning: yes, finding.minor_event: no, "
                "finding.alliance_carries_pattern_work: yes}",
            )
        },
        (
            "a pack may not call D3 sooner than authority.link-later does (later_this_session).\n"
            "    A pack may delay, never hurry: `at: later_this_session`."
        ),
    ),
    "an order turned around": (
        {"ours": rule(after="C2", follows="D3")},
        (
            'ours.yaml:1: rule "ours.one": C2 cannot come after D3: D3 comes after C2.\n'
            "    A pack may add to the order, never turn it around. Remove `follows: D3`."
        ),
    ),
    "a rule that ships, said anew": (
        {"ours": rule(id="own-part.own-it")},
        'the id "own-part.own-it" is used twice',
    ),
    "a finding that ships, found more widely": (
        {"ours": rule(find="therapist_has_a_part")},
        "a pack may not widen it",
    ),
    "the blank of the handout as a source": (
        {
            "ours": rule(call="D5", at="now", source="handout D5"),
            "wording": "items: {D5: {title: A, source: us, purpose: B, parts: [{part: a, "
            "variants: [{id: a.b, say: Well., because: Ours.}]}]}}",
        },
        (
            "D5 is blank in the handout, so it is no source.\n"
            "    Name your own source in sources.yaml, or `derived`."
        ),
    ),
    "an idea of nobody": (
        {
            "wording": "items: {D5: {title: A, purpose: B, parts: [{part: a, "
            "variants: [{id: a.b, say: Well., because: Ours.}]}]}}",
        },
        '"source" is missing',
    ),
    "an idea in the handout's words": (
        {
            "wording": "items: {D5: {title: A, source: us, purpose: B, parts: [{part: a, "
            'variants: [{id: a.b, say: "You are safe in this room, yes.", because: It.}]}]}}',
        },
        '"you are safe in this room" are words of',
    ),
    "words that are said to be the handout's": (
        {
            "wording": variant(
                "C1",
                "question",
                when="{context.phase: ending}",
                handout='"How are you feeling about our connection?"',
            )
        },
        "a pack's words are never the handout's",
    ),
    "a variant without a premise": (
        {"wording": variant("C1", "question")},
        "a pack's variant needs `when`",
    ),
    "a variant where the part is silent": (
        {"wording": variant("D4", "past", when="{context.phase: ending}")},
        "is silent.\n    Repeat all lines of the `when` of one of ",
    ),
    "words of another premise": (
        {
            "wording": variant(
                "C1",
                "question",
                when="{context.phase: ending}",
                say='"Are you remembering you are allowed to make mistakes?"',
            )
        },
        '"are you remembering you are allowed" are words of',
    ),
    "a blank of which nothing is asked": (
        {
            "wording": variant(
                "C1", "question", when="{context.phase: ending}", say='"About {wish}?"'
            )
        },
        "the blank {wish} speaks of boundary_request.nature, which the variant does not ask",
    ),
    "a blank that brings such words": (
        {
            "wording": "slots: {ours: {field: context.phase, values: {}, "
            "otherwise: you are safe in this room}}"
        },
        '"you are safe in this room" are words of',
    ),
    "a lead that ships, said anew": (
        {
            "safety": "leads: {self_harm: {reason: All is well., first_actions: [Go on.], "
            "contacts: [], record: [], source: handout C1}}"
        },
        'the lead "self_harm" is used twice',
    ),
    "a lead without its contacts": (
        {"safety": "contacts: {self_harm: {replace: []}}"},
        "the contacts need either `add` or `replace`",
    ),
    "contacts both added and replaced": (
        {"safety": "contacts: {self_harm: {replace: [A], add: [B]}}"},
        "the contacts need either `add` or `replace`",
    ),
    "contacts of no lead": (
        {"safety": "contacts: {self_harn: {add: [A]}}"},
        'Did you mean "self_harm"?',
    ),
    "a lead's actions taken away": (
        {"safety": "contacts: {self_harm: {first_actions: [Go on.]}}"},
        'unknown field "first_actions"',
    ),
    "a code that ships, said anew": (
        {"avoid": "codes: {handle_alone: {text: Go on., source: handout C1}}"},
        'the code "handle_alone" is used twice',
    ),
    "a source that ships, made stronger": (
        {
            "sources": "hill2003: {status: verified, reference: A, where: B, supports: C, "
            "strength: D}"
        },
        'the source "hill2003" is used twice',
    ),
    "the words for a flag": (
        {"vocabulary": "fields: {safety.flags: {question: All is well.}}"},
        "a pack may not reword what is said about safety",
    ),
    "the pages' words on safety": (
        {"vocabulary": "pages: {stop_lead: Go on.}"},
        "a pack may not reword what is said about safety",
    ),
    "a page's text that there is not": (
        {"vocabulary": "pages: {plan_titl: Ours}"},
        'Did you mean "plan_title"?',
    ),
    "a page's text without its blanks": (
        {"vocabulary": "pages: {strength: []}"},
        "this must be a text",
    ),
    "an answer that there is not": (
        {"vocabulary": "fields: {context.phase: {options: {erly: {label: A}}}}"},
        'Did you mean "early"?',
    ),
    "the sentence of a stop": (
        {"wording": 'summary: {stop: "Go on. {reasons}"}'},
        "a pack may not reword what is said about safety",
    ),
    "a sentence without its blanks": (
        {"wording": 'summary: {steps_now: "Begin."}'},
        "Write each blank of that text: `{now}`.",
    ),
    "a sentence that there is not": (
        {"wording": "summary: {steps_nwo: Begin.}"},
        'Did you mean "steps_now"?',
    ),
    "another handout": (
        {"handout": "sections: {}\nitems: {}\n"},
        "a pack may not change the handout",
    ),
    "no name": ({"rulebook": 'version: "1"\n'}, '"name" is missing'),
    "a name that could be anything": (
        {"rulebook": 'name: "<b>"\nversion: "1"\n'},
        '"name" cannot be ',
    ),
}


@pytest.mark.parametrize(("files", "says"), REFUSED.values(), ids=REFUSED)
def test_a_pack_never_loosens(files: dict[str, str], says: str, tmp_path: Path) -> None:
    told = problems(pack(tmp_path, **files))
    assert any(says in one and one.startswith("clinic/") for one in told), told


def test_a_pack_has_a_name_of_its_own(tmp_path: Path) -> None:
    made = pack(tmp_path)
    (made / "rulebook.yaml").unlink()
    (made / "ours.yaml").write_text(rule())
    assert problems(made) == [
        (
            "clinic/rulebook.yaml:1: the file is missing.\n    A pack needs its name and version: "
            '`name: clinic` and `version: "1"`.'
        )
    ]


def test_a_pack_is_not_taken_for_the_rulebook_nor_given_twice(tmp_path: Path) -> None:
    """Ids used twice are told by file and line, so no two directories may look the same."""
    alike = pack(tmp_path, ours=rule()).rename(tmp_path / "rules")
    told = str(problems(alike))
    assert "a pack is called like the rulebook or another pack." in told
    assert "Give each directory a name of its own, like `clinic-rules`." in told
    with pytest.raises(RulebookError, match="called like"):
        read_rulebook(SHIPPED, [EXAMPLE, EXAMPLE])


def test_a_call_as_narrow_and_no_sooner_is_taken(tmp_path: Path) -> None:
    when = "{ruptures.kinds: deflection, context.phase: ending}"
    made = pack(tmp_path, ours=rule(call="C1", at="later_this_session", when=when))
    assert read_rulebook(SHIPPED, [made]).rule("ours.one").items == ("C1",)
