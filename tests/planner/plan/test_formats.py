"""Each format is one row: the command line, HTTP and the help offer what the table holds."""

import json

import pytest

from planner.cli import main
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
