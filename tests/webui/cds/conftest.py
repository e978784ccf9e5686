"""A record, and the project's own server that it asks: once without a database, once with one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from planner import Planner
from tests.support.live import served
from tests.webui.support.postgres import free_port
from tests.webui.support.records import Record, settings
from webui import create_app

BASE = "https://planner.clinic.example"
"""How the record knows the server, which stands behind a proxy."""


@pytest.fixture(scope="session")
def cds(planner: Planner, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, switched on, without a database."""
    place = tmp_path_factory.mktemp("cds")
    return create_app({"PLANNER": planner, **settings(place, BASE)})


@pytest.fixture(scope="session")
def address(cds: Flask) -> Iterator[str]:
    """Where it listens."""
    with served(cds, free_port()) as found:
        yield found


@pytest.fixture
def record(address: str, planner: Planner) -> Record:
    """A record that is trusted there."""
    return Record(address, BASE, planner)
