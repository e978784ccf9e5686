"""Why something was not done, as the person who asked is told.

    Refusal
    |-- NotHere      nothing that this person may see or do stands there     404
    |-- WrongState   the plan's state does not allow this move               409
    |-- Stale        the plan moved on since it was read                     409
    |-- Unfit        what was sent needs another look, by field              422
    |-- Busy         the database is locked or slow; again in a moment       503
    |   |-- Away     the database cannot be reached                          503
    |   `-- Broken   the database cannot be read                             503
    |-- NoDatabase   its address names none                                  503
    `-- Full         there is no room left to store anything                 507

Whatever was typed stays with the person: every refusal is answered with a page that carries it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Nothing was stored. `status` is the HTTP answer; `says` is what the person is told."""

    status = 400
    says = "This cannot be done."

    def __init__(self, detail: str = "") -> None:
        """Say why, or let the class say it."""
        super().__init__(detail or self.says)


class NotHere(Refusal):
    """Nothing that this person may see or do stands there."""

    status = 404
    says = "There is nothing at this address."


class WrongState(Refusal):
    """The plan's state does not allow this move."""

    status = 409
    says = (
        "As the plan is now, this cannot be done. Someone may have moved it on; look at it again."
    )


class Stale(Refusal):
    """The plan moved on since it was read."""

    status = 409
    says = "The plan has changed since you opened it. Please look at the newer version."


class Unfit(Refusal):
    """What was sent needs another look, by field."""

    status = 422
    says = "Some entries need another look."

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep every problem under the field that it belongs to."""
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class Busy(Refusal):
    """The database is locked or slow."""

    status = 503
    says = "The database is busy just now. Nothing was stored. Please try again in a moment."


class Away(Busy):
    """The database cannot be reached."""

    says = "The database cannot be reached. Nothing was stored. Tell whoever looks after it."


class Broken(Busy):
    """The database cannot be read."""

    says = "The database cannot be read: it is damaged, or not this program's. Nothing was stored."


class NoDatabase(Refusal):
    """The database's address names none."""

    status = 503
    says = "DATABASE_URL is no address of a database here; one is postgresql://user@host/name."


class Full(Refusal):
    """There is no room left to store anything."""

    status = 507
    says = (
        "There is no room left to store anything. Nothing was stored. What you typed is still here."
    )


DISK_FULL = "53100"
_BROKEN_WORDS = ("file is not a database", "malformed", "no such table", 'relation "')
_AWAY_WORDS = (
    "connection failed",
    "connection refused",
    "could not translate host",
    "timeout expired",
    "unable to open database file",
)
_FULL_WORDS = ("disk is full", "no space left", "disk i/o error", "disk full")


@contextmanager
def told() -> Iterator[None]:
    """Turn what a database throws into what a person can act on."""
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise Stale from error
    except (DBAPIError, NoConnection) as error:
        raise _meant(error) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Full from error


def _meant(error: Exception) -> Refusal:
    """What a database's own words come to for a person."""
    if _is_full(error):
        return Full()
    words = str(getattr(error, "orig", None)).lower()
    if any(one in words for one in _BROKEN_WORDS):
        return Broken()
    return Away() if any(one in words for one in _AWAY_WORDS) else Busy()


def _is_full(error: Exception) -> bool:
    """Whether there was no room, as either database says it."""
    cause = getattr(error, "orig", None)
    if getattr(cause, "sqlstate", None) == DISK_FULL:
        return True
    return any(words in str(cause).lower() for words in _FULL_WORDS)
