"""The interface keeps its own description, whatever a program that follows it may send."""

from collections.abc import Iterator
from typing import Any

import pytest

from planner.contract.observation import KINDS
from tests.support.live import served
from tests.webui.support.conversing import talk, told
from tests.webui.support.unsaid import once, shared, written
from webui import create_app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(), 8500) as found:
        yield found


@pytest.mark.slow
def test_the_live_server_keeps_its_description(address: str) -> None:
    ended = talk(address, "--max-examples", "6", "--seed", "1")
    assert told(ended, "a short talk") > 250


def test_a_share_is_sent_as_no_more_than_the_whole() -> None:
    late = {"kind": KINDS[0], "own_occurrences": 3}
    assert shared(late) == late | {"own_occurrences": 1}
    assert shared(late | {"occurrences": 2}) == late | {"own_occurrences": 2, "occurrences": 2}
    for kept in (late | {"occurrences": 3}, late | {"occurrences": "2"}, {"kind": KINDS[0]}, None):
        assert shared(kept) == kept


def test_of_each_kind_the_first_is_sent() -> None:
    late, joke = {"kind": KINDS[0], "who": "client"}, {"kind": KINDS[2], "response": "joke"}
    assert once([late, joke, late | {"who": "both"}]) == [late, joke]
    kinds: list[list[Any]] = [[{}, {}], ["x", "x"], [late, {"kind": [1]}, {"kind": {}}], []]
    for kept in kinds:
        assert once(kept) == kept


def test_a_whole_number_is_written_as_one() -> None:
    sent = {"version": 3.0, "others": [{"other": 2.5}, 4.0]}
    assert str(written(sent)) == str({"version": 3, "others": [{"other": 2.5}, 4]})
