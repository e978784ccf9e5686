"""Reads 20,000 plans and tells what is wrong with them: `python -m tests.reading`.

Half of the cases are told by the scenarios and varied, half are drawn by chance. Every check of
brief.md's list looks at every plan; each kind of finding is told in the smallest case that has it,
with the rules and variants whose words they are.
"""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median

from tests.reading.checks import CHECKS
from tests.reading.grades import MEAN, grade, means
from tests.reading.open_checks import BRIEF_MEDIAN_OPEN, MEAN_GRADE_OPEN, OPEN
from tests.reading.reading import Findings, examples, read_many

MANY = 20_000


def main() -> int:
    """Print what each check found; 1 if one finds something that is not known as open."""
    chosen = _arguments().parse_args()
    begun = time.perf_counter()
    found = read_many(chosen.many, chosen.seed, chosen.only)
    took = time.perf_counter() - begun
    print(f"{found.read:,} plans of seed {chosen.seed} read in {took:.0f} seconds")
    _tell_table(found, chosen.only or list(CHECKS))
    _tell_lengths(found)
    if chosen.open:
        _tell_open(found)
    failing = [name for name in chosen.only or CHECKS if found.plans[name]]
    told = ""
    for name, one in examples(found, failing, chosen.show):
        if name != told:
            print(f"\n{name}: {CHECKS[name].fault}")
            told = name
        print(one)
    return 1 if new_faults(found) else 0


def new_faults(found: Findings) -> list[str]:
    """The checks that find something and are not in OPEN, and the items that are too hard."""
    checks = [name for name, count in found.plans.items() if count and name not in OPEN]
    length = ["brief-median"] if found.too_long() and not BRIEF_MEDIAN_OPEN else []
    return [*checks, *length, *sorted({*found.too_hard()} - MEAN_GRADE_OPEN)]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reading")
    parser.add_argument("many", nargs="?", type=int, default=MANY, help="how many plans")
    parser.add_argument("seed", nargs="?", type=int, default=1, help="which cases")
    parser.add_argument("--only", nargs="+", default=[], choices=[*CHECKS], metavar="CHECK")
    parser.add_argument("--show", type=int, default=3, help="how many findings of each check")
    parser.add_argument("--open", action="store_true", help="print OPEN as it would be now")
    return parser


def _tell_table(found: Findings, names: list[str]) -> None:
    print(f"\n{'check':40}{'plans':>8}{'texts':>8}{'known':>8}")
    for name in names:
        known = str(OPEN.get(name, ""))
        note = " (nothing found: take it out of OPEN)" if known and not found.plans[name] else ""
        texts = len(found.of(name))
        print(f"{name:40}{found.plans[name]:8}{texts:8}{known:>8}{note}")


def _tell_open(found: Findings) -> None:
    print("\nOPEN: Mapping[str, int] = {")
    for name in CHECKS:
        if found.plans[name]:
            print(f'    "{name}": {found.plans[name]},')
    print("}")


def _tell_lengths(found: Findings) -> None:
    for item, mean in means(found.shorts).items():
        print(f"mean grade of {item} in short: {mean:.1f}")
        hard = [text for other, text in found.shorts if other == item and mean > MEAN]
        for text in sorted(hard, key=grade, reverse=True)[:3]:
            print(f"  {grade(text):.1f}: {text}")
    if found.briefs:
        middle, most = median(found.briefs), max(found.briefs)
        print(f"words of the brief: {middle:.0f} in the median, {most} at most")


if __name__ == "__main__":
    sys.exit(main())
