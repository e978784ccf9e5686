"""Mechanical mistakes in the rules are refuted by proof or scenario; a few here, all on request."""

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from tests.benchmarks.mutants import Trial, sample
from tests.long import LONG

MANY = 240 if LONG else 12
LEAST = 0.95
FEW_MISS = 1
"""Of a dozen one may change no plan at all, which nothing can refute."""


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_mistakes_in_the_rules_are_refuted():
    trial = Trial()
    fates = [trial.judge(mutant) for mutant in sample(trial.rulebook, MANY, seed=4)]
    survivors = [str(fate) for fate in fates if not fate.by]
    allowed = round((1 - LEAST) * MANY) if LONG else FEW_MISS
    assert len(survivors) <= allowed, "\n".join(survivors)
