"""One clinic's server for all tests that ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docs.clinic_site import Site, running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Nginx with TLS before gunicorn."""
    with running(tmp_path_factory.mktemp("nginx")) as made:
        yield made
