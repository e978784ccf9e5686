"""The form as FHIR over HTTP: its media type, its mark, and the addresses that a clinic sets."""

import pytest
from flask.testing import FlaskClient

from planner import Planner
from planner.interop.fhir import questionnaire
from webui import create_app
from webui.api.questionnaire import WrongBase

FORM = "/api/v1/questionnaire"


def test_it_is_the_questionnaire_of_the_rulebook(client: FlaskClient, planner: Planner) -> None:
    response = client.get(FORM)
    assert response.status_code == 200
    assert response.mimetype == "application/fhir+json"
    assert response.get_json(force=True) == questionnaire(planner.rulebook)


def test_whoever_has_it_already_is_told_so(client: FlaskClient) -> None:
    mark = client.get(FORM).headers["ETag"]
    again = client.get(FORM, headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(FORM, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_clinic_sets_its_own_base(planner: Planner) -> None:
    base = "https://clinic.org/fhir"
    own = create_app({"PLANNER": planner, "FHIR_BASE": base}).test_client()
    assert own.get(FORM).get_json(force=True) == questionnaire(planner.rulebook, base=base)


def test_a_base_that_is_no_address_is_refused_at_the_start(planner: Planner) -> None:
    with pytest.raises(WrongBase, match="FHIR_BASE does not work: the base is an address such as"):
        create_app({"PLANNER": planner, "FHIR_BASE": "clinic"})


def test_it_is_described(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()["paths"][FORM]["get"]
    assert told["operationId"] == "readQuestionnaire"
    assert list(told["responses"]["200"]["content"]) == ["application/fhir+json"]


def test_it_is_read_only(client: FlaskClient) -> None:
    assert client.post(FORM, json={}).status_code == 405
