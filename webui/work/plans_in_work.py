"""A plan's answers under an address of its own: sealed here, opened by this browser's cookie.

The server stores neither case code, session nor notes: what was typed freely stays in the browser,
sealed too, in a cookie that is sent with this plan's addresses alone. Without a cookie, from
another browser, after a day or after "Forget this plan", there is nothing to see.
"""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, request, url_for
from werkzeug.wrappers import Response

from webui.database.base import now
from webui.database.refusals import Stale
from webui.work import sealing
from webui.work.storing import FOR, InDatabase, InMemory, Storing

COOKIE = "repair_planner_work"
TYPED = "repair_planner_typed"
ONLY_IN_THE_BROWSER = ("case", "session", "notes", "line", "line_read")
"""What a person types freely."""
LONGEST_COOKIE = 3600
"""Letters of a cookie that every browser takes, with its name and attributes: a long note fits."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """The form's answers as the pairs that a form sends, and what the page shows beside them."""

    pairs: Pairs
    typed: Pairs = ()
    """What a person typed freely: not stored here."""
    before: Mapping[str, Any] | None = None
    """The observation of the plan that this one was made from."""
    read: Pairs = ()
    """What was read out of a line: the words, and the field that they answer."""


def save(work: Work) -> tuple[str, str]:
    """Store the answers; gives the reference and the browser's secret, which `hand_out` takes.

    Raises a Refusal while the database is away.
    """
    secret = _secret() or sealing.new_secret()
    ref = sealing.ref_of(secret, json.dumps([work.pairs, work.read]).encode())
    told = {"pairs": work.pairs, "before": work.before, "read": work.read}
    box = sealing.sealed(secret, ref, json.dumps(told).encode())
    # A button pressed twice: the other request stored the very same.
    with contextlib.suppress(Stale):
        storing().save(ref, box)
    return ref, secret


def find(ref: str) -> Work | None:
    """The answers under this reference, with what was typed; None where there is nothing to see."""
    secret = _secret()
    box = storing().find(ref) if secret else None
    data = sealing.opened(secret, ref, box) if box else None
    if data is None:
        return None
    told = json.loads(data)
    typed = _typed(secret, ref)
    return Work(_pairs(told["pairs"]), typed, told["before"], _pairs(told["read"]))


def forget(ref: str, response: Response) -> None:
    """Delete the answers here and what was typed in the browser."""
    storing().forget(ref)
    response.delete_cookie(TYPED, path=_path(ref), httponly=True, samesite="Strict")


def hand_out(response: Response, ref: str, secret: str, typed: Pairs) -> None:
    """Give the browser its secret and, sealed, what was typed."""
    _set(response, COOKIE, secret, url_for("planning.enter"))
    _set(response, TYPED, _letters(secret, ref, typed), _path(ref))


def has_room(secret: str, ref: str, typed: Pairs) -> bool:
    """Whether a cookie can hold what was typed."""
    return len(_letters(secret, ref, typed)) <= LONGEST_COOKIE


def apart(pairs: Iterable[tuple[str, str]]) -> tuple[Pairs, Pairs]:
    """The answers, and what was typed freely."""
    told = list(pairs)
    typed = tuple(pair for pair in told if pair[0] in ONLY_IN_THE_BROWSER)
    return tuple(pair for pair in told if pair[0] not in ONLY_IN_THE_BROWSER), typed


def init_app(app: Flask) -> None:
    """Store in the application's database where it has one, else in memory."""
    settings, made = app.config, app.extensions.get("store")
    clock = settings.get("CLOCK", now)
    place = InDatabase(made.database, clock) if made else InMemory(clock)
    app.extensions["plans_in_work"] = place


def storing() -> Storing:
    """Where this application stores plans in work."""
    return cast("Storing", current_app.extensions["plans_in_work"])


def _secret() -> str:
    """The browser's secret, or nothing."""
    text = request.cookies.get(COOKIE, "")
    return text if sealing.is_secret(text) else ""


def _letters(secret: str, ref: str, typed: Pairs) -> str:
    """What was typed as a cookie holds it: compressed, sealed, in letters."""
    data = zlib.compress(json.dumps(typed, ensure_ascii=False).encode())
    return base64.urlsafe_b64encode(sealing.sealed(secret, ref, data)).decode()


def _typed(secret: str, ref: str) -> Pairs:
    """What was typed freely, out of the browser's cookie; nothing where that does not fit."""
    try:
        box = base64.urlsafe_b64decode(request.cookies.get(TYPED, ""))
    except ValueError:
        return ()
    data = sealing.opened(secret, ref, box) if box else None
    return _pairs(json.loads(zlib.decompress(data))) if data else ()


def _set(response: Response, name: str, value: str, path: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"]) or request.is_secure
    response.set_cookie(
        name,
        value,
        max_age=int(FOR.total_seconds()),
        path=path,
        secure=secure,
        httponly=True,
        samesite="Strict",
    )


def _path(ref: str) -> str:
    """The addresses with which a plan's own cookies are sent."""
    return url_for("planning.plan", ref=ref)


def _pairs(found: Iterable[Iterable[str]]) -> Pairs:
    return tuple((name, value) for name, value in found)
