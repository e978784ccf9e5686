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
from webui.database.refusals import Stale, as_stored
from webui.form.forms import LINE, LINE_READ, NOTHING_TYPED, without_typed
from webui.work import sealing
from webui.work.storing import FOR, InDatabase, InMemory, Storing

COOKIE = "repair_planner_work"
TYPED = "repair_planner_typed"
ONLY_IN_THE_BROWSER = (*NOTHING_TYPED, LINE, LINE_READ)
"""What a person types freely."""
MOST_TYPED = 64_000
"""Bytes of what was typed; more than every field of the form can hold."""
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
    chain: str = ""
    """The reference of the first plan of those that were made from one another."""


def save(work: Work) -> tuple[str, str] | None:
    """Store the answers; gives the reference and the browser's secret, which `hand_out` takes.

    None where what was typed has no room in a cookie: then nothing is stored. Raises a Refusal
    while the database is away.
    """
    secret = _secret() or sealing.new_secret()
    ref = sealing.ref_of(secret, json.dumps([work.pairs, work.typed, work.read]).encode())
    if len(_letters(secret, ref, work.typed)) > LONGEST_COOKIE:
        return None
    chain, before = work.chain or ref, without_typed(work.before) if work.before else None
    told = {"pairs": work.pairs, "before": before, "read": work.read, "chain": chain}
    box = sealing.sealed(secret, ref, json.dumps(told).encode())
    # A button pressed twice: the other request stored the very same.
    with contextlib.suppress(Stale):
        storing().save(ref, chain, box)
    return ref, secret


def find(ref: str) -> Work | None:
    """The answers under this reference, with what was typed; None where there is nothing to see."""
    secret = _secret()
    box = storing().find(ref) if secret else None
    data = sealing.opened(secret, ref, box) if box else None
    if data is None:
        return None
    with as_stored():
        told = json.loads(data)
        pairs, read = _pairs(told["pairs"]), _pairs(told["read"])
    return Work(pairs, _typed(secret, ref), told["before"], read, told["chain"])


def forget(work: Work, response: Response) -> None:
    """Delete a plan and those it was made from or that were made from it, here and there."""
    for ref in storing().forget(work.chain):
        response.delete_cookie(TYPED, path=_path(ref), httponly=True, samesite="Strict")


def leave(response: Response) -> None:
    """Take this browser's secret away: nobody can open its plans in work any more."""
    response.delete_cookie(COOKIE, path=url_for("planning.enter"), httponly=True, samesite="Strict")


def hand_out(response: Response, ref: str, secret: str, typed: Pairs) -> None:
    """Give the browser its secret and, sealed, what was typed."""
    _set(response, COOKIE, secret, url_for("planning.enter"))
    _set(response, TYPED, _letters(secret, ref, typed), _path(ref))


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
    """What was typed freely, out of the browser's cookie; nothing where that does not fit.

    Whoever holds a secret can seal what they like, so nothing about its content is believed.
    """
    letters = request.cookies.get(TYPED, "")
    if len(letters) > LONGEST_COOKIE:
        return ()
    try:
        data = sealing.opened(secret, ref, base64.urlsafe_b64decode(letters))
        told = json.loads(zlib.decompressobj().decompress(data, MOST_TYPED)) if data else []
        return _pairs([(str(name), str(value)) for name, value in told])
    except (ValueError, TypeError, zlib.error, RecursionError):
        return ()


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
