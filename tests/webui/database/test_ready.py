"""Ready is who can use the database as it stands now, not as it was when the program started."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.webui.support import postgres
from tests.webui.support.visiting import Visitor
from webui.database.connection import Database

Visit = Callable[[str], Visitor]


def file_of(database: Database) -> Path:
    if database.path is None:
        pytest.skip("PostgreSQL has no file of ours")
    return database.path


def lose(database: Database) -> None:
    """Take the database away from under the program."""
    if database.path is None:
        server = database.url.set(drivername="postgresql", database="postgres")
        name = database.url.database
        text = f"DROP DATABASE {name} WITH (FORCE)"
        postgres.statement(server.render_as_string(hide_password=False), text)
        return
    for path in database.path.parent.glob(f"{database.path.name}*"):
        path.unlink()


def status(site: Flask, path: str) -> int:
    """What a probe gets that names the machine by its address."""
    with site.test_client() as client:
        response = client.get(path, environ_overrides={"HTTP_HOST": "10.0.0.7:8321"})
        assert "Set-Cookie" not in response.headers
        if response.status_code == 503:
            assert response.content_type == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"
            assert int(response.headers["Retry-After"]) > 0
        return response.status_code


def test_with_its_database_it_is_ready(site: Flask) -> None:
    assert [status(site, path) for path in ("/livez", "/readyz", "/healthz")] == [200, 200, 200]


def test_a_database_that_is_gone_is_told_and_not_made_anew(
    site: Flask, visit: Visit, database: Database
) -> None:
    visit("Toni")  # connections are open, and kept
    assert status(site, "/readyz") == 200
    lose(database)
    assert [status(site, path) for path in ("/livez", "/readyz", "/healthz")] == [200, 503, 503]
    if database.path is not None:
        assert not list(database.path.parent.glob(f"{database.path.name}*"))


def test_a_file_that_is_no_database_is_told(site: Flask, database: Database) -> None:
    file = file_of(database)
    lose(database)
    for data in (b"", b"not a database at all, however long it may be" * 50):
        file.write_bytes(data)
        assert status(site, "/readyz") == 503
        assert file.read_bytes() == data
    file.unlink()
    file.mkdir()
    assert status(site, "/readyz") == 503


def test_a_database_that_comes_back_is_used_again(site: Flask, database: Database) -> None:
    file = file_of(database)
    database.close()
    site.extensions["store"].database.close()
    copy = file.with_suffix(".copy")
    shutil.copyfile(file, copy)
    lose(database)
    assert status(site, "/readyz") == 503
    copy.rename(file)
    assert status(site, "/readyz") == 200
