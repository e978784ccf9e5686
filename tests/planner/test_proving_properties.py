"""Every property holds, and its violation is found wherever it is planted."""

import re

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.proving.proof import Prover
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from tests.planner.planting import planted

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
