"""What holds for every test: how long it took proves nothing, and none may take for ever."""

import os

from hypothesis import HealthCheck, settings

from tests.long import LONG

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

if LONG:
    os.environ["PYTEST_TIMEOUT"] = "0"  # the deadline of pyproject.toml is for the little sizes
