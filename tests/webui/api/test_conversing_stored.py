"""Programs with a key keep plans, read them and hand them in: as described, whatever they send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.live import served
from tests.webui.support.conversing import talk, told
from tests.webui.support.people import House
from webui.accounts.api_keys import SCOPES


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    """The house's own server."""
    with served(site, 8700) as address:
        yield address


@pytest.mark.slow
def test_the_kept_interface_keeps_its_description(house: House, address: str) -> None:
    key = house.keys.add(house["Toni"], "A talk", SCOPES, 1)
    house.submitted()
    header = ("--header", f"Authorization: Bearer {key}")
    options = ("--include-path-regex", "kept-plans", "--max-examples", "3", "--seed", "1")
    assert told(talk(address, *header, *options), "a talk about kept plans") > 30
