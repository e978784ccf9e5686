"""Each format is one row: the command line, HTTP and the help offer what the table holds."""

import json
from dataclasses import replace

import pytest

from planner.cli import main
from planner.plan.brief import Brief, Check, NotNow, Say, Then
from planner.plan.formats import FORMATS, Page, by_media, described
from planner.plan.rendering import text
from tests.planner.support.sample_plan import PLAN

LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}


@pytest.fixture
def late(tmp_path):
    """A file with an observation."""
    path = tmp_path / "late.json"
    path.write_text(json.dumps(LATE))
    return str(path)


def test_the_table_writes_what_the_plan_itself_gives():
    wide = Page(width=60, color=True)
    assert FORMATS["json"].write(PLAN, wide) == PLAN.to_json()
    assert FORMATS["markdown"].write(PLAN, wide) == PLAN.to_markdown()
    assert FORMATS["text"].write(PLAN, wide) == text(PLAN, 60, color=True)


def test_the_command_offers_every_format_and_names_it_in_its_help(late, capsys):
    for name in FORMATS:
        assert main(["plan", late, "--format", name]) == 0
        assert "C2" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["plan", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{{{','.join(FORMATS)}}}" in shown
    assert described() in shown


def test_json_is_what_http_gives_where_nothing_is_asked_for():
    assert next(iter(by_media())) == "application/json"


def test_the_brief_is_the_usual_format_of_a_terminal_and_plain_text_over_http():
    assert by_media()["text/plain"] is FORMATS["brief"]
    assert described().startswith("brief (default on a terminal)")
    assert "text/plain" not in {FORMATS["text"].media, FORMATS["markdown"].media}


def test_the_brief_says_the_first_words_first_and_what_is_ready_with_its_cue():
    brief = Brief(
        before=("See that nobody hears.",),
        say=Say("C2", "I am sorry for [what I did].", ("what I did",)),
        then=(Then("C1", "now", "ask what it was like", "How was it?"),),
        mind=("Name one thing.",),
        dont=("Do not explain.",),
        not_now=(NotNow("D2", "bond not known"), NotNow("D1", "care too much", "it is let stand")),
        check=Check(("context.phase",), "Which phase?", "D2 now"),
        if_not="Say so, and ask.",
    )
    shown = FORMATS["brief"].write(replace(PLAN, brief=brief), Page(width=80))
    parts = [
        *("See that nobody hears.", "“I am sorry for [what I did].”", "ask what it was like"),
        *("Name one thing.", "D2: bond not known.", "D1: care too much. If it is let stand"),
        *("Do not explain.", "Which phase? (D2 now)", "Say so, and ask."),
    ]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert (
        FORMATS["brief"].write(replace(PLAN, brief=brief), Page())
        == replace(PLAN, brief=brief).to_brief()
    )


def test_the_brief_of_a_stop_has_nothing_to_say():
    stop = replace(PLAN, disposition="stop", brief=Brief(consult=("Ask directly.",)))
    shown = stop.to_brief()
    assert "Ask directly." in shown
    assert "Say" not in shown
