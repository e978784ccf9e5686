"""`prove` of some ids alone: what concerns them and nothing else, or the nearest ids there are."""

from dataclasses import replace

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.errors import PlannerError
from planner.proving.asking import Questions
from planner.proving.kept import Kept
from planner.proving.only import concerned
from planner.proving.proof import prove
from tests.planner.support.small_proof import EDITS, Proved, small


@pytest.fixture(scope="module")
def proved(tmp_path_factory) -> Proved:
    return small(tmp_path_factory.mktemp("rules"))


def asked(proved: Proved, *ids: str) -> dict[str, int]:
    """What is asked of these ids: of what, and how many questions."""
    found: dict[str, int] = {}
    for one in concerned(Questions(*proved), ids):
        found[one.of] = found.get(one.of, 0) + 1
    return found


def test_a_property_is_asked_by_itself(proved):
    assert asked(proved, "own.listens") == {"own.listens": 1}
    assert asked(proved, "plan.one-place") == {"plan.one-place": 1}
    assert asked(proved, "c2.apology.first") == {"c2.apology.first": 1}


def test_a_rule_is_asked_with_the_properties_that_it_can_touch(proved):
    found = asked(proved, "lateness.listen")
    assert found["lateness.listen"] == 2  # that it can hold, and that it can matter
    assert {"own.listens", "own.heard-now", "plan.every-step-has-words"} <= {*found}
    assert "plan.one-disposition" not in found
    assert "own.part" not in found
    assert "own.no-apology-of-the-one-who-waited" not in found
    assert "own.part" in asked(proved, "assess.late-therapist")
    assert "lateness.own-it" not in found


def test_several_ids_are_asked_together_in_the_order_of_all(proved):
    both = concerned(Questions(*proved), ["c2.apology.first", "own.listens"])
    assert [one.of for one in both] == ["own.listens", "c2.apology.first"]


def test_a_rule_is_known_by_an_older_id(proved):
    rulebook, properties = proved
    rules = [replace(one, formerly=(f"old.{one.id}",)) for one in rulebook.rules]
    renamed = replace(rulebook, rules=tuple(rules)), properties
    assert asked(renamed, "old.lateness.listen") == asked(proved, "lateness.listen")


def test_only_what_concerns_an_id_is_told_of(proved):
    edited = EDITS["rank"][0](EDITS["words"][0](proved))
    [problem] = prove(*edited, only=["own.no-blame"]).problems
    assert 'property "own.no-blame": refuted.' in str(problem)
    assert prove(*edited, only=["own.part"]).problems == ()


def test_a_proof_of_some_ids_is_not_kept_as_the_proof_of_all(proved):
    kept = Kept()
    assert prove(*proved, only=["own.part"], kept=kept).proved == 1
    assert kept.rulebooks == {}
    assert prove(*proved, kept=kept).proved > 20


def test_an_id_that_is_not_known_is_refused_with_the_nearest(proved):
    with pytest.raises(PlannerError) as told:
        prove(*proved, only=["own.listen"])
    assert str(told.value) == (
        '--only "own.listen": no property and no rule has this id. '
        "Did you mean own.listens or lateness.listen?"
    )
    with pytest.raises(PlannerError, match="Name one as it stands in the files"):
        prove(*proved, only=["zzzzzzzz"])
