"""Where the database is: what `DATABASE_URL` says, or a file in the user's own directory."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from webui.database.modes import make_alone

DRIVER = "psycopg"
FILE = "repair-planner.sqlite3"
WRITABLE = "a directory that can be written in"


def normalized(address: str) -> URL:
    """The address as SQLAlchemy wants it, whichever of its usual names PostgreSQL was given."""
    url = make_url(address)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername=f"postgresql+{DRIVER}")
    return url


def usual_address() -> str:
    """`DATABASE_URL`, or a file in the user's own data directory, which is made if need be.

    Raises OSError, which says who named the directory, where the file cannot be made.
    """
    file = usual_file()
    if file is None:
        return os.environ["DATABASE_URL"]
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_alone(file)
    except OSError as error:
        if os.environ.get("REPAIR_PLANNER_DATA"):
            error.strerror = f"{error.strerror}. Name in REPAIR_PLANNER_DATA {WRITABLE}"
        raise
    return sqlite_address(file)


def usual_file() -> Path | None:
    """The SQLite file that is used where `DATABASE_URL` names no database; it may not be there."""
    return None if os.environ.get("DATABASE_URL") else usual_directory() / FILE


def usual_directory() -> Path:
    """`REPAIR_PLANNER_DATA`, or the user's own place for data; it may not be there."""
    from platformdirs import user_data_path

    named = os.environ.get("REPAIR_PLANNER_DATA")
    return Path(named) if named else user_data_path("repair-planner", appauthor=False)


def sqlite_address(path: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
