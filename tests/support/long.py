"""How much of a long test is run: a little by default, all of it with REPAIR_PLANNER_LONG=1."""

import os

LONG = os.environ.get("REPAIR_PLANNER_LONG", "") not in {"", "0"}


def times(little: int, much: int) -> int:
    """So many by default, so many when there is time."""
    return much if LONG else little
