"""What a test needs from the system: skipped by name where it is missing, unless all must be there.

`REPAIR_PLANNER_NOTHING_MISSING=1`, which continuous integration sets, turns such a skip into a
failure, so that a browser or a database that failed to install cannot pass for tests that passed.
"""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip, or fail where nothing may be missing."""
    if os.environ.get("REPAIR_PLANNER_NOTHING_MISSING", "") not in {"", "0"}:
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
