"""Every property holds, and its violation is found wherever it is planted."""

import re
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.proving.prover import Prover
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from planner.rulebook.properties import Claim, Property
from planner.rulebook.rulebook import Part, Rulebook, Variant
from tests.planner.support.planting import ALWAYS, planted, rule, with_rules

PROPERTIES = read_properties(SHIPPED)
pytestmark = pytest.mark.reads_files_only


@pytest.fixture(scope="module")
def prover() -> Prover:
    return Prover(read_rulebook(SHIPPED))


@pytest.mark.slow
def test_everything_holds_for_every_observation(whole_check):
    """`check` proves each property and each demand, and tells every one that it cannot prove."""
    assert (whole_check.returncode, whole_check.stderr) == (0, "")
    proved = re.search(r"Proved for every observation: (\d+) properties", whole_check.stdout)
    assert proved
    assert int(proved[1]) > 1000


@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.id)
def test_a_planted_violation_is_found_and_the_planner_shows_it(prover, prop):
    assert prover.refute(prop) is None
    broken = Prover(planted(prover.rulebook, prop), like=prover)
    found = broken.refute(prop)
    assert found is not None
    assert broken.breaks(prop, found)


# --- the short forms -------------------------------------------------------------------------
FORBIDDEN = Property(
    "short.forbidden",
    "Nobody says mistletoe.",
    "never",
    "It is a word that nobody says.",
    ("derived",),
    Claim("words", ("mistletoe",)),
)


def with_form(rulebook: Rulebook, item: str, name: str, say: str) -> Rulebook:
    """A rulebook in which an item has a short form, or a line, that is always the same."""
    variant = Variant(f"{item.lower()}.{name}.planted", item, name, (), say, "Planted.")
    form: Any = {name: Part(name, False, (variant,))}
    words = replace(rulebook.wording[item], **form)
    return replace(rulebook, wording={**rulebook.wording, item: words})


def test_what_is_never_said_is_not_said_in_a_short_form_either(prover):
    short = with_form(prover.rulebook, "C1", "short", "Mistletoe?")
    broken = Prover(short)
    found = broken.refute(FORBIDDEN)
    assert found is not None
    assert broken.breaks(FORBIDDEN, found)
    line = with_form(prover.rulebook, "C1", "line", "mistletoe")
    assert Prover(line).refute(FORBIDDEN) is None


def test_what_is_never_said_is_not_said_by_what_is_ready_either(prover):
    """C2 is never a step there, and may be held by the client alone."""
    hold = rule(
        "hold", items=("C2",), until="it snows", waits_for="client", cue="it snows", at=None
    )
    without = with_rules(prover.rulebook, hold, but=lambda one: "C2" in one.items)
    broken = Prover(with_form(without, "C2", "short", "Mistletoe?"))
    found = broken.refute(FORBIDDEN)
    assert found is not None
    assert broken.breaks(FORBIDDEN, found)
    slower = with_rules(without, replace(hold, waits_for="time"), but=lambda one: one == hold)
    assert Prover(with_form(slower, "C2", "short", "Mistletoe?")).refute(FORBIDDEN) is None


def test_what_is_always_said_is_said_in_the_whole_words(prover):
    always = replace(FORBIDDEN, verb="always", when=(ALWAYS,))
    short = with_form(prover.rulebook, "C1", "short", "Mistletoe?")
    assert Prover(short).refute(always) is not None
