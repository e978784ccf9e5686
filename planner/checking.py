"""What `repair-planner check` proves: every rule reads, and every scenario comes out as told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from planner.errors import RulebookError, RuleProblem
from planner.planning import SHIPPED, Planner
from planner.reading import read_rulebook
from planner.scenarios import Scenario, prove_scenarios, read_scenarios, run_scenarios, untold


def check(packs: Sequence[Path]) -> str:
    """One line on what was proved; RulebookError with every problem otherwise.

    The rules that ship are proved by themselves; a pack is proved with them, because it may hold
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
