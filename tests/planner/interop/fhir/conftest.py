"""A response that can be read, and the refusal of one that cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from planner import Planner
from planner.interop.fhir import ResponseError, observation_of, response_of
from tests.support.fhir_responses import OBSERVATION, Response


@pytest.fixture
def response(planner: Planner) -> Response:
    return response_of(OBSERVATION, planner.rulebook)


@pytest.fixture
def refused(planner: Planner) -> Callable[[object], ResponseError]:
    """The refusal of a response."""

    def refuse(response: object) -> ResponseError:
        with pytest.raises(ResponseError) as error:
            observation_of(response, planner.rulebook)
        return error.value

    return refuse
