"""A worker: the plans of one tree for a share of the observations, a digest of each.

`python -P digesting.py TREE FILE FIRST LAST OUT` writes 16 bytes for each observation to OUT, and
`python -P digesting.py TREE FILE ONE` prints the plan for one. It imports the planner alone.
"""

import hashlib
import json
import re
import sys
from itertools import islice
from pathlib import Path

import planner

MARK = re.compile(r'"rulebook":\{[^{}]*\},?')


def told(asked: planner.Planner, line: bytes) -> str:
    """The plan's JSON without the rulebook's mark, or the error in its place."""
    try:
        text = asked.plan(json.loads(line)).to_json()
    except planner.PlannerError as refused:
        return f"{type(refused).__name__}: {refused}"
    bare, found = MARK.subn("", text)
    if found != 1:
        raise SystemExit(f"A plan names its rulebook {found} times: {text}")
    return bare


def main() -> None:
    """Write the digests, or print one plan."""
    tree, file, first, *rest = sys.argv[1:]
    if not Path(planner.__file__).is_relative_to(tree):
        raise SystemExit(f"{planner.__file__} is not the planner of {tree}")
    asked, last = planner.Planner(), rest[0] if rest else int(first) + 1
    with Path(file).open("rb") as lines:
        answers = (told(asked, line) for line in islice(lines, int(first), int(last)))
        if not rest:
            print(next(answers))
            return
        digests = (hashlib.blake2b(text.encode(), digest_size=16).digest() for text in answers)
        Path(rest[1]).write_bytes(b"".join(digests))


if __name__ == "__main__":
    main()
