"""What `repair-planner check` proves: rules read, scenarios come out, properties always hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from planner.errors import RulebookError, RuleProblem
from planner.planning import SHIPPED, Planner
from planner.reading import read_rulebook
from planner.rulebook import Rulebook
from planner.scenarios import Scenario, prove_scenarios, read_scenarios, run_scenarios, untold

SKIPPED = "Proof skipped: z3-solver is not installed (pip install 'repair-planner[proof]')."


def check(packs: Sequence[Path]) -> str:
    """One line on what was checked; RulebookError with every problem otherwise.

    The rules that ship are checked by themselves; a pack is checked with them, because it may hold
    back what they allow. Its own rules need their two scenarios as much as those that ship.
    """
    rulebook = read_rulebook(SHIPPED, packs)
    shipped = read_rulebook(SHIPPED)
    _raise(prove_scenarios(SHIPPED, shipped, Planner(shipped)))
    scenarios = list(read_scenarios(SHIPPED, shipped))
    if packs:
        own = [one for pack in packs for one in read_scenarios(pack, rulebook)]
        scenarios += own
        _raise(_of_packs(own, scenarios, Planner(rulebook)))
    counted = f"{len(rulebook.rules)} rules and {len(scenarios)} scenarios hold"
    return f"{counted} (edition {rulebook.edition})."


def can_prove() -> bool:
    """Whether the solver is there; looked for without loading it."""
    return find_spec("z3") is not None


def proved(packs: Sequence[Path]) -> str:
    """One line on what was proved of every observation; RulebookError with every counterexample.

    Needs the solver: ask `can_prove` before.
    """
    from planner.proving import prove
    from planner.reading.properties import read_properties

    rulebook: Rulebook = read_rulebook(SHIPPED, packs)
    proof = prove(rulebook, read_properties(SHIPPED, packs))
    _raise(proof.problems)
    return str(proof)


def _of_packs(
    own: Sequence[Scenario], scenarios: Sequence[Scenario], planner: Planner
) -> Iterable[RuleProblem]:
    """What is wrong with the packs: their scenarios, and rules that no scenario tells."""
    yield from run_scenarios(own, planner.rulebook, planner)
    yield from untold(scenarios, planner.rulebook, planner)


def _raise(problems: Iterable[RuleProblem]) -> None:
    """Refuse the rulebook if there is anything to mend."""
    found = tuple(problems)
    if found:
        raise RulebookError(found)
