"""The interface keeps its own description, whatever a program that follows it may send."""

import re
from collections.abc import Iterator

import pytest

from planner.observation import KINDS
from tests.webui.conversing import served, talk
from tests.webui.whole_numbers import written


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.mark.slow
def test_the_live_server_keeps_its_description(address: str) -> None:
    ended = talk(address, "--max-examples", "25", "--seed", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert told
    assert int(told[1]) == int(told[2]) > 500


def test_a_whole_number_is_written_as_one() -> None:
    sent = {"ruptures": [{"kind": KINDS[0], "minutes": 3.0, "other": 2.5}]}
    assert str(written(sent)) == str({"ruptures": [{"kind": KINDS[0], "minutes": 3, "other": 2.5}]})
