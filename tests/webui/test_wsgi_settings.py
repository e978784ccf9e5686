"""What the environment may say under gunicorn, and what ends the start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from planner import PlannerError
from tests.support.command import called
from webui.database.address import usual_address
from webui.database.connection import Database
from webui.database.refusals import NoDatabase
from webui.wsgi import application


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path))


@pytest.mark.parametrize(
    "name", ["https://planner.example", "planner.example/", "*", "a b", "good.example,pläner"]
)
def test_a_host_name_that_no_request_could_have_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("HOST_NAMES", name)
    with pytest.raises(PlannerError, match=r"HOST_NAMES has .* Write names alone"):
        application()


def test_a_proxy_that_is_neither_there_nor_not_ends_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BEHIND_PROXY", "nginx")
    with pytest.raises(PlannerError, match=r"BEHIND_PROXY is nginx\. Write 1"):
        application()


@pytest.mark.parametrize("told", ["yes", "1", "administrators"])
def test_a_word_that_says_nothing_of_second_factors_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, told: str
):
    monkeypatch.setenv("SECOND_FACTOR", told)
    with pytest.raises(PlannerError, match=rf"SECOND_FACTOR is {told}\. Write required"):
        application()


def test_a_second_factor_is_required_only_where_that_is_said(monkeypatch: pytest.MonkeyPatch):
    assert application().config["SECOND_FACTOR"] == ""
    monkeypatch.setenv("SECOND_FACTOR", "Required")
    assert application().config["SECOND_FACTOR"] == "required"


@pytest.mark.parametrize(("told", "believed"), [("false", False), ("Off", False), ("1", True)])
def test_a_proxy_is_believed_only_where_that_is_said(
    monkeypatch: pytest.MonkeyPatch, told: str, believed: bool
):
    monkeypatch.setenv("BEHIND_PROXY", told)
    monkeypatch.setenv("HOST_NAMES", "Planner.Example")
    app = application()
    assert app.config["BEHIND_PROXY"] is believed
    answer = app.test_client().get(
        "/start",
        base_url="http://planner.example/",
        headers={"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https",
                 "X-Forwarded-Host": "planner.example"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.request.headers["Host"] == "planner.example"


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "sqlalchemy.dialects.postgresql.psycopg", raising=False)
    with pytest.raises(NoDatabase, match=r"needs psycopg: pip install '\.\[clinic\]'"):
        Database("postgresql://planner@db.example/planner")


@pytest.mark.parametrize(
    "address", ["planner", "mysql://planner", "postgresql://planner@db.example:port/planner"]
)
def test_an_address_that_is_no_databases_says_how_one_is_written(address: str):
    with pytest.raises(NoDatabase, match="one is postgresql://user@host/name"):
        Database(address)


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_be_gone_with_the_process_is_none(address: str):
    """With several processes each would have another; `audit` would call it whole."""
    done = called(["audit"], {"DATABASE_URL": address})
    assert (done.returncode, done.stdout) == (1, "")
    assert "DATABASE_URL names no file" in done.stderr


def test_a_directory_that_cannot_be_made_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("REPAIR_PLANNER_DATA", str(tmp_path / "file"))
    with pytest.raises(FileExistsError, match="Name in REPAIR_PLANNER_DATA a directory"):
        usual_address()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"FHIR_BASE": "clinic"}, "FHIR_BASE does not work: the base is an address such as"),
        ({"DATABASE_URL": "mysql://planner"}, "one is postgresql://user@host/name"),
    ],
)
def test_serve_says_what_to_write_instead(settings: dict[str, str], message: str):
    done = called(["serve", "--no-browser", "--port", "0"], settings)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
