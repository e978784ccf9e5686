"""What no source carries is told to clinicians, all of it, with room to disagree."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.checking.judgments import OTHERWISE, for_clinicians
from planner.errors import RulebookError
from planner.plan.rendering import escaped
from planner.reading.judgments import read_topics
from planner.reading.properties import read_properties
from planner.reading.shipped import SHIPPED, rulebook_of
from tests.support.command import called

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "for-clinicians.md"
FIRST = (
    "outside authorities",
    "private reason",
    "D1 to D3",
    "message after",
    "overstepping stop",
    "be written",
    "hears of a repair",
    "Numb alone",
    "Temper and slight",
    "Invitations and letters",
)
RULEBOOK = rulebook_of(SHIPPED)


def test_the_committed_page_is_what_the_rules_make():
    made = called(["explain", "--derived"])
    assert made.stdout == PAGE.read_text("utf-8"), "make it anew: make clinicians"


def test_the_ten_first_topics_stand_in_their_order_before_all_else():
    topics = read_topics(SHIPPED, RULEBOOK)
    assert len(topics) == len(FIRST)
    assert all(name in one.topic for name, one in zip(FIRST, topics, strict=True))
    page = PAGE.read_text("utf-8")
    places = [page.index(f"### {number} · {one.topic}") for number, one in enumerate(topics, 1)]
    assert places == sorted(places)
    assert page.index("\n## ") < places[0] < places[-1] < page.index("\n## C1: ")


def test_everything_that_stands_on_derived_alone_has_its_place_and_its_line():
    told = [one for one in RULEBOOK.rules if one.sources == ("derived",)]
    properties = [one for one in read_properties(SHIPPED) if one.sources == ("derived",)]
    codes = [one for one in RULEBOOK.avoid_codes.values() if one.sources == ("derived",)]
    page = for_clinicians(RULEBOOK, properties, ())
    assert all(f"### {escaped(one.id)} · {escaped(one.title)}" in page for one in told)
    assert all(escaped(one.sentence) in page for one in properties)
    assert all(f"### {escaped(one.code)} ·" in page for one in codes)
    assert page.count(OTHERWISE) == len(told) + len(properties) + len(codes)
    assert f"make {len(told) + len(properties) + len(codes)} judgments" in page


def test_a_rule_that_cites_anything_else_is_left_out():
    one = next(one for one in RULEBOOK.rules if one.sources == ("derived",))
    cited = replace(one, sources=("handout C1", "derived"))
    rules = tuple(cited if rule is one else rule for rule in RULEBOOK.rules)
    assert f"### {one.id} ·" in for_clinicians(RULEBOOK, (), ())
    assert f"### {one.id} ·" not in for_clinicians(replace(RULEBOOK, rules=rules), (), ())


def test_a_topic_may_wait_for_its_rules_but_names_none_that_there_is_not(tmp_path):
    file = tmp_path / "judgments.yaml"
    topic = "- topic: One\n  text: A judgment in more than twenty letters.\n"
    file.write_text(topic, "utf-8")
    assert read_topics(tmp_path, RULEBOOK)[0].rules == ()
    file.write_text(topic + "  rules: [assess.flodded]\n", "utf-8")
    with pytest.raises(RulebookError, match=r'judgments.yaml:3: .*"assess.flodded"') as refused:
        read_topics(tmp_path, RULEBOOK)
    assert "assess.flooded" in str(refused.value)


def test_a_topics_rule_is_found_by_the_id_that_was_merged_into_it(tmp_path):
    merged = next(one for one in RULEBOOK.rules if one.formerly)
    text = f"- topic: One\n  text: A judgment in twenty letters.\n  rules: {merged.formerly[0]}\n"
    (tmp_path / "judgments.yaml").write_text(text, "utf-8")
    assert read_topics(tmp_path, RULEBOOK)[0].rules == (merged.id,)


def test_a_file_of_topics_that_is_no_list_is_refused(tmp_path):
    (tmp_path / "judgments.yaml").write_text("topic: One\n", "utf-8")
    with pytest.raises(RulebookError, match="must be a list of topics") as refused:
        read_topics(tmp_path, RULEBOOK)
    assert "Begin with `- topic: …`." in str(refused.value)
    assert read_topics(tmp_path / "none", RULEBOOK) == ()
