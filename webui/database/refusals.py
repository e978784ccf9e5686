"""Why something was not done, as the person who asked is told.

    Refusal
    |-- NotHere      nothing that this person may see or do stands there     404
    |   `-- Spent    an invitation that was used, has run out, or is none    410
    |-- WrongState   the plan's state does not allow this move               409
    |-- Stale        the plan moved on since it was read                     409
    |-- Altered      it is not what the history says, so it is not shown     409
    |-- NotOpened    what is stored was altered, or its key is another one   409
    |-- Unfit        what was sent needs another look, by field              422
    |-- Unstorable   a sign or a number that no database here takes          422
    |-- Busy         the database is locked or slow; again in a moment       503
    |   |-- Away     the database cannot be reached                          503
    |   |-- Crowded  too many sign in at this moment                         503
    |   `-- Broken   the database cannot be read                             503
    |-- NoDatabase   its address names none                                  503
    |   `-- NoKey    the key outside it is missing, or is another one        503
    |-- TooMany      it failed too often just before                         429
    `-- Full         there is no room left to store anything                 507

Whatever was typed stays with the person: every refusal is answered with a page that carries it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    MultipleResultsFound,
    NoResultFound,
)
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError

from webui.words.texts import texts


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Nothing was stored. `status` is the HTTP answer; `says` names the text the person is told."""

    status = 400
    says = "refusal_any"
    retry_after: int | None = None
    """Seconds after which to try again, where waiting helps."""

    def __init__(self, detail: str = "") -> None:
        """Say why, or let the class say it."""
        super().__init__(detail)

    def __str__(self) -> str:
        """Why, in words that are looked up when they are shown."""
        detail = super().__str__()
        return detail or texts().get(self.says, self.says)


class NotHere(Refusal):
    """Nothing that this person may see or do stands there."""

    status = 404
    says = "refusal_not_here"


class Spent(NotHere):
    """An invitation that was used, has run out, was taken back, or never was: not told apart."""

    status = 410
    says = "spent_lead"


class WrongState(Refusal):
    """The plan's state does not allow this move."""

    status = 409
    says = "refusal_wrong_state"


class Stale(Refusal):
    """The plan moved on since it was read."""

    status = 409
    says = "refusal_stale"


class Altered(Refusal):
    """What is stored is not what the sealed history says of it, so it is neither shown nor used."""

    status = 409
    says = "refusal_altered"


class NotOpened(Refusal):
    """What is stored sealed was altered, put elsewhere, or sealed by a key that is not here."""

    status = 409
    says = "refusal_not_opened"


class Unfit(Refusal):
    """What was sent needs another look, by field."""

    status = 422
    says = "refusal_unfit"

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep every problem under the field that it belongs to."""
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class Unstorable(Refusal):
    """A sign or a number was sent that no database here takes, such as half of a sign."""

    status = 422
    says = "refusal_unstorable"


class Busy(Refusal):
    """The database is locked or slow."""

    status = 503
    says = "refusal_busy"
    retry_after = 5


class Away(Busy):
    """The database cannot be reached."""

    says = "refusal_away"


class Broken(Busy):
    """The database cannot be read."""

    says = "refusal_broken"


class NoDatabase(Refusal):
    """The database's address names none."""

    status = 503
    says = "refusal_no_database"


class NoKey(NoDatabase):
    """The key outside the database is missing, or is another one."""

    says = "refusal_no_key"


class Full(Refusal):
    """There is no room left to store anything."""

    status = 507
    says = "refusal_full"


DISK_FULL = "53100"
OF_DATA = "22"
"""How PostgreSQL's codes begin where a value itself is at fault: too long, too great, no text."""
_BROKEN_WORDS = (
    "file is not a database",
    "malformed",
    "decode",
    "no such table",
    'relation "',
    "unsupported file format",
    "database corruption",
)
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
    """Turn what a database throws into what a person can act on.

    A value that a driver cannot hand over is told as it is sent; one that cannot be read back,
    such as half a moment in time, comes from a damaged file.
    """
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise Stale from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise Unstorable from error
    except DataError as error:
        raise Unstorable if _is_of_data(error) else Broken from error
    except (DBAPIError, NoConnection) as error:
        raise _meant(error) from error
    except (ValueError, NoResultFound, MultipleResultsFound) as error:
        raise Broken from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Full from error


@contextmanager
def as_stored() -> Iterator[None]:
    """Raise Broken where stored text cannot be opened: it was whole when it was stored."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Broken from error


def _is_of_data(error: DataError) -> bool:
    """Whether a value that was sent is at fault: the driver refused it, or the server said so."""
    state = getattr(error.orig, "sqlstate", None)
    return state is None or str(state).startswith(OF_DATA)


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
