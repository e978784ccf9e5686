"""The interface keeps its own description, whatever a program that follows it may send."""

from collections.abc import Iterator

import pytest

from planner.contract.observation import KINDS
from tests.support.live import served
from tests.webui.support.conversing import talk, told
from tests.webui.support.whole_numbers import written
from webui import create_app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(), 8500) as found:
        yield found


@pytest.mark.slow
def test_the_live_server_keeps_its_description(address: str) -> None:
    ended = talk(address, "--max-examples", "25", "--seed", "1")
    assert told(ended, "a short talk") > 500


def test_a_whole_number_is_written_as_one() -> None:

    sent = {"ruptures": [{"kind": KINDS[0], "minutes": 3.0, "other": 2.5}]}
    assert str(written(sent)) == str({"ruptures": [{"kind": KINDS[0], "minutes": 3, "other": 2.5}]})
